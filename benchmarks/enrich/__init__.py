"""How well enrichers read the lines of `samples.toml` and `kinds.toml`: `python -m benchmarks.run enrich`.

What labelled pages and corpora measure of them is in the suites `extraction` (title, dates, authors), `language` and
`names` (places, people, organisations).
"""

from __future__ import annotations

from typing import Any

from benchmarks.enrich.kinds import measure_kinds
from benchmarks.enrich.samples import measure_samples


def measure() -> dict[str, Any]:
    """Score every sample."""
    return {**measure_samples(), **measure_kinds()}
