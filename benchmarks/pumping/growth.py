"""Times at n, 2n and 4n: for cleaning as a whole over hostile texts, and for every rule over texts derived from it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.pumping.generators import HOSTILE, Generator, pump_rule
from ingest.clean.cleaner import clean_text
from ingest.clean.lines import split_lines
from ingest.clean.matcher import Matcher
from ingest.clean.rulepack import Rule, load_rules
from ingest.clean.settings import CleanSettings

FACTORS = (1, 2, 4)
# Linear time gives 4; what runs beside the measuring process gives the rest.
_MOST_TIMES_LINEAR = 1.6
_LONG_CHARS = 50_000
_LONGEST_CHARS = 250_000
_LONGEST = ("sentences on one line", "one word", "letters", "short lines", "short lines, none alike", "thread")
_RULE_CHARS = 8_000
_ROUNDS = 3

Run = Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Seconds of processor time of one text at n, 2n and 4n characters."""

    name: str
    seconds: tuple[float, ...]
    allowance_seconds: float

    @property
    def is_linear(self) -> bool:
        """Whether four times the text takes no more than four times the time, give or take noise."""
        return self.seconds[-1] <= FACTORS[-1] * _MOST_TIMES_LINEAR * self.seconds[0] + self.allowance_seconds

    @property
    def times(self) -> float:
        """How many times as long as n characters 4n take."""
        return self.seconds[-1] / max(self.seconds[0], 1e-9)


def measure_growth(name: str, run: Run, generator: Generator, length: int, *, allowance_seconds: float) -> Growth:
    """Time a text at three lengths, the best of a few rounds; go on only while it looks as if time grew too fast."""
    texts = [generator(length * factor) for factor in FACTORS]
    best = [float("inf")] * len(texts)
    for _ in range(_ROUNDS):
        best = [min(known, time_once(run, text)) for known, text in zip(best, texts, strict=True)]
        growth = Growth(name=name, seconds=tuple(best), allowance_seconds=allowance_seconds)
        if growth.is_linear:
            break
    return growth


def time_once(run: Run, text: str) -> float:
    """Give the processor time of one call, without the collector, which looks at more the more there is."""
    gc.disable()
    try:
        started = time.process_time()
        run(text)
        return time.process_time() - started
    finally:
        gc.enable()


def clean_whole(text: str) -> object:
    """Clean a text as a user does."""
    return clean_text(text, CleanSettings())


def pump_whole(length: int, *, names: Sequence[str] = tuple(HOSTILE), allowance_seconds: float) -> Iterator[Growth]:
    """Measure cleaning as a whole over hostile texts."""
    clean_whole("\n".join(generator(200) for generator in HOSTILE.values()))  # compiles what is compiled once
    for name in names:
        yield measure_growth(name, clean_whole, HOSTILE[name], length, allowance_seconds=allowance_seconds)


def pump_rules(length: int, rules: Sequence[Rule], *, allowance_seconds: float) -> Iterator[Growth]:
    """Measure every rule alone over the texts derived from it."""
    for rule in rules:
        matcher = Matcher([rule])

        def match(text: str, matcher: Matcher = matcher) -> object:
            return sum(1 for _ in matcher.match(split_lines(text)))

        for kind, generator in pump_rule(rule):
            yield measure_growth(f"{rule.id}: {kind}", match, generator, length, allowance_seconds=allowance_seconds)


def measure() -> dict[str, Any]:
    """Pump everything at length; give what grew too fast and the worst ratios."""
    whole = [
        *pump_whole(_LONG_CHARS, allowance_seconds=0.05),
        *pump_whole(_LONGEST_CHARS, names=_LONGEST, allowance_seconds=0.05),
    ]
    rules = list(pump_rules(_RULE_CHARS, load_rules(), allowance_seconds=0.01))
    worst = sorted((each for each in whole), key=lambda each: -each.times)[:5]
    return {
        "texts": len(whole),
        "rule_texts": len(rules),
        "grown_too_fast": [each.name for each in (*whole, *rules) if not each.is_linear],
        "faults": sum(not each.is_linear for each in (*whole, *rules)),
        "worst_times": {each.name: round(each.times, 2) for each in worst},
        "slowest_seconds_at_1_mb": round(max(each.seconds[-1] for each in whole[-len(_LONGEST) :]), 2),
    }
