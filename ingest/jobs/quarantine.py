"""Looking at the quarantine and sending documents through again, from the bytes in the lake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.lake import open_quarantine
from ingest.settings import Settings


def list_quarantine(settings: Settings) -> Iterator[dict[str, Any]]:
    """Yield every entry."""
    with open_quarantine(settings.lake) as quarantine:
        yield from (entry.to_json() for entry in quarantine.entries())
