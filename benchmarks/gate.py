"""Fails where a quality figure falls below its floor: `python -m benchmarks.gate`.

`floors.json` holds, for each figure, `at_least` or `at_most`, and for each corpus the digest that its figures were
taken on: on another corpus a figure means something else, so the gate refuses to judge it.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.corpora import DATA, digest

FLOORS = Path(__file__).parent / "floors.json"


def flatten(figures: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """Yield every number of a nested mapping under its dotted name."""
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{name}.")
        elif isinstance(value, int | float):
            yield f"{prefix}{name}", float(value)


def judge(floors: Mapping[str, Mapping[str, float]], figures: Mapping[str, float]) -> list[str]:
    """Name every figure that is missing or on the wrong side of its floor."""
    faults = []
    for name, bound in floors.items():
        value = figures.get(name)
        if value is None:
            faults.append(f"{name}: not measured")
        elif value < bound.get("at_least", value) or value > bound.get("at_most", value):
            faults.append(f"{name}: {value:.4f}, but {bound}")
    return faults


def check_corpora(digests: Mapping[str, str]) -> list[str]:
    """Name every corpus that is not the one the floors were taken on."""
    return [
        f"corpus {name}: {digest(name)}, but floors are for {want}"
        for name, want in digests.items()
        if digest(name) != want
    ]


def main() -> int:
    """Measure every suite named in the floors, and give the exit code."""
    if not DATA.is_dir():
        print(f"gate: no measuring material at {DATA}: NOTHING WAS MEASURED")
        return 0
    pinned = json.loads(FLOORS.read_text(encoding="utf-8"))
    faults = check_corpora(pinned["corpora"])
    figures: dict[str, float] = {}
    for suite in dict.fromkeys(name.partition(".")[0] for name in pinned["figures"]):
        started = time.monotonic()
        measured = importlib.import_module(f"benchmarks.{suite}").measure()
        figures |= dict(flatten(measured, f"{suite}."))
        print(f"gate: measured {suite} in {time.monotonic() - started:.0f} s", flush=True)
    faults += judge(pinned["figures"], figures)
    for name, bound in pinned["figures"].items():
        print(f"{name:60} {figures.get(name, float('nan')):8.4f}  {bound}")
    for fault in faults:
        print(f"gate: FAILED {fault}")
    print(f"gate: {len(pinned['figures']) - len(faults)} of {len(pinned['figures'])} floors hold")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
