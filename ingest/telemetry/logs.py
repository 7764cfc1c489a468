"""Logs of one shape: a line of JSON an event in ECS field names, or console lines on a terminal; without secrets.

Modules log by the standard library, fields in `extra`; structlog renders. Only the command line sets this up, so that
whoever calls the package keeps their own handlers.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Collection, Sequence
from typing import TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from ingest.telemetry.service import NAME, VERSION
from ingest.telemetry.settings import TelemetrySettings

DOCUMENTS = "ingest.documents"
REDACTED = "[redacted]"
ECS_VERSION = "8.17.0"
SHORTEST_SECRET = 4
_CREDENTIALS = re.compile(r"(\w://)[^/\s\"'@]+@")
_ECS = {"event": "message", "level": "log.level", "logger": "log.logger", "exception": "error.stack_trace"}


class LogHandler(logging.StreamHandler[TextIO]):
    """Writes to standard error as it is at the moment of writing."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__(sys.stderr)
        self.setFormatter(formatter)

    @property
    def stream(self) -> TextIO:
        """Standard error."""
        return sys.stderr

    @stream.setter
    def stream(self, _: TextIO) -> None:
        """Keep to standard error, whatever the base class was given."""


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Renders, and then takes out what is secret: the values given, and credentials in any address."""

    def __init__(self, secrets: Sequence[str], *, as_json: bool) -> None:
        shared: list[Processor] = [
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.stdlib.ExtraAdder(),
        ]
        clock = structlog.processors.TimeStamper(fmt="iso", utc=True, key="@timestamp" if as_json else "timestamp")
        super().__init__(foreign_pre_chain=[*shared, clock], processors=_renderers(as_json=as_json))
        self._secrets = frozenset(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """Render a record."""
        return redact(super().format(record), self._secrets)


def redact(text: str, secrets: Collection[str]) -> str:
    """Take secrets out of a text, the longest first, and credentials out of its addresses."""
    for secret in sorted((each for each in secrets if len(each) >= SHORTEST_SECRET), key=len, reverse=True):
        text = text.replace(secret, REDACTED)
    return _CREDENTIALS.sub(rf"\1{REDACTED}@", text)


def set_up_logs(settings: TelemetrySettings, secrets: Sequence[str] = ()) -> None:
    """Send the logs of this process to standard error, as the settings say; the last call counts."""
    on_terminal = sys.stderr.isatty()
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not on_terminal)
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, LogHandler)]:
        root.removeHandler(handler)
    root.addHandler(LogHandler(RedactingFormatter(secrets, as_json=as_json)))
    level = settings.log_level or ("warning" if on_terminal else "info")
    logging.getLogger("ingest").setLevel(level.upper())
    # What it says of each attempt, our own events of retries say with what is done about it.
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)
    quiet = on_terminal and not settings.log_level
    logging.getLogger(DOCUMENTS).setLevel(logging.CRITICAL if quiet else logging.NOTSET)


def _renderers(*, as_json: bool) -> list[Processor]:
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if not as_json:
        return [strip, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    return [strip, structlog.processors.format_exc_info, _name_as_ecs, _to_json]


def _name_as_ecs(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Give the common fields their names in the Elastic Common Schema, the time first."""
    named = {_ECS.get(key, key): value for key, value in event.items() if value is not None}
    first: EventDict = {key: named.pop(key) for key in ("@timestamp", "log.level", "message") if key in named}
    service = {"ecs.version": ECS_VERSION, "service.name": NAME, "service.version": VERSION}
    return {**first, **service, **named}


def _to_json(_: WrappedLogger, __: str, event: EventDict) -> str:
    try:
        return orjson.dumps(event, default=str).decode()
    except TypeError:
        return orjson.dumps(
            {key: str(value).encode("utf-8", "replace").decode() for key, value in event.items()}
        ).decode()
