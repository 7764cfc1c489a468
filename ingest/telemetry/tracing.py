"""Traces of batches over their stages, sent by OTLP where an endpoint is set. OpenTelemetry is imported only then."""

from __future__ import annotations

import atexit
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ingest.errors import UsageError
from ingest.telemetry.service import NAME, VERSION

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Tracer

Value = str | int | float

_providers: list[TracerProvider] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A stretch of work: when it began and ended, in nanoseconds since the epoch, and what is to be known of it."""

    name: str
    began_ns: int
    ended_ns: int
    attributes: Mapping[str, Value]


class BatchTracer:
    """Tells of batches that are over."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def tell(self, batch: Interval, stages: Sequence[Interval], error: BaseException | None = None) -> None:
        """Give a batch as a trace, its stages as spans below it."""
        from opentelemetry.trace import StatusCode, set_span_in_context  # noqa: PLC0415 - an extra

        root = self._tracer.start_span(batch.name, start_time=batch.began_ns, attributes=dict(batch.attributes))
        context = set_span_in_context(root)
        for stage in stages:
            span = self._tracer.start_span(
                stage.name, context, start_time=stage.began_ns, attributes=dict(stage.attributes)
            )
            span.end(stage.ended_ns)
        if error is not None:
            root.set_status(StatusCode.ERROR, f"{type(error).__name__}: {error}")
        root.end(batch.ended_ns)


def open_tracer(endpoint: str) -> BatchTracer | None:
    """Give the tracer of this process, None where no endpoint is set; raise UsageError where the extra is missing."""
    return _tracer(endpoint) if endpoint else None


@cache
def _tracer(endpoint: str) -> BatchTracer:
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise UsageError(
            f"traces need the extra `tracing` ({error.name} is missing): pip install 'broadsheet[tracing]'"
        ) from error
    provider = make_provider(OTLPSpanExporter(endpoint=endpoint))
    atexit.register(provider.shutdown)
    _providers.append(provider)
    return BatchTracer(provider.get_tracer("ingest"))


def flush() -> None:
    """Send what was told so far, now."""
    for provider in _providers:
        provider.force_flush()


def make_provider(exporter: SpanExporter) -> TracerProvider:
    """Make what collects spans and hands them to an exporter now and then."""
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - an extra

    service = Resource.create({"service.name": NAME, "service.version": VERSION})
    provider = TracerProvider(resource=service, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
