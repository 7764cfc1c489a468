"""Prometheus metrics of the whole system: what runs of every process did, how sources, quarantine and lake stand.

They are read from the system's records when Prometheus asks, at most every so often, beside the answer: a slow index
delays none.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool

from ingest.jobs import Part, read_system
from ingest.settings import Settings
from ingest.state import Json

WAIT_SECONDS = 2.0
SHARE_OF_TIME = 0.05
PARTS: tuple[Part, ...] = ("runs", "sources", "lake")
ENDS = ("done", "failed", "interrupted", "died")
OUTCOMES = ("indexed", "updated", "unchanged", "failed")
STAGE_COUNTS = ("in", "kept", "dropped", "failed", "seconds", "bytes")
SOURCE_COUNTS = ("polls", "items", "new_items", "failed_items")
COUNTERS = {
    "runs": ("Runs that ended, by how", ("command", "state")),
    "run_documents": ("Documents of runs, by outcome", ("command", "outcome")),
    "run_dropped": ("Documents that runs dropped, by reason", ("command", "reason")),
    "run_stage_in": ("Documents that a stage of runs took in", ("stage",)),
    "run_stage_kept": ("Documents that a stage of runs kept", ("stage",)),
    "run_stage_dropped": ("Documents that a stage of runs dropped", ("stage",)),
    "run_stage_failed": ("Documents that failed at a stage of runs", ("stage",)),
    "run_stage_seconds": ("Seconds that a stage of runs worked", ("stage",)),
    "run_stage_bytes": ("Bytes, as they came, of the documents that a stage of runs took in", ("stage",)),
    "source_polls": ("Looks at sources, by their kind", ("kind",)),
    "source_items": ("Items that sources listed", ("kind",)),
    "source_new_items": ("Items of them that were new and taken", ("kind",)),
    "source_failed_items": ("Items of them that could not be had", ("kind",)),
}
GAUGES = {
    "runs_running": ("Runs that go on", ("command",)),
    "run_ended_timestamp_seconds": ("When the last run of a command ended so, since the epoch", ("command", "state")),
    "sources": ("Sources of the catalogue, by kind and by how they are", ("kind", "standing")),
    "sources_drifting": ("Sources whose text is not what it was", ("kind",)),
    "quarantine_open": ("Open entries of the quarantine, of the first 10,000 that there are", ("stage",)),
    "lake_captures": ("Captures that the lake holds", ()),
    "lake_stored_bytes": ("Bytes that they take, compressed", ()),
    "system_read_timestamp_seconds": ("When a part of the system was read last, since the epoch", ("part",)),
    "system_unread": ("1 where a part of the system could not be read, and has no gauges", ("part",)),
}

Key = tuple[str, ...]
"""The name of a metric here, and the values of its labels."""

Values = defaultdict[Key, float]


class Growth:
    """Says by how much totals grew since they were read before; what was there at the first reading is no growth."""

    def __init__(self) -> None:
        self._before: dict[str, Mapping[Key, float]] = {}
        self._is_first = True

    def take(self, name: str, totals: Mapping[Key, float], *, final: bool = False) -> dict[Key, float]:
        """Give the growth of what bears a name; its totals are remembered unless they are final."""
        before = self._before.pop(name, totals if self._is_first else {})
        if not final:
            self._before[name] = totals
        return {key: max(0.0, total - before.get(key, 0.0)) for key, total in totals.items()}

    def end_reading(self) -> None:
        """Say that all was read once."""
        self._is_first = False


class SystemMetrics(Collector):
    """Reads how the system stands; its counters begin with what is done after the first reading."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._counters: Values = defaultdict(float)
        self._gauges: dict[Part, Values] = {}
        self._runs, self._sources = Growth(), Growth()
        self._done: set[str] = set()
        self._ended_at: dict[Key, float] = {}
        self._reading: asyncio.Task[None] | None = None
        self._next: dict[Part, float] = dict.fromkeys(PARTS, 0.0)

    def collect(self) -> Iterator[Metric]:
        """Give the metrics as they were read last."""
        gauges = {key: value for values in list(self._gauges.values()) for key, value in values.items()}
        for metrics, values, family in (
            (COUNTERS, self._counters, CounterMetricFamily),
            (GAUGES, gauges, GaugeMetricFamily),
        ):
            for name, (text, labels) in metrics.items():
                metric = family(f"broadsheet_{name}", text, labels=labels)
                for (of, *own), value in values.items():
                    if of == name:
                        metric.add_metric(own, value)
                yield metric

    async def refresh(self) -> None:
        """Read anew what it is time for; wait for it a moment, and let it go on where it takes longer."""
        if self._reading is None and any(time.monotonic() >= at for at in self._next.values()):
            self._reading = asyncio.create_task(self._read())
        if self._reading is not None:
            await asyncio.wait([self._reading], timeout=WAIT_SECONDS)

    async def _read(self) -> None:
        try:
            await run_in_threadpool(self.read)
        finally:
            self._reading = None

    def read(self) -> None:
        """Read the parts that it is time for; one that cannot be read keeps its counters and has no gauges."""
        due = [part for part in PARTS if time.monotonic() >= self._next[part]]
        # Made aside, since `collect` may be at work in another thread.
        counters, gauges = self._counters.copy(), {part: Values(float) for part in due}
        take_run = partial(self._count_run, gauges=gauges.get("runs", Values(float)), counters=counters)
        state = read_system(self._settings, due, take_run, self._done)
        was_read = set(due) - state.unread
        if "runs" in was_read:
            gauges["runs"].update(self._ended_at)
            self._runs.end_reading()
        for source in state.sources:
            self._count_source(source, gauges["sources"], counters)
        if "sources" in was_read:
            self._sources.end_reading()
        if state.captures is not None:
            gauges["lake"]["lake_captures",] = state.captures
            gauges["lake"]["lake_stored_bytes",] = state.stored_bytes
            gauges["lake"].update({("quarantine_open", stage): n for stage, n in state.quarantined.items()})
        for part in due:
            if part in state.unread:
                gauges[part].clear()
            else:
                gauges[part]["system_read_timestamp_seconds", part] = time.time()
            gauges[part]["system_unread", part] = part in state.unread
            pause = max(self._settings.api.metrics_hold_seconds, state.seconds.get(part, 0.0) / SHARE_OF_TIME)
            self._next[part] = time.monotonic() + pause
        self._counters, self._gauges = counters, self._gauges | gauges

    def _count_run(self, run: Json, gauges: Values, counters: Values) -> None:
        # All of it is read before anything is counted: an odd record raises here.
        name, command, state, totals = run["run_id"], run["command"], run["state"], total_run(run)
        at = datetime.fromisoformat(run["updated_at"]).timestamp()
        if state == "running":
            gauges["runs_running", command] += 1
        else:
            key = ("run_ended_timestamp_seconds", command, state)
            self._ended_at[key] = max(at, self._ended_at.get(key, 0.0))
        grow(counters, self._runs.take(name, totals, final=state == "done"))
        if state == "done":
            self._done.add(name)

    def _count_source(self, source: Json, gauges: Values, counters: Values) -> None:
        kind = source["kind"]
        gauges["sources", kind, source["standing"]] += 1
        gauges["sources_drifting", kind] += bool(source["drift"] and source["enabled"])
        totals: dict[Key, float] = {(f"source_{name}", kind): float(source[name] or 0) for name in SOURCE_COUNTS}
        grow(counters, self._sources.take(source["name"], totals))


def grow(counters: Values, growth: Mapping[Key, float]) -> None:
    """Let counters grow."""
    for key, amount in growth.items():
        counters[key] += amount


def total_run(run: Mapping[str, Any]) -> dict[Key, float]:
    """Give what a run's record counts, by the counters here; one that goes on and has no books yet counts nothing."""
    command, books = run["command"], run["books"] or {}
    # Nought, too: a counter that begins at one is no increase to Prometheus.
    totals: dict[Key, float] = {("runs", command, state): float(state == run["state"]) for state in ENDS}
    totals |= {("run_documents", command, name): float(books.get(name, 0)) for name in OUTCOMES}
    totals |= {("run_dropped", command, reason): float(count) for reason, count in books.get("dropped", {}).items()}
    for stage, tally in books.get("stages", {}).items():
        totals |= {(f"run_stage_{name}", stage): float(tally.get(name, 0)) for name in STAGE_COUNTS}
    return totals
