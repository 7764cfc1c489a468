"""`python -m benchmarks.relevance [--index URL] [--tune]`: nDCG@10 on each collection and index, as one JSON value.

Without `--index` an Elasticsearch is started for the time of the run; the embedded index lives in a temporary folder.
Indices carry a prefix of this run's own and are removed afterwards. `--tune` compares weights instead.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from benchmarks.relevance.ranking import measure
from benchmarks.relevance.tuning import tune


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relevance", description=__doc__)
    parser.add_argument("--index", metavar="URL", help="http://host:9200")
    parser.add_argument("--tune", action="store_true", help="choose a weight on half of the queries, test on the rest")
    given = parser.parse_args(arguments)
    print(json.dumps((tune if given.tune else measure)(given.index), indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
