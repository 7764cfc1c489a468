"""What may be set about logs, metrics and traces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LogFormat = Literal["auto", "json", "console"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetrySettings:
    """What is told about the work, and to whom.

    Attributes:
        log_level: Least level that is told (`debug`, `info`, `warning`, `error`); empty for `info`, and on a terminal
            for `warning` without single documents.
        log_format: `json` (a line an event, with ECS field names), `console`, or `auto`: console on a terminal alone.
        traces_endpoint: Where traces go, as `http://host:4318/v1/traces` (OTLP over HTTP); empty for nowhere.
    """

    log_level: Literal["", "debug", "info", "warning", "error"] = ""
    log_format: LogFormat = "auto"
    traces_endpoint: str = ""
