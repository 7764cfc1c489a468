"""Print the figures as JSON; with `--scale N ...`, those of stores of so many articles, a line each."""

import argparse
import json

from benchmarks.dedup import measure
from benchmarks.dedup.scale import STORES, measure_scale

parser = argparse.ArgumentParser(prog="python -m benchmarks.dedup", description=__doc__)
parser.add_argument("--scale", type=int, nargs="+", metavar="N", help="numbers of articles in the store")
parser.add_argument("--store", choices=list(STORES), action="append", help="which store (default: all)")
arguments = parser.parse_args()
if arguments.scale:
    for name in arguments.store or STORES:
        for figures in measure_scale(arguments.scale, STORES[name]):
            print(json.dumps({"store": name, **figures}), flush=True)
else:
    print(json.dumps(measure(), indent=2))
