"""Prometheus metrics of the API: by route and status class, never by what was asked."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from ingest.api.system_metrics import SystemMetrics
from ingest.settings import Settings
from ingest.telemetry.metrics import render

BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})


class Metrics:
    """The metrics of one application, in a registry of its own."""

    media_type = CONTENT_TYPE_LATEST

    def __init__(self, settings: Settings) -> None:
        self._registry = CollectorRegistry()
        self._system = SystemMetrics(settings)
        self._registry.register(self._system)
        labels = ("method", "route", "status")
        self._requests = Counter("broadsheet_http_requests", "Requests answered.", labels, registry=self._registry)
        self._seconds = Histogram(
            "broadsheet_http_request_seconds",
            "Time to the end of an answer.",
            ("route",),
            buckets=BUCKETS_SECONDS,
            registry=self._registry,
        )
        self._refused = Counter(
            "broadsheet_http_refused",
            "Requests refused before they were looked at.",
            ("reason",),
            registry=self._registry,
        )
        self._pushed = Counter("broadsheet_pushed_documents", "Documents pushed in.", registry=self._registry)
        self._waiting = Gauge(
            "broadsheet_pushed_documents_waiting",
            "Documents safe in the lake, not yet indexed.",
            registry=self._registry,
        )

    def note_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer."""
        known = method if method in METHODS else "other"
        self._requests.labels(known, route, f"{status // 100}xx" if status else "aborted").inc()
        self._seconds.labels(route).observe(seconds)

    def note_refusal(self, reason: str) -> None:
        """Count a request that was refused at the gate."""
        self._refused.labels(reason).inc()

    def note_pushed(self, documents: int) -> None:
        """Count documents that were pushed in."""
        self._pushed.inc(documents)

    def set_waiting(self, documents: int) -> None:
        """Tell how many pushed documents wait to be indexed."""
        self._waiting.set(documents)

    async def refresh(self) -> None:
        """Read how the whole system stands, where it is time to."""
        await self._system.refresh()

    def render(self) -> bytes:
        """Give these metrics and those of the work that this process does, in the text format of Prometheus."""
        return generate_latest(self._registry) + render()[0]
