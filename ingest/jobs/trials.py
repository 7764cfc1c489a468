"""Stages on trial: documents go through some of them, nothing is written, and the books are told."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.jobs.ingestion import MAX_FAILURES_TOLD, describe_failure
from ingest.model import Dropped, Failed
from ingest.runner import Runner, Tally
from ingest.stage import Stage, Traceable


@dataclass(slots=True, kw_only=True)
class StagesReport:
    """The books of a trial: `seen = passed + sum(dropped) + failed`."""

    seen: int = 0
    passed: int = 0
    seconds: float = 0.0
    dropped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    failures: list[Failed] = field(default_factory=list)
    stages: dict[str, Tally] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Give the shape of `replay --until --json`; `errors` counts what failed by its error."""
        return {
            "seen": self.seen,
            "passed": self.passed,
            "seconds": round(self.seconds, 3),
            "dropped": dict(sorted(self.dropped.items())),
            "failed": self.failed.total(),
            "errors": dict(sorted(self.failed.items())),
            "stages": {name: tally.to_json() for name, tally in self.stages.items()},
            "failures": [describe_failure(each) for each in self.failures],
        }

    def note_left(self, left: Dropped | Failed) -> None:
        """Count what left on the way."""
        if isinstance(left, Dropped):
            self.dropped[left.reason.value] += 1
            return
        self.failed[left.error] += 1
        if len(self.failures) < MAX_FAILURES_TOLD:
            self.failures.append(left)


def run_stages(
    stages: Sequence[Stage[Any, Any]], items: Iterable[Traceable], on_seen: Callable[[int], None] | None = None
) -> StagesReport:
    """Drive documents through stages and give the books; raise CountingLawBroken where they do not balance."""
    report = StagesReport()
    started = time.perf_counter()
    runner = Runner(stages, on_left=report.note_left)
    report.stages = runner.tallies
    for report.passed, _ in enumerate(runner.run(items), start=1):
        if on_seen:
            on_seen(report.passed)
    report.seen = runner.tallies[stages[0].name].entered
    report.seconds = time.perf_counter() - started
    return report
