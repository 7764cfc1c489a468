"""A stream's progress for people, on standard error, where a terminal is."""

from __future__ import annotations

import sys
from typing import Any

from rich.console import Console
from rich.text import Text


def print_progress(progress: dict[str, Any]) -> None:
    """Print a line of progress; outside a terminal the log tells it."""
    if not sys.stderr.isatty():
        return
    state = "waiting" if progress["waiting"] else "paused" if progress["paused"] else "running"
    counts = ", ".join(f"{progress[name]} {name}" for name in ("seen", "indexed", "updated", "unchanged", "failed"))
    Console(stderr=True).print(Text(f"{progress['at'][11:19]}  {state}: {counts}; {progress['lag_total']} behind"))
