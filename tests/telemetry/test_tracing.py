"""A batch is a trace with a span a stage, sent where an endpoint is set."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from ingest import jobs
from ingest.settings import Settings
from ingest.telemetry import tracing

STORY = "The lock keeper of Stenhaven rang the bell at six, and nobody came to ask him why he had. " * 5


class Collector(BaseHTTPRequestHandler):
    """Takes what OTLP sends."""

    requests: list[ExportTraceServiceRequest]

    def do_POST(self) -> None:
        """Keep one request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.requests.append(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[ThreadingHTTPServer]:
    """Run a collector on loopback."""
    Collector.requests = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_batch_is_a_trace_over_its_stages(tmp_path: Path, collector: ThreadingHTTPServer) -> None:
    """Six stages below one batch, each with its counts and its time within the batch's."""
    (tmp_path / "a.txt").write_text(STORY)
    endpoint = f"http://127.0.0.1:{collector.server_address[1]}/v1/traces"
    flags = {"index.url": f"tantivy:{tmp_path / 'index'}", "lake.url": str(tmp_path / "lake")}
    settings = Settings.load(flags={**flags, "telemetry.traces_endpoint": endpoint})
    report = jobs.ingest([str(tmp_path / "a.txt")], settings)
    tracing.flush()
    spans = [
        span
        for request in Collector.requests
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    (batch,) = [span for span in spans if span.name == "batch"]
    stages = {span.name: span for span in spans if span.parent_span_id == batch.span_id}
    assert list(stages) == list(report.stages)
    assert {span.trace_id for span in spans} == {batch.trace_id}
    for span in stages.values():
        assert batch.start_time_unix_nano <= span.start_time_unix_nano <= span.end_time_unix_nano
        assert span.end_time_unix_nano <= batch.end_time_unix_nano
        assert {a.key: a.value.int_value for a in span.attributes}["broadsheet.kept"] == 1
    assert {a.key: a.value.string_value for a in batch.attributes} == {"broadsheet.run.id": report.run_id}


def test_without_an_endpoint_there_is_no_tracer() -> None:
    """Nothing of OpenTelemetry is loaded then."""
    assert tracing.open_tracer("") is None
