"""What a run tells of itself while it works: a log event a document, the metrics of its stages, a trace a batch."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from ingest.admission import Recalled
from ingest.model import Article, Dropped, Failed, Indexed, Page, Payload, RawDocument
from ingest.runner import Tally
from ingest.telemetry import metrics
from ingest.telemetry.logs import DOCUMENTS
from ingest.telemetry.settings import TelemetrySettings
from ingest.telemetry.tracing import Interval, open_tracer

LOGGER = logging.getLogger(DOCUMENTS)
SECONDS_BETWEEN_UPDATES = 0.5

Settled = Indexed | Dropped | Failed


class Observer:
    """Tells of one batch of a run."""

    def __init__(self, run_id: str, settings: TelemetrySettings) -> None:
        self._run_id = run_id
        self._tracer = open_tracer(settings.traces_endpoint)
        self._told: dict[str, Tally] = {}
        self._next = 0.0
        self._began_ns = time.time_ns()

    def settle(self, outcome: Settled, tallies: Mapping[str, Tally]) -> None:
        """Tell what became of a document, and now and then what the stages did."""
        tell_outcome(outcome, self._run_id)
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + SECONDS_BETWEEN_UPDATES
            self.update(tallies)

    def update(self, tallies: Mapping[str, Tally]) -> None:
        """Bring the metrics of the stages up to date."""
        for name, tally in tallies.items():
            told = self._told.setdefault(name, Tally())
            for metric, now, before in (
                (metrics.STAGE_IN, tally.entered, told.entered),
                (metrics.STAGE_KEPT, tally.kept, told.kept),
                (metrics.STAGE_FAILED, tally.failed, told.failed),
                (metrics.STAGE_SECONDS, tally.seconds, told.seconds),
                (metrics.STAGE_BYTES, tally.bytes, told.bytes),
            ):
                metric.labels(name).inc(now - before)
            for reason, count in (tally.reasons - told.reasons).items():
                metrics.STAGE_DROPPED.labels(name, reason).inc(count)
            self._told[name] = Tally()
            self._told[name].add(tally)

    def end(self, tallies: Mapping[str, Tally], error: BaseException | None = None) -> None:
        """Tell the last of the stages, and give the batch as a trace."""
        self.update(tallies)
        if self._tracer:
            attributes = {"broadsheet.run.id": self._run_id}
            batch = Interval(name="batch", began_ns=self._began_ns, ended_ns=time.time_ns(), attributes=attributes)
            stages = [to_interval(name, tally) for name, tally in tallies.items() if tally.entered]
            self._tracer.tell(batch, stages, error)


def tell_outcome(outcome: Settled, run_id: str) -> None:
    """Log and count what became of a document."""
    action = name_action(outcome)
    metrics.DOCUMENTS.labels(name_source_kind(outcome.trace.origin), action).inc()
    if isinstance(outcome, Failed):
        metrics.QUARANTINED.labels(outcome.stage).inc()
    level = logging.WARNING if isinstance(outcome, Failed) else logging.INFO
    if LOGGER.isEnabledFor(level):
        LOGGER.log(level, "document %s", action, extra=to_event(outcome, run_id))


def to_interval(name: str, tally: Tally) -> Interval:
    """Give what a stage did as a stretch of work; the seconds are its own, without those of other stages."""
    counts = {"in": tally.entered, "kept": tally.kept, "dropped": tally.dropped, "failed": tally.failed}
    attributes = {f"broadsheet.{key}": value for key, value in {**counts, "seconds": tally.seconds}.items()}
    ended_ns = max(tally.began_ns, tally.ended_ns)
    return Interval(name=name, began_ns=tally.began_ns, ended_ns=ended_ns, attributes=attributes)


def name_action(outcome: Settled) -> str:
    """Name what became of a document."""
    if isinstance(outcome, Indexed):
        return outcome.outcome
    return "dropped" if isinstance(outcome, Dropped) else "failed"


def to_event(outcome: Settled, run_id: str) -> dict[str, Any]:
    """Give the fields of a document's log event, in the names of the Elastic Common Schema where it has them."""
    trace = outcome.trace
    event: dict[str, Any] = {
        "event.kind": "event",
        "event.dataset": "broadsheet.documents",
        "event.action": name_action(outcome),
        "event.outcome": "failure" if isinstance(outcome, Failed) else "success",
        "url.full": trace.url,
        "broadsheet.run.id": run_id,
        "broadsheet.document.id": trace.id,
        "broadsheet.document.given_id": trace.given_id,
        "broadsheet.source": trace.source,
        "broadsheet.origin": trace.origin,
        "broadsheet.capture": trace.capture or None,
        "broadsheet.stage": "index" if isinstance(outcome, Indexed) else outcome.stage,
    }
    if isinstance(outcome, Dropped):
        event["event.reason"] = outcome.reason.value
    if isinstance(outcome, Failed):
        event |= {"error.type": outcome.error, "error.message": outcome.message}
    return event


def name_source_kind(origin: str) -> str:
    """Say of what kind the source is that an origin names: few values, for a metric's label."""
    scheme = origin.partition("://")[0] if "://" in origin else ""
    kinds = {"kafka": "kafka", "http": "web", "https": "web"}
    return kinds.get(scheme, {"-": "stdin", "api": "push"}.get(origin, "file"))


def count_bytes(item: Any) -> int:
    """Count the bytes that a document came in, at whatever stage it is."""
    match item:
        case Payload():
            return len(item.content)
        case RawDocument() | Recalled():
            return len(item.payload.content)
        case Page() | Article():
            return len(item.document.payload.content)
    return 0
