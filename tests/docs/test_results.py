"""The page of results tells what was measured, and nothing that the gate would refuse."""

from __future__ import annotations

import json

from benchmarks.gate import FLOORS, flatten, judge
from tools import results


def test_page_is_made_of_the_figures() -> None:
    """A figure changed by hand in the page would be one that no command makes."""
    assert results.PAGE.read_text(encoding="utf-8") == results.render(results.read_figures())


def test_page_tells_figures_that_hold() -> None:
    """What the page tells of a floor must be on its right side, else page and gate contradict each other."""
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))["figures"]
    told = dict(flatten(results.read_figures()))
    assert judge({name: bound for name, bound in floors.items() if name in told}, told) == []
    assert len(told.keys() & floors.keys()) >= 100


def test_every_figure_asked_for_has_a_row() -> None:
    """A figure that is missing shows as such, and its row stays."""
    page = results.render({})
    assert all(f"| {what} | {asked} | - |" in page for what, _, asked in results.ASKED)
