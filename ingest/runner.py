"""Drives stages lazily, tallies them, and hands on what was dropped or failed. Knows nothing of what a stage does."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.crash_points import passing
from ingest.errors import CountingLawBroken
from ingest.model import Dropped, Failed
from ingest.stage import Stage, Traceable


@dataclass(slots=True)
class Tally:
    """What one stage did: the counting law says `entered = kept + dropped + failed`. Seconds exclude other stages.

    `bytes` are those of the documents as they came; it began with its first document and ended with its last outcome,
    in nanoseconds since the epoch.
    """

    entered: int = 0
    kept: int = 0
    dropped: int = 0
    failed: int = 0
    seconds: float = 0.0
    bytes: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    began_ns: int = 0
    ended_ns: int = 0

    def balances(self) -> bool:
        """Tell whether the counting law holds."""
        return self.entered == self.kept + self.dropped + self.failed

    def note(self, outcome: Any) -> None:
        """Count what became of a document that entered."""
        self.ended_ns = time.time_ns()
        if isinstance(outcome, Dropped):
            self.dropped += 1
            self.reasons[outcome.reason.value] += 1
        elif isinstance(outcome, Failed):
            self.failed += 1
        else:
            self.kept += 1

    def cut(self) -> Tally:
        """Give what is settled by now, and keep what entered and is not."""
        settled = self.kept + self.dropped + self.failed
        part = replace(self, entered=settled, reasons=Counter(self.reasons))
        self.kept = self.dropped = self.failed = self.bytes = self.began_ns = self.ended_ns = 0
        self.entered, self.seconds, self.reasons = self.entered - settled, 0.0, Counter()
        return part

    def add(self, other: Tally) -> None:
        """Take in what the same stage did for other documents."""
        self.entered += other.entered
        self.kept += other.kept
        self.dropped += other.dropped
        self.failed += other.failed
        self.seconds += other.seconds
        self.bytes += other.bytes
        self.reasons += other.reasons
        self.began_ns = min(self.began_ns or other.began_ns, other.began_ns)
        self.ended_ns = max(self.ended_ns, other.ended_ns)

    def to_json(self) -> dict[str, int | float]:
        """Give the shape that reports and other programs read."""
        return {
            "in": self.entered,
            "kept": self.kept,
            "dropped": self.dropped,
            "failed": self.failed,
            "seconds": round(self.seconds, 3),
            "bytes": self.bytes,
        }


class Stopwatch:
    """Attributes elapsed time to the innermost tally at work, since a lazy stage pulls from the one before it."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._stack: list[Tally] = []
        self._since = clock()

    def time(self, steps: Iterator[Any], tally: Tally) -> Iterator[Any]:
        """Pass on what comes, and charge to the tally how long each was waited for."""
        while True:
            self.enter(tally)
            try:
                step = next(steps, None)
            finally:
                self.leave()
            if step is None:
                return
            yield step

    def enter(self, tally: Tally) -> None:
        """Charge what has passed to the tally at work and start charging this one."""
        self._charge()
        self._stack.append(tally)

    def leave(self) -> None:
        """Charge what has passed to the tally at work and go back to the one before it."""
        self._charge()
        self._stack.pop()

    def _charge(self) -> None:
        now = self._clock()
        if self._stack:
            self._stack[-1].seconds += now - self._since
        self._since = now


def _no_bytes(_: Any) -> int:
    return 0


def count_stage(
    stage: Stage[Any, Any], tally: Tally, stopwatch: Stopwatch, size_of: Callable[[Any], int] = _no_bytes
) -> Stage[Any, Any]:
    """Make a stage that counts in a tally what the given one does; the stopwatch is that of all stages of a flow."""

    def enter(items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            tally.began_ns = tally.began_ns or time.time_ns()
            tally.entered += 1
            tally.bytes += size_of(item)
            yield item

    def run(items: Iterable[Any]) -> Iterator[Any]:
        for outcome in stopwatch.time(stage.run(enter(items)), tally):
            tally.note(outcome)
            yield outcome

    return Stage(stage.name, run)


@dataclass(slots=True)
class Runner:
    """Runs documents through stages, one at a time as they are pulled.

    `on_left` is told of every document that leaves on the way, before the next one is pulled; `on_kept` of every
    document that a stage of that name kept. `size_of` gives the bytes that a document came in.
    """

    stages: Sequence[Stage[Any, Any]]
    on_left: Callable[[Dropped | Failed], None]
    on_kept: Mapping[str, Callable[[Any], None]] = field(default_factory=dict)
    size_of: Callable[[Any], int] = _no_bytes
    tallies: dict[str, Tally] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    _stopwatch: Stopwatch = field(default_factory=Stopwatch)

    def run(self, items: Iterable[Traceable]) -> Iterator[Any]:
        """Yield what the last stage keeps; raise CountingLawBroken at the end where the books do not balance."""
        flow: Iterable[Any] = items
        for stage in self.stages:
            self.tallies[stage.name] = Tally()
            flow = self._drive(stage, flow)
        yield from flow
        self.assert_balance()

    def assert_balance(self) -> None:
        """Raise CountingLawBroken unless every stage balances and takes in what the one before it kept."""
        entered: int | None = None
        for name, tally in self.tallies.items():
            if not tally.balances() or (entered is not None and tally.entered != entered):
                raise CountingLawBroken(f"stage {name}: {tally.to_json()}, after a stage that kept {entered}")
            entered = tally.kept

    def _drive(self, stage: Stage[Any, Any], items: Iterable[Any]) -> Iterator[Any]:
        kept_by = self.on_kept.get(stage.name)
        counted = count_stage(stage, self.tallies[stage.name], self._stopwatch, self.size_of)
        for outcome in counted.run(items):
            if isinstance(outcome, Dropped | Failed):
                if isinstance(outcome, Dropped):
                    self.reasons[outcome.reason.value] += 1
                self.on_left(outcome)
                continue
            passing("mid_stage")
            if kept_by is not None:
                kept_by(outcome)
            yield outcome
