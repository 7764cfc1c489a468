"""Growing beyond one machine, tried for real, with figures: too dear for every run of the tests.

python -m benchmarks.scale_out nodes       # three Elasticsearch nodes, one killed during ingestion: nothing lost
python -m benchmarks.scale_out celery      # two Celery workers share a run's batches; one is killed: nothing lost
python -m benchmarks.scale_out overhead    # what Airflow costs over the command line, for a batch of 1,000 articles
python -m benchmarks.scale_out backup      # a system that was stopped, copied and started elsewhere: all is found
python -m benchmarks.scale_out sizes       # what an article costs: processor time, memory, bytes of index and lake
"""

from __future__ import annotations

import argparse
import json

from benchmarks.scale_out import backup, celery, nodes, overhead, sizes

PARTS = {"nodes": nodes.run, "celery": celery.run, "overhead": overhead.run, "backup": backup.run, "sizes": sizes.run}


def main() -> int:
    """Run the parts that are named, all for no name, and print their figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale_out", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all)")
    for name in parser.parse_args().parts or list(PARTS):
        print(json.dumps({"part": name, **PARTS[name]()}), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
