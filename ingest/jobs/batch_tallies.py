"""What stages did for the batches of a run: each task leaves the tallies of its stages, `publish` adds them up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from ingest.jobs.cleaning import carry_on
from ingest.jobs.observing import count_bytes
from ingest.runner import Stopwatch, Tally, count_stage
from ingest.stage import STAGES, Stage
from ingest.state import Json, RecordReader, Records

KIND = "batch-tallies"
KEYS_AT_ONCE = 500

Batch = tuple[str, int]
"""The run that read a batch, and its number there."""


class BatchCounter:
    """Counts what the stages of one task do."""

    def __init__(self) -> None:
        self._tallies: dict[str, Tally] = {}
        self._stopwatch = Stopwatch()
        self._reading = Tally()

    def read(self, records: Iterable[Any]) -> Iterator[Any]:
        """Pass records on; the time that reading them takes is that of no stage."""
        return self._stopwatch.time(iter(records), self._reading)

    def carry_on(self, stage: Stage[Any, Any], outcomes: Iterable[Any]) -> Iterator[Any]:
        """Run a stage over what was kept, and pass what left before it through in its place."""
        tally = self._tallies.setdefault(stage.name, Tally())
        return carry_on(count_stage(stage, tally, self._stopwatch, count_bytes), outcomes)

    def leave(self, records: Records, batch: Batch) -> None:
        """Leave what the stages did for a batch, and begin anew; of a task that is tried again the last attempt counts.

        What entered and has no outcome yet belongs to the next batch.
        """
        at = datetime.now(UTC).isoformat(timespec="seconds")
        parts = {name: tally.cut() for name, tally in self._tallies.items()}
        # Seconds as they are: rounded, those of many small batches would add up to nothing.
        told = {name: {**part.to_json(), "seconds": part.seconds} for name, part in parts.items()}
        records.put(KIND, {_key(batch, next(iter(told))): {"at": at, "tallies": told}})


def add_up_tallies(records: RecordReader, batches: Sequence[Batch]) -> Json:
    """Add up what each stage did for the batches, as a report says it; a stage that left nothing is missing."""
    summed: dict[str, Counter[str]] = {}
    for keys in _list_keys(batches):
        for held in records.get(KIND, keys).values():
            for stage, tally in held["tallies"].items():
                summed.setdefault(stage, Counter(dict.fromkeys(tally, 0))).update(tally)
    return {stage: {**tally, "seconds": round(tally["seconds"], 3)} for stage, tally in summed.items()}


def forget_tallies(records: Records, batches: Sequence[Batch]) -> None:
    """Forget what was added up."""
    for keys in _list_keys(batches):
        records.delete(KIND, keys)


def expire_tallies(records: Records, before: datetime) -> None:
    """Forget the tallies of batches that nobody will publish."""
    expired = (key for key, held in records.scan(KIND) if datetime.fromisoformat(held["at"]) < before)
    while keys := list(islice(expired, KEYS_AT_ONCE)):
        records.delete(KIND, keys)


def _list_keys(batches: Sequence[Batch]) -> Iterator[list[str]]:
    """Yield the keys under which tasks may have left something, some at a time: that of the first stage of each."""
    keys = (_key(batch, stage) for batch in batches for stage in STAGES)
    while some := list(islice(keys, KEYS_AT_ONCE)):
        yield some


def _key(batch: Batch, stage: str) -> str:
    run_id, number = batch
    return f"{run_id}.{number:06d}.{stage}"
