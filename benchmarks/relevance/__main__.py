"""`python -m benchmarks.relevance [--index URL]...`: nDCG@10 on each collection and index, as one JSON value.

Without `--index` the embedded index alone is measured, in a temporary folder. On Elasticsearch the indices carry a
prefix of this run's own and are removed afterwards.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from benchmarks.relevance.ranking import measure


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relevance", description=__doc__)
    parser.add_argument("--index", action="append", metavar="URL", help="http://host:9200 beside the embedded index")
    given = parser.parse_args(arguments)
    print(json.dumps(measure(tuple(given.index or ())), indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
