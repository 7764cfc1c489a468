"""Compare with peers: `python -m benchmarks.peers [--without DISTRIBUTION ...]` prints one JSON value."""

from __future__ import annotations

import argparse
import json

from benchmarks.peers.comparison import measure


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--without", nargs="*", default=[], help="distributions to leave out (news-please is slow)")
    print(json.dumps(measure(parser.parse_args().without), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
