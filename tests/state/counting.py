"""A change of a record that shows whether it was applied, and how often."""

from __future__ import annotations

from ingest.state import Json


def count_up(_key: str, old: Json | None) -> Json:
    """Add one."""
    return {"n": (old or {"n": 0})["n"] + 1}
