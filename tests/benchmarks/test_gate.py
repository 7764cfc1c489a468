"""The gate can fail."""

from __future__ import annotations

from benchmarks.gate import compare_with_page, flatten, judge


def test_a_figure_below_its_floor_or_missing_is_named() -> None:
    """A gate that cannot fail guards nothing."""
    figures = dict(flatten({"cleaning": {"real": {"line_f1": 0.95, "body_lost": 0.02}, "worst": ["x"]}}))
    floors = {
        "cleaning.real.line_f1": {"at_least": 0.96},
        "cleaning.real.body_lost": {"at_most": 0.01},
        "cleaning.real.other": {"at_least": 0.1},
    }
    assert [fault.name for fault in judge(floors, figures)] == list(floors)
    held = {"cleaning.real.line_f1": {"at_least": 0.95}, "cleaning.real.body_lost": {"at_most": 0.02}}
    assert judge(held, figures) == []


def test_a_page_that_tells_more_than_is_measured_is_named() -> None:
    """Documents may lag behind the code and must not flatter it."""
    floors = {"a.f1": {"at_least": 0.9}, "a.lost": {"at_most": 0.1}, "a.behind": {"at_least": 0.9}}
    measured = {"a.f1": 0.95, "a.lost": 0.02, "a.behind": 0.97}
    told = {"a.f1": 0.97, "a.lost": 0.01, "a.behind": 0.95}
    assert [fault.name for fault in compare_with_page(floors, measured, told)] == ["a.f1", "a.lost"]
    assert compare_with_page(floors, measured, measured) == []
