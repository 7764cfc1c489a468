"""Time grows with the length of a text and no faster, whatever the text: no input can stall cleaning."""

from __future__ import annotations

import time

import pytest

from benchmarks.pumping.generators import HOSTILE, find_words, pump_rule, repeat
from benchmarks.pumping.growth import Growth, measure_growth, pump_rules, pump_whole
from ingest.clean.rulepack import load_rules

# Short here, since every change runs it; `make bench` and the slow tests pump longer texts.
WHOLE_CHARS = 2_500
RULE_CHARS = 2_000
SLOW_CHARS = 40_000


def test_sixty_kinds_of_text_are_tried() -> None:
    """Each is another way to make a cleaner look too often; none may be lost unseen."""
    assert len(HOSTILE) >= 60
    texts = {name: generator(2_000) for name, generator in HOSTILE.items()}
    assert len(set(texts.values())) == len(HOSTILE)
    assert {name: len(text) for name, text in texts.items() if not 1_500 <= len(text) <= 3_500} == {}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("part", range(4))
def test_cleaning_takes_time_in_proportion(part: int) -> None:
    """Four times the text may take four times as long, noise aside."""
    growths = list(pump_whole(WHOLE_CHARS, names=list(HOSTILE)[part::4], allowance_seconds=0.03))
    assert [each for each in growths if not each.is_linear] == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("part", range(4))
def test_every_rule_takes_time_in_proportion(part: int) -> None:
    """What a rule looks for, on one line and on many, must not make it look again and again."""
    growths = list(pump_rules(RULE_CHARS, load_rules()[part::4], allowance_seconds=0.01))
    assert len(growths) >= 12 * len(load_rules()[part::4])
    assert [each for each in growths if not each.is_linear] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_cleaning_long_texts_takes_time_in_proportion(name: str) -> None:
    """A square with a small factor shows in long texts only."""
    (growth,) = pump_whole(SLOW_CHARS, names=[name], allowance_seconds=0.05)
    assert growth.is_linear, growth


def test_square_growth_is_seen() -> None:
    """A check of growth that cannot fail guards nothing."""

    def look_back(text: str) -> object:
        return sum(text.count(char, 0, place) for place, char in enumerate(text))

    growth = measure_growth("square", look_back, repeat("a"), 20_000, allowance_seconds=0.03)
    assert not growth.is_linear, growth


def test_growth_is_judged_by_its_ratio() -> None:
    """Four times is linear, eight times is not, and what takes next to no time is not judged at all."""

    def judge(*seconds: float) -> bool:
        return Growth(name="x", seconds=seconds, allowance_seconds=0.03).is_linear

    assert judge(1.0, 2.0, 4.0)
    assert not judge(1.0, 3.0, 8.0)
    assert judge(0.0001, 0.001, 0.02)


def test_one_noisy_round_is_measured_again() -> None:
    """A neighbour on the machine must not fail a build."""
    calls: list[int] = []

    def stumble_once(text: str) -> object:
        calls.append(len(text))
        until = time.process_time() + (0.2 if len(calls) == 3 else 0.0)
        while time.process_time() < until:
            pass
        return None

    assert measure_growth("noisy", stumble_once, repeat("a"), 10, allowance_seconds=0.03).is_linear
    assert len(calls) == 6


def test_words_of_a_pattern_are_its_literals() -> None:
    """A rule without literal words would else be pumped with nothing."""
    assert find_words(r"(?:share|tweet) (?P<cut>this story)\s+\p{Lu}[a-z]{2,3}") == ["share", "tweet", "this story"]
    assert find_words(r"\d+") == ["a"]
    names = [name for name, _ in pump_rule(load_rules()[0])]
    assert len(names) == len(set(names))
