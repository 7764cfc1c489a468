"""Which agency a text names, and which words are none."""

from __future__ import annotations

import pytest

from ingest.clean.agencies import name_agency, read_dateline_agency


@pytest.mark.parametrize(
    ("body", "agency"),
    [
        ("LOMERIA, May 3 (Reuters) - The ferry sails again.", "Reuters"),
        ("Quay reopens\n\nLOMERIA (AP) \u2014 The ferry sails again.", "The Associated Press"),
        ("(AFP) The ferry sails again.", "AFP"),
        ("The ferry (AP photographers were aboard) sails again.", None),
        ("The ferry sails again. " * 80 + "LOMERIA (AP) - no", None),
        ("The museum (dpacking hall) is open.", None),
    ],
)
def test_a_dateline_names_its_agency(body: str, agency: str | None) -> None:
    """Wire copies say at their head whose text they are; brackets elsewhere say nothing."""
    assert read_dateline_agency(body) == agency


def test_a_word_with_an_agency_inside_names_none() -> None:
    """`AP` is an agency, `APPLE` and `app` are not."""
    assert [name_agency(text) for text in ("APPLE", "the app", "By AP staff", "copyright Thomson Reuters 2031")] == [
        None,
        None,
        "The Associated Press",
        "Reuters",
    ]
