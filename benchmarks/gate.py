"""Fails where a quality figure falls below its floor, and says which documents and rules: `python -m benchmarks.gate`.

`floors.json` holds, for each figure, `at_least` or `at_most`, and for each corpus the digest that its figures were
taken on: on another corpus a figure means something else, so the gate refuses to judge it. A suite's `explain` says of
one of its figures what it comes from.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.corpora import DATA, digest

FLOORS = Path(__file__).parent / "floors.json"
# What docs/results.md tells; it may lag behind what is measured, and never be better.
TOLD = Path(__file__).parent / "results.json"
_TOLD_TOLERANCE = 0.005
# What depends on how busy the machine is: the page tells one run, the floors leave room.
_TIMED = ("extraction.cost.", "dedup.speed.", "versus.")
# Suites measured at once, each in a process of its own; the one that takes longest begins first.
_AT_ONCE = 2
_LONGEST = "relevance"

Bounds = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A figure on the wrong side of its floor; `causes` are the documents and the rules that it comes from."""

    name: str
    said: str
    causes: tuple[str, ...] = field(default=())


def flatten(figures: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """Yield every number of a nested mapping under its dotted name."""
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{name}.")
        elif isinstance(value, int | float):
            yield f"{prefix}{name}", float(value)


def judge(floors: Bounds, figures: Mapping[str, float]) -> list[Fault]:
    """Name every figure that is missing or on the wrong side of its floor."""
    faults = []
    for name, bound in floors.items():
        value = figures.get(name)
        if value is None:
            faults.append(Fault(name=name, said="not measured"))
        elif not bound.get("at_least", value) <= value <= bound.get("at_most", value):
            faults.append(Fault(name=name, said=f"{value:.4f}, but {dict(bound)}"))
    return faults


def compare_with_page(floors: Bounds, figures: Mapping[str, float], told: Mapping[str, float]) -> list[Fault]:
    """Name every figure that the page of results tells better than it is."""
    faults = []
    for name in floors.keys() & figures.keys() & told.keys():
        if name.startswith(_TIMED):
            continue
        sign = 1 if "at_least" in floors[name] else -1
        if sign * (told[name] - figures[name]) > _TOLD_TOLERANCE:
            said = f"docs/results.md tells {told[name]:.4f}, measured is {figures[name]:.4f}: run tools.results"
            faults.append(Fault(name=name, said=said))
    return sorted(faults, key=lambda fault: fault.name)


def check_corpora(digests: Mapping[str, str]) -> list[Fault]:
    """Name every corpus that is not the one the floors were taken on."""
    return [
        Fault(name=f"corpus {name}", said=f"{digest(name)}, but floors are for {want}")
        for name, want in digests.items()
        if digest(name) != want
    ]


def load_suite(name: str) -> Any:
    """Give the module of a suite."""
    return importlib.import_module(f"benchmarks.{name}")


def measure_suite(name: str) -> dict[str, float]:
    """Measure a suite; give every figure under its dotted name."""
    started = time.monotonic()
    figures = dict(flatten(load_suite(name).measure(), f"{name}."))
    print(f"gate: measured {name} in {time.monotonic() - started:.0f} s", flush=True)
    return figures


def measure_suites(names: Iterable[str]) -> dict[str, float]:
    """Measure suites, two at once where there are several; give every figure under its dotted name."""
    wanted = sorted(dict.fromkeys(names), key=lambda name: name != _LONGEST)
    if len(wanted) == 1:
        return measure_suite(wanted[0])
    with ProcessPoolExecutor(_AT_ONCE) as pool:
        return {name: value for figures in pool.map(measure_suite, wanted) for name, value in figures.items()}


def explain(fault: Fault) -> Fault:
    """Ask a fault's suite for the documents and the rules that it comes from."""
    suite, _, figure = fault.name.partition(".")
    tell = getattr(load_suite(suite), "explain", None) if figure else None
    return Fault(name=fault.name, said=fault.said, causes=tuple(tell(figure)) if tell else ())


def run(floors: Bounds) -> list[Fault]:
    """Measure every suite that has floors, print each figure with its floor, and give the faults, explained."""
    figures = measure_suites(name.partition(".")[0] for name in floors)
    for name, bound in floors.items():
        print(f"{name:60} {figures.get(name, float('nan')):8.4f}  {dict(bound)}")
    told = dict(flatten(json.loads(TOLD.read_text(encoding="utf-8")))) if TOLD.is_file() else {}
    return [explain(fault) for fault in (*judge(floors, figures), *compare_with_page(floors, figures, told))]


def main() -> int:
    """Judge everything that has a floor, and give the exit code."""
    if not DATA.is_dir():
        print(f"gate: no measuring material at {DATA}: NOTHING WAS MEASURED")
        return 0
    pinned = json.loads(FLOORS.read_text(encoding="utf-8"))
    faults = [*check_corpora(pinned["corpora"]), *run(pinned["figures"])]
    for fault in faults:
        print("\n    ".join([f"gate: FAILED {fault.name}: {fault.said}", *fault.causes]))
    print(f"gate: {len(pinned['figures']) - len(faults)} of {len(pinned['figures'])} floors hold")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
