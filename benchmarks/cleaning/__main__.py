"""Measure cleaning: `python -m benchmarks.cleaning [--scorer PATH] [--rules]` prints one JSON value."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.cleaning.scoring import SCORER, measure


def main() -> None:
    """Parse the flags, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cleaning", description=__doc__)
    parser.add_argument("--scorer", type=Path, default=SCORER, help="the scorer to call (default: %(default)s)")
    parser.add_argument("--rules", action="store_true", help="add how often each rule fired, and on labelled body")
    options = parser.parse_args()
    figures = measure(scorer=options.scorer)
    if not options.rules:
        figures.pop("rules")
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
