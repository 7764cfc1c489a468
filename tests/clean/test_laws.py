"""The laws of cleaning: nothing is lost, cleaning again changes nothing, the same text gives the same answer."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean.cleaner import clean_text, verify_conservation
from ingest.clean.settings import CleanSettings
from ingest.errors import ConservationLawBroken
from ingest.model import Cleaning, Span, SpanClass
from tests.clean.composed import COMPOSED, EXAMPLES, HEADLINES, PROSE, SAYINGS

SETTINGS = CleanSettings()
# Everything a decoder may give: surrogates, controls, marks, joiners, all kinds of blanks.
ANY_TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from("\x00\r\n\n \t\x0b\x0c\x1c\x85\u00a0\u200b\u200d\u202e\ufeff\u0301\ud800\udfffab©"),
    ),
    max_size=200,
)
TEXT = st.one_of(ANY_TEXT, COMPOSED)


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


@given(TEXT)
def test_body_and_spans_cover_the_text_exactly_once(text: str) -> None:
    """The product's promise: what was given can be given back, whatever it was."""
    cleaning = clean_text(text, SETTINGS)
    verify_conservation(text, cleaning)
    assert splice_back(text, cleaning) == text


@given(TEXT)
def test_cleaning_is_deterministic(text: str) -> None:
    """Two machines with the same rules must agree on every span."""
    assert clean_text(text, SETTINGS) == clean_text(text, SETTINGS)


@given(TEXT)
def test_cleaning_a_body_again_removes_only_blanks(text: str) -> None:
    """A re-scrape of our own output must not erode it."""
    body = clean_text(text, SETTINGS).body
    assert visible(clean_text(body, SETTINGS).body) == visible(body)


def test_lines_that_a_cut_joins_are_cleaned_as_one() -> None:
    """What rules see of the place of a line must not change when the body comes again."""
    glued = "Get island updates directly to your inbox + Subscribe Thank you for subscribing! Invalid Email"
    last = "date 2019-03-04 Skaters met on the frozen canal of Bergen on Monday."
    text = "\r\n".join([HEADLINES[0], *[PROSE[0]] * 4, f"{glued} {PROSE[1]}", last])
    body = clean_text(text, SETTINGS).body
    assert glued not in body
    assert clean_text(body, SETTINGS).body == body


@settings(max_examples=40)
@given(COMPOSED)
def test_cleaning_a_body_taken_from_a_page_again_removes_only_blanks(text: str) -> None:
    """The strict rules alone must hold the same law, for they too clean what they have cleaned."""
    body = clean_text(text, SETTINGS, kind="html").body
    assert visible(clean_text(body, SETTINGS, kind="html").body) == visible(body)


def documents() -> list[str]:
    """Give a document for each example of a rule: between prose, above or below it, or glued to it."""
    layouts = ("{h}\n\n{p}\n\n{e}\n\n{q}", "{e}\n{h}\n{p}\n{q}", "{h}\n{p}\n{q}\n{e}", "{h} {p} {e} {q}")
    return [
        layouts[place % 4].format(
            h=HEADLINES[place % 3], p=PROSE[place % 5], q=f"{PROSE[place % 4]}\n{SAYINGS[place % 5]}", e=example
        )
        for place, example in enumerate(EXAMPLES)
    ]


def clean_in_a_process(texts: list[str], folder: Path, hash_seed: int) -> dict[str, Any]:
    """Clean texts by the command in a process of its own, whose strings hash otherwise; give its lines by text."""
    path = folder / f"{hash_seed}.jsonl"
    path.write_text("".join(json.dumps({"id": text, "text": text}) + "\n" for text in texts), encoding="utf-8")
    command = [sys.executable, "-m", "ingest.cli", "clean", str(path), "--json"]
    environment = os.environ | {"PYTHONHASHSEED": str(hash_seed)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=folder)
    lines = map(json.loads, done.stdout.splitlines())
    return {line["id"]: line for line in lines}


def test_processes_and_orders_agree(tmp_path: Path) -> None:
    """Neither the order of a batch nor the seed that strings are hashed by may show in an answer."""
    texts = documents()[::4]
    one = clean_in_a_process(texts, tmp_path, 1)
    other = clean_in_a_process(random.Random(7).sample(texts, len(texts)), tmp_path, 2)
    assert len(one) == len(texts)
    assert one == other
    assert [text for text in texts if one[text]["spans"] != to_spans(text)] == []


def to_spans(text: str) -> list[dict[str, object]]:
    """Give the spans that this process finds, as the command prints them."""
    spans = clean_text(text, SETTINGS).spans
    return [{"start": s.start, "end": s.end, "class": s.span_class.value, "rule": s.rule} for s in spans]


@given(TEXT)
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


@given(TEXT)
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
