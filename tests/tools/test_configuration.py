"""The configuration page is what the code says."""

from __future__ import annotations

from tools.configuration import PAGE, read_attributes, render


def test_the_page_is_up_to_date() -> None:
    """A page written by hand drifts; `make docs` writes this one."""
    assert PAGE.read_text(encoding="utf-8") == render()


def test_a_meaning_may_go_on_in_the_next_line() -> None:
    """Long meanings are wrapped in the code and are one cell on the page."""
    docstring = "Summary.\n\n    Attributes:\n        size: How much, in\n            bytes.\n        name: What."
    assert read_attributes(docstring) == {"size": "How much, in bytes.", "name": "What."}
