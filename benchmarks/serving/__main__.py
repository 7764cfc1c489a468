"""Prints the figures: `python -m benchmarks.serving [ARTICLES]`."""

from __future__ import annotations

import json
import sys

from benchmarks.serving.load import ARTICLES, measure

if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES)))
