"""The API under load and under fuzzing: its cost over a bare Elasticsearch, its exports, and its own description."""

from __future__ import annotations

from typing import Any


def measure() -> dict[str, Any]:
    """Measure at 100,000 articles; see `load`."""
    from benchmarks.serving import load  # noqa: PLC0415 - the conformance alone needs no server

    return load.measure()
