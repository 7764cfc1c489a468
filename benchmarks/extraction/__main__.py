"""Measure extraction on labelled pages: `python -m benchmarks.extraction [--peers]` prints one JSON value."""

from __future__ import annotations

import argparse
import json
from typing import Any

from benchmarks.corpora import digest
from benchmarks.extraction.scoring import GOLD, SNIPPETS, measure, measure_texts, peer


def main() -> None:
    """Print the figures, with the digests of the corpora."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extraction", description=__doc__)
    parser.add_argument("--peers", action="store_true", help="measure trafilatura alone as well, in the same run")
    arguments = parser.parse_args()
    figures: dict[str, Any] = {"corpora": {name: digest(f"html/{name}.jsonl.gz") for name in (*GOLD, SNIPPETS)}}
    figures["broadsheet"] = measure()
    if arguments.peers:
        figures["trafilatura"] = measure_texts(peer())
        figures["trafilatura, precision"] = measure_texts(peer(favor_precision=True))
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
