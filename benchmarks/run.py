"""Measures everything and prints a line of JSON a suite: `python -m benchmarks.run [SUITE ...]`."""

from __future__ import annotations

import importlib
import json
import sys
import time

from benchmarks.corpora import DATA

SUITES = (
    "throughput",
    "cleaning",
    "learning",
    "renders",
    "extraction",
    "dedup",
    "events",
    "language",
    "enrich",
    "names",
    "relevance",
    "serving.load",
    "serving.fuzzing",
    "walking",
    "memory",
    "pumping",
    "streaming",
    "feeds",
    "archives",
    "crashes",
    "replay",
)


def main(suites: list[str]) -> int:
    """Run the named suites, or all."""
    if not DATA.is_dir():
        print(f"bench: no measuring material at {DATA}: NOTHING WAS MEASURED")
        return 0
    for suite in suites or SUITES:
        started = time.monotonic()
        figures = importlib.import_module(f"benchmarks.{suite}").measure()
        seconds = round(time.monotonic() - started, 1)
        print(json.dumps({"suite": suite, "took_seconds": seconds, **figures}, default=str), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
