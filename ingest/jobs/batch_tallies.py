"""What stages did for the batches of a run: each task leaves the tallies of its stages, `publish` adds them up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from ingest.jobs.cleaning import carry_on
from ingest.jobs.observing import count_bytes
from ingest.runner import Stopwatch, Tally, count_stage
from ingest.stage import STAGES, Stage
from ingest.state import Json, RecordReader, Records

KIND = "batch-tallies"
BATCHES_AT_ONCE = 100

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
        parts = {_key(batch, name): tally.cut() for name, tally in self._tallies.items()}
        # Seconds as they are: rounded, those of many small batches would add up to nothing.
        told = {key: {**part.to_json(), "seconds": part.seconds} for key, part in parts.items()}
        records.put(KIND, {key: {"at": at, "tally": tally} for key, tally in told.items()})


def add_up_tallies(records: RecordReader, batches: Sequence[Batch]) -> Json:
    """Add up what each stage did for the batches, as a report says it; a stage that left nothing is missing."""
    summed: dict[str, Json] = {}
    for first in range(0, len(batches), BATCHES_AT_ONCE):
        some = batches[first : first + BATCHES_AT_ONCE]
        keys = {_key(batch, stage): stage for batch in some for stage in STAGES}
        for key, held in records.get(KIND, list(keys)).items():
            before = summed.setdefault(keys[key], dict.fromkeys(held["tally"], 0))
            summed[keys[key]] = {name: before[name] + value for name, value in held["tally"].items()}
    return {stage: {**tally, "seconds": round(tally["seconds"], 3)} for stage, tally in summed.items()}


def expire_tallies(records: Records, before: datetime) -> None:
    """Forget the tallies of batches that nobody will publish."""
    for key, held in records.scan(KIND):
        if datetime.fromisoformat(held["at"]) < before:
            records.delete(KIND, [key])


def _key(batch: Batch, stage: str) -> str:
    run_id, number = batch
    return f"{run_id}.{number:06d}.{stage}"
