"""How a stream is watched: when it ends by itself, who hears of its progress, what ends it from outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """`until_idle_seconds`: the stream ends once nothing has come for so long and all is settled; None for never."""

    until_idle_seconds: float | None = None
    on_progress: Callable[[dict[str, Any]], None] | None = None
    stop: Event = field(default_factory=Event)
