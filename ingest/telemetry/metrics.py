"""Every metric, in one registry: `render` gives it for Prometheus, `serve_metrics` opens a port of its own for it.

Labels have few values: stages, reasons, outcomes, kinds of source; never an id, a URL or a publisher.
"""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client import start_http_server as _start
from prometheus_client.process_collector import ProcessCollector

from ingest.errors import UsageError
from ingest.telemetry.service import VERSION

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)


def _counter(name: str, text: str, *labels: str) -> Counter:
    return Counter(f"broadsheet_{name}", text, labels, registry=REGISTRY)


def _gauge(name: str, text: str, *labels: str) -> Gauge:
    return Gauge(f"broadsheet_{name}", text, labels, registry=REGISTRY)


_gauge("build_info", "Always 1; the label says which version runs", "version").labels(VERSION).set(1)

STAGE_IN = _counter("stage_in", "Documents that a stage took in", "stage")
STAGE_KEPT = _counter("stage_kept", "Documents that a stage kept", "stage")
STAGE_DROPPED = _counter("stage_dropped", "Documents that a stage dropped", "stage", "reason")
STAGE_FAILED = _counter("stage_failed", "Documents that failed at a stage", "stage")
STAGE_SECONDS = _counter("stage_seconds", "Seconds that a stage worked, without other stages", "stage")
STAGE_BYTES = _counter("stage_bytes", "Bytes, as they came, of the documents that a stage took in", "stage")
DOCUMENTS = _counter("documents", "Documents settled, by kind of source and by outcome", "source", "outcome")

QUEUE_DOCUMENTS = _gauge("queue_documents", "Documents fetched and not yet settled")
QUEUE_BYTES = _gauge("queue_bytes", "Their bytes")

BULK_REQUESTS = _counter("bulk_requests", "Bulk requests, by what came of them: answered, or the fault", "result")
BULK_ACTIONS = _counter("bulk_actions", "Settled actions of bulk requests, by result", "result")
BULK_BYTES = _counter("bulk_bytes", "Bytes sent in bulk requests")
BULK_SECONDS = Histogram(
    "broadsheet_bulk_seconds",
    "Seconds that a bulk request took",
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60),
    registry=REGISTRY,
)
RETRIES = _counter("retries", "Attempts at the index that had to be made again, by fault", "fault")
RETRY_SECONDS = _counter("retry_wait_seconds", "Seconds waited between attempts at the index")

LAKE_ACCEPTED = _counter("lake_accepted", "Documents that entered the lake")
LAKE_KNOWN = _counter("lake_known", "Documents that the lake held already")
LAKE_BYTES = _counter("lake_bytes", "Bytes of the documents that entered the lake, before compression")
LAKE_SECONDS = _counter("lake_seconds", "Seconds that entering documents took")
QUARANTINED = _counter("quarantined", "Failures written to the quarantine", "stage")

STREAM_LAG = _gauge("stream_lag_messages", "Messages of a partition that are not settled yet", "topic", "partition")
STREAM_PAUSED = _gauge("stream_paused", "1 while fetching is paused since the pipeline is behind")
STREAM_WAITING = _gauge("stream_waiting", "1 while the index or the disk is waited for")
STREAM_BATCHES = _counter("stream_batches", "Batches, settled or tried again", "result")
STREAM_REBALANCES = _counter("stream_rebalances", "Partitions assigned, revoked and lost", "change")
STREAM_COMMITS = _counter("stream_commits", "Commits of offsets, by result", "result")
STREAM_DEAD_LETTERS = _counter("stream_dead_letters", "Messages sent to the dead-letter topic")


def render() -> tuple[bytes, str]:
    """Give the metrics of this process, and the content type that they have."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST


def serve_metrics(port: int, host: str = "127.0.0.1") -> None:
    """Answer Prometheus on a port of its own until the process ends; raise UsageError where the port is taken."""
    try:
        _start(port, addr=host, registry=REGISTRY)
    except OSError as error:
        raise UsageError(f"metrics cannot be served on {host}:{port}: {error.strerror}") from error
