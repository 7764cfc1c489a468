"""Pump cleaning: `python -m benchmarks.pumping` prints one JSON value; exit code 1 where time grew too fast."""

from __future__ import annotations

import json
import sys

from benchmarks.pumping.growth import measure

if __name__ == "__main__":
    figures = measure()
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    sys.exit(1 if figures["faults"] else 0)
