"""Compare with peers: `python -m benchmarks.peers` prints one JSON value."""

from __future__ import annotations

import json

from benchmarks.peers.comparison import measure

if __name__ == "__main__":
    print(json.dumps(measure(), indent=1, ensure_ascii=False))
