"""The laws of cleaning: nothing is lost, cleaning again changes nothing, the same text gives the same answer."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean.cleaner import clean_text, verify_conservation
from ingest.clean.rulepack import load_rules
from ingest.clean.settings import CleanSettings
from ingest.errors import ConservationLawBroken
from ingest.model import Cleaning, Span, SpanClass

SETTINGS = CleanSettings()
# Everything a decoder may give: surrogates, controls, marks, joiners, all kinds of blanks.
ANY_TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from("\x00\r\n\n \t\x0b\x0c\x1c\x85\u00a0\u200b\u200d\u202e\ufeff\u0301\ud800\udfffab©"),
    ),
    max_size=200,
)
PROSE = (
    "The ferry to the outer islands sailed again on Tuesday, and the harbour was full of people who came to see it.",
    "Its captain, who has made the crossing for thirty years, said that she had missed the sound of the engine.",
    "Nobody on the quay wanted to talk about the bridge that the council has asked for since the war.",
    "“We had flour for a week and no more,” the baker said. “Then the helicopter came, and with it the post.”",
    "In the school the children drew the ship from memory, and forty drawings hang in the corridor today.",
)
LINE = st.one_of(
    st.sampled_from(PROSE),
    st.sampled_from([line for rule in load_rules() for line in (rule.strips, rule.keeps)]),
    st.sampled_from(["", " ", "\r", "A subhead", "1. Ann says:", "March 3, 2019 at 9:15 am", "Reply", "Ann Lee"]),
)
ARTICLE = st.lists(LINE, max_size=14).map("\n".join)


def splice_back(text: str, cleaning: Cleaning) -> str:
    """Rebuild the given text from the body and what the spans took."""
    parts, at, body_at = [], 0, 0
    for span in cleaning.spans:
        kept = span.start - at
        parts += [cleaning.body[body_at : body_at + kept], text[span.start : span.end]]
        body_at, at = body_at + kept, span.end
    return "".join([*parts, cleaning.body[body_at:]])


def visible(text: str) -> str:
    """Give a text without its blanks."""
    return "".join(text.split())


@given(st.one_of(ANY_TEXT, ARTICLE))
def test_body_and_spans_cover_the_text_exactly_once(text: str) -> None:
    """The product's promise: what was given can be given back, whatever it was."""
    cleaning = clean_text(text, SETTINGS)
    verify_conservation(text, cleaning)
    assert splice_back(text, cleaning) == text


@given(st.one_of(ANY_TEXT, ARTICLE))
def test_cleaning_is_deterministic(text: str) -> None:
    """Two machines with the same rules must agree on every span."""
    assert clean_text(text, SETTINGS) == clean_text(text, SETTINGS)


@given(st.one_of(ANY_TEXT, ARTICLE))
def test_cleaning_a_body_again_removes_only_blanks(text: str) -> None:
    """A re-scrape of our own output must not erode it."""
    body = clean_text(text, SETTINGS).body
    assert visible(clean_text(body, SETTINGS).body) == visible(body)


@given(st.one_of(ANY_TEXT, ARTICLE))
def test_no_two_words_are_glued(text: str) -> None:
    """Words that a blank separated are still separated where what stood between them is gone."""
    cleaning = clean_text(text, SETTINGS)
    taken = {at for span in cleaning.spans for at in range(span.start, span.end)}
    last, blank_cut = "", False
    for at, char in enumerate(text):
        if at in taken:
            blank_cut = blank_cut or char.isspace()
        else:
            assert not (blank_cut and last.isalnum() and char.isalnum())
            last, blank_cut = char, False


@given(st.one_of(ANY_TEXT, ARTICLE))
def test_body_has_no_blank_ends(text: str) -> None:
    """A body begins and ends with what can be seen."""
    body = clean_text(text, SETTINGS).body
    assert body == body.strip()


@given(ANY_TEXT)
def test_body_can_be_encoded(text: str) -> None:
    """No surrogate or NUL may reach the index, whose JSON could not carry it."""
    body = clean_text(text, SETTINGS).body
    body.encode("utf-8")
    assert "\x00" not in body


@pytest.mark.parametrize(
    "spans",
    [
        ((0, 3), (2, 4)),
        ((2, 4), (0, 1)),
        ((3, 3),),
        ((0, 99),),
        ((0, 2),),
    ],
)
def test_broken_law_is_an_error(spans: tuple[tuple[int, int], ...]) -> None:
    """Overlap, disorder, emptiness, a span outside and a body that does not fit are each noticed."""
    ledger = tuple(Span(start=a, end=b, span_class=SpanClass.SHARE, rule="test") for a, b in spans)
    with pytest.raises(ConservationLawBroken):
        verify_conservation("abcdef", Cleaning(body="wrong", spans=ledger))


def test_whole_law_holds_without_spans() -> None:
    """A text that nothing was taken from is its own body."""
    cleaning = Cleaning(body="abc", spans=())
    verify_conservation("abc", cleaning)
    with pytest.raises(ConservationLawBroken):
        verify_conservation("abcd", dataclasses.replace(cleaning, body="abc"))
