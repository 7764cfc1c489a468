"""Logs are lines of JSON in ECS names outside a terminal, and say no secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from ingest.jobs.observing import tell_outcome
from ingest.model import Dropped, DropReason, Failed, Indexed, Trace
from ingest.settings import Settings, secret_values
from ingest.telemetry.logs import LogHandler, set_up_logs
from ingest.telemetry.settings import TelemetrySettings

TRACE = Trace(
    id="a" * 32, given_id="HC-1", source="harbour", origin="in/a.jsonl:3", capture=7, url="https://a.example/1"
)


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Leave the loggers as they were."""
    root, ours = logging.getLogger(), logging.getLogger("ingest")
    level = ours.level
    yield
    root.handlers = [each for each in root.handlers if not isinstance(each, LogHandler)]
    ours.setLevel(level)


def read_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Read what was logged."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_one_event_an_outcome_in_ecs_names(capsys: pytest.CaptureFixture[str]) -> None:
    """Elastic's own tools read these names without a pipeline."""
    set_up_logs(TelemetrySettings())
    tell_outcome(Indexed(trace=TRACE, outcome="updated", canonical=True), "run-1")
    tell_outcome(Dropped(trace=TRACE, stage="read", reason=DropReason.EMPTY), "run-1")
    tell_outcome(Failed(trace=TRACE, stage="clean", error="LimitExceeded", message="too deep"), "run-1")
    updated, dropped, failed = read_lines(capsys)
    assert (updated["event.action"], updated["event.outcome"], updated["log.level"]) == ("updated", "success", "info")
    assert (updated["url.full"], updated["broadsheet.run.id"]) == ("https://a.example/1", "run-1")
    assert (dropped["event.action"], dropped["event.reason"], dropped["broadsheet.stage"]) == (
        "dropped",
        "empty",
        "read",
    )
    assert (failed["event.outcome"], failed["log.level"]) == ("failure", "warning")
    assert (failed["error.type"], failed["error.message"]) == ("LimitExceeded", "too deep")
    assert all(line["@timestamp"].endswith("Z") and line["service.name"] == "broadsheet" for line in (updated, failed))


def test_secrets_are_taken_out(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a password that a library repeats nor the credentials of an address reach a log."""
    settings = Settings.load(flags={"index.password": "made-up-words", "index.api_key": "bWFkZTp1cA=="})
    set_up_logs(settings.telemetry, secret_values(settings))
    said = "refused: made-up-words, bWFkZTp1cA== at https://elastic:made-up@host.example:9200/x"
    logging.getLogger("urllib3").warning(said, extra={"url.full": "http://u:p@a.example/"})
    (line,) = read_lines(capsys)
    assert line["message"] == "refused: [redacted], [redacted] at https://[redacted]@host.example:9200/x"
    assert line["url.full"] == "http://[redacted]@a.example/"


def test_an_exception_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A trace of many lines would be many events to whoever collects them."""
    set_up_logs(TelemetrySettings())
    try:
        int("over\nthere")
    except ValueError:
        logging.getLogger("ingest.x").exception("it broke")
    (line,) = read_lines(capsys)
    assert "ValueError: invalid literal" in line["error.stack_trace"]


def test_the_level_and_the_format_can_be_set(capsys: pytest.CaptureFixture[str]) -> None:
    """A person who asks for console lines and warnings gets just these; of two calls the last one counts."""
    set_up_logs(TelemetrySettings())
    set_up_logs(TelemetrySettings(log_level="warning", log_format="console"))
    tell_outcome(Indexed(trace=TRACE, outcome="indexed", canonical=True), "run-1")
    tell_outcome(Failed(trace=TRACE, stage="clean", error="LimitExceeded", message="too deep"), "run-1")
    (line,) = capsys.readouterr().err.splitlines()
    assert "document failed" in line
    assert not line.startswith("{")


def test_what_json_cannot_carry_is_still_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A lone surrogate in a given id must not turn a log line into an exception."""
    set_up_logs(TelemetrySettings())
    odd = Trace(id="a", given_id="\ud800", source="s", origin="o")
    tell_outcome(Indexed(trace=odd, outcome="indexed", canonical=True), "run-1")
    (line,) = read_lines(capsys)
    assert line["broadsheet.document.given_id"] == "?"
