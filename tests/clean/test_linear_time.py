"""Time grows with the length of a text and no faster, whatever the text: no input can stall cleaning."""

from __future__ import annotations

import time

import pytest

from benchmarks.pumping.generators import HOSTILE, PROSE, Generator, below, find_words, pump_rule, repeat
from benchmarks.pumping.growth import Growth, clean_whole, measure_growth, pump_rules, pump_whole
from ingest.clean.change_point import best_stretch, first_place, judge, load_model, reach
from ingest.clean.layout import name_kinds
from ingest.clean.lines import split_lines
from ingest.clean.marks import find_marks
from ingest.clean.rulepack import load_rules

# Short here, since every change runs it; `make bench` and the slow tests pump longer texts.
WHOLE_CHARS = 2_500
RULE_CHARS = 2_000
SLOW_CHARS = 10_000
CHANGE_CHARS = 10_000
TALK = "tidepool{0}\nThanks, I loved this, but I don't agree with you at all, number {0}!\n"
SPOKEN: dict[str, Generator] = {
    "a name and a reply in turn": below(TALK, numbered=True),
    "nothing but replies": below("Sorry, you can't be serious about the {0}th boat, can you? :)\n", numbered=True),
    "nothing but names": below("gull_watcher{0}\n", numbered=True),
    "times": below("{0} hours ago\nSo true!\n", numbered=True),
    "articles and talk in turn": below(f"{PROSE} {{0}}.\n" * 6 + TALK, numbered=True),
    "one line alike": below("lol\n"),
    "long paragraphs": below(f"{PROSE} I think that you are right about the {{0}}. " * 9 + "\n", numbered=True),
}


def test_sixty_kinds_of_text_are_tried() -> None:
    """Each is another way to make a cleaner look too often; none may be lost unseen."""
    assert len(HOSTILE) >= 60
    texts = {name: generator(2_000) for name, generator in HOSTILE.items()}
    assert len(set(texts.values())) == len(HOSTILE)
    assert {name: len(text) for name, text in texts.items() if not 1_500 <= len(text) <= 3_500} == {}


@pytest.mark.parametrize("part", range(4))
def test_cleaning_takes_time_in_proportion(part: int) -> None:
    """Four times the text may take four times as long, noise aside."""
    growths = list(pump_whole(WHOLE_CHARS, names=list(HOSTILE)[part::4], allowance_seconds=0.03))
    assert [each for each in growths if not each.is_linear] == []


@pytest.mark.parametrize("part", range(4))
def test_every_rule_takes_time_in_proportion(part: int) -> None:
    """What a rule looks for, on one line and on many, must not make it look again and again."""
    growths = list(pump_rules(RULE_CHARS, load_rules()[part::4], allowance_seconds=0.01))
    assert len(growths) >= 12 * len(load_rules()[part::4])
    assert [each for each in growths if not each.is_linear] == []


@pytest.mark.parametrize("name", SPOKEN)
def test_change_point_takes_time_in_proportion(name: str) -> None:
    """It weighs all lines and looks for one stretch in one pass, however often talk begins and ends."""

    def weigh(text: str) -> object:
        lines = split_lines(text)
        kinds = name_kinds(lines, find_marks(lines), {})
        judged = judge(lines, kinds, load_model())
        return reach(judged, best_stretch(judged, first_place(lines)).last, load_model().max_drop)

    weigh(SPOKEN[name](500))
    growth = measure_growth(name, weigh, SPOKEN[name], CHANGE_CHARS, allowance_seconds=0.02)
    assert growth.is_linear, growth
    whole = measure_growth(name, clean_whole, SPOKEN[name], CHANGE_CHARS, allowance_seconds=0.03)
    assert whole.is_linear, whole


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_cleaning_long_texts_takes_time_in_proportion(name: str) -> None:
    """A square with a small factor shows in long texts only."""
    (growth,) = pump_whole(SLOW_CHARS, names=[name], allowance_seconds=0.03)
    assert growth.is_linear, growth


def test_square_growth_is_seen() -> None:
    """A check of growth that cannot fail guards nothing."""

    def look_back(text: str) -> object:
        return sum(text.count(char, 0, place) for place, char in enumerate(text))

    growth = measure_growth("square", look_back, repeat("a"), 10_000, allowance_seconds=0.03)
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
