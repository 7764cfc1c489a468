"""Prints the figures, and the sentences of the half for choosing that are wrong: `python -m benchmarks.names`."""

from __future__ import annotations

import json

from benchmarks.names import explain, measure

if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
    for line in explain("choose"):
        print(line)
