"""Repair: what says nothing goes, what some script needs stays, and nothing is ever replaced."""

from __future__ import annotations

import pytest

from ingest.clean.cleaner import clean_text
from ingest.clean.settings import CleanSettings
from ingest.model import SpanClass

SETTINGS = CleanSettings()


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("fish\x00 hall", "fish hall"),
        ("fish\r\nhall", "fish\nhall"),
        ("\ufefffish hall", "fish hall"),
        ("fish \ud83d hall", "fish hall"),
        ("fish\u200d hall", "fish hall"),
        ("fish \u202ehall\u202c", "fish hall"),
        ("fish\u200b hall", "fish hall"),
        ("fish \x0chall", "fish hall"),
        ("e" + "\u0301" * 40 + "nd", "e" + "\u0301" * 30 + "nd"),
    ],
)
def test_junk_is_taken(text: str, body: str) -> None:
    """Each of these breaks matching, JSON or display, and none can be seen."""
    cleaning = clean_text(text, SETTINGS)
    assert cleaning.body == body
    assert SpanClass.CONTROL in {span.span_class for span in cleaning.spans}


@pytest.mark.parametrize(
    "text",
    [
        "👩\u200d🚒 at work",
        "می\u200cخواهم",
        "क्\u200dष",
        "שלום \u200fabc",
        "ภาษา\u200bไทย",
        "fish\x0challs",
        "co\u00adoperate",
    ],
)
def test_content_stays(text: str) -> None:
    """Joiners in emoji, Persian and Hindi, direction marks in Hebrew, spaces in Thai, a blank between words."""
    assert clean_text(text, SETTINGS).body == text


def test_marks_are_counted_across_what_is_taken() -> None:
    """A NUL between combining marks must not hide a run that is too long."""
    body = clean_text("e" + "\u0301" * 25 + "\x00" + "\u0301" * 25 + "nd", SETTINGS).body
    assert body == "e" + "\u0301" * 30 + "nd"


def test_chrome_in_a_file_with_carriage_returns_is_one_span(article: str) -> None:
    """A Windows line end inside a block must not break its record into pieces."""
    text = f"{article}\n\nMost read\n1. Storm closes the harbour\n2. The last fish hall".replace("\n", "\r\n")
    spans = [span for span in clean_text(text, SETTINGS).spans if span.span_class is SpanClass.RELATED]
    assert [text[span.start : span.end] for span in spans] == [text[text.index("Most read") :]]
