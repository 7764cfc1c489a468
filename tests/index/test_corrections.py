"""What a word diff shows, and which corrections are told apart."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.index.corrections import Change, classify, diff_words

WORDS = st.lists(st.sampled_from(["a", "b", "c", " ", "\n", "\n\n", "ß", "9"]), max_size=30).map("".join)


@given(before=WORDS, after=WORDS)
def test_a_diff_holds_both_texts(before: str, after: str) -> None:
    """Nothing is invented or lost."""
    changes = diff_words(before, after)
    assert "".join(change.text for change in changes if change.sign != "+") == before
    assert "".join(change.text for change in changes if change.sign != "-") == after


def test_a_diff_is_by_word() -> None:
    """What stayed stays readable around what changed."""
    assert diff_words("The pilots asked for one cutter.", "The pilots asked for two cutters.") == [
        Change("=", "The pilots asked for"),
        Change("-", " one cutter."),
        Change("+", " two cutters."),
    ]


@pytest.mark.parametrize("text", ["a\n" * 100_000, "a " * 200_000])
def test_a_long_diff_ends_soon(text: str) -> None:
    """A body may be a megabyte, and every word of it may have changed."""
    other = text.replace("a", "b")
    started = time.process_time()
    changes = diff_words(f"same\n{text}", f"same\n{other}")
    assert time.process_time() - started < 10
    assert "".join(change.text for change in changes if change.sign != "+") == f"same\n{text}"


BODY = "The harbour board met on Tuesday. It heard 14 pilots. It will meet again."


@pytest.mark.parametrize(
    ("title", "body", "kinds"),
    [
        ("Board meets", BODY, []),
        ("Board hears pilots", BODY, ["headline"]),
        ("Board meets", BODY.replace("14", "41"), ["numbers"]),
        ("Board meets", BODY.replace("Tuesday", "Monday"), ["wording"]),
        ("Board meets", BODY + " The next date is not yet known.", ["added"]),
        ("Board meets", BODY.replace(" It will meet again.", ""), ["removed"]),
        ("Board hears", BODY.replace("14 pilots", "41 masters"), ["headline", "numbers", "wording"]),
    ],
)
def test_kinds_of_correction(title: str, body: str, kinds: list[str]) -> None:
    """A reader wants to know whether a figure changed or a comma."""
    assert classify(("Board meets", BODY), (title, body)) == kinds


def test_a_headline_within_the_body_is_counted_once() -> None:
    """A scraped text carries its headline; a changed one is no change of wording as well."""
    before, after = (f"{title}\n\n{BODY}" for title in ("Board meets", "Board hears pilots"))
    assert classify(("Board meets", before), ("Board hears pilots", after)) == ["headline"]
