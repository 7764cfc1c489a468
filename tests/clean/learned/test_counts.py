"""The window of a publisher: each document once, bounded, the same after a restart."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean.learned.counts import PublisherCounts, count_sightings, from_json, to_json
from ingest.clean.learned.normal import digest_line, name_publisher, normalise
from ingest.clean.learned.sightings import sight
from ingest.model import Cleaning
from tests.clean.learned.outlets import SETTINGS, count, see, write_article

LINE = "Scroll past the picture for the tide table"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("  Page 3 of 12 ", "page 0 of 0"),
        ("• “More” – from\u00a0us", '"more" - from us'),
        ("12.30 Uhr", "0.0 uhr"),
        ("", ""),
    ],
)
def test_common_form(text: str, form: str) -> None:
    """Typography, case and figures make no other line."""
    assert normalise(text) == form


@pytest.mark.parametrize(
    ("domain", "name", "publisher"),
    [
        ("Echo.example", "Marsh Echo", "echo.example"),
        (None, "  The Marsh Echo & Herald ", "the-marsh-echo-herald"),
        (None, "../../etc/passwd", "etc-passwd"),
        (None, " - ", None),
        (None, None, None),
    ],
)
def test_publisher_is_named(domain: str | None, name: str | None, publisher: str | None) -> None:
    """The name becomes a file's name, so it can hold no path."""
    assert name_publisher(domain, name) == publisher


def test_document_counts_once() -> None:
    """A second run, and cleaning again under other rules, add nothing."""
    sightings = see([write_article(seed, among=[LINE]) for seed in range(4)])
    counts, is_changed = count_sightings(None, sightings, 100, SETTINGS)
    record = to_json(counts)
    again, is_changed_again = count_sightings(record, [*sightings, *sightings], 101, SETTINGS)
    assert (is_changed, is_changed_again) == (True, False)
    assert to_json(again) == record
    assert len(counts.lines[digest_line(LINE)]) == 4


def test_record_survives_json() -> None:
    """What a restart reads back is what was written."""
    record = to_json(count([write_article(seed, among=[LINE]) for seed in range(5)]))
    assert to_json(from_json(json.loads(json.dumps(record)))) == record


def test_counting_in_parts_is_counting_at_once() -> None:
    """Where a run was cut off must not show."""
    sightings = see([write_article(seed, among=[LINE]) for seed in range(6)])
    whole, _ = count_sightings(None, sightings, 100, SETTINGS)
    first, _ = count_sightings(None, sightings[:2], 100, SETTINGS)
    both, _ = count_sightings(to_json(first), sightings, 100, SETTINGS)
    assert to_json(both) == to_json(whole)


def test_window_of_documents() -> None:
    """The last documents count, and only they."""
    settings = replace(SETTINGS, window_documents=5)
    counts = count([write_article(seed, among=[LINE] if seed < 8 else []) for seed in range(10)], settings)
    assert [document.number for document in counts.documents] == [5, 6, 7, 8, 9]
    assert [occurrence.document for occurrence in counts.lines[digest_line(LINE)]] == [5, 6, 7]


def test_window_of_days() -> None:
    """What was counted longer ago than the window no longer counts."""
    early, late = see([write_article(1, among=[LINE])]), see([write_article(2), write_article(3)])[1:]
    counts, _ = count_sightings(None, early, 100, SETTINGS)
    counts, _ = count_sightings(to_json(counts), late, 100 + SETTINGS.window_days, SETTINGS)
    assert [document.day for document in counts.documents] == [190]
    assert digest_line(LINE) not in counts.lines


def test_lines_are_bounded_and_what_repeats_stays() -> None:
    """A publisher costs no more than its bound; a line seen twice outlives those seen once."""
    settings = replace(SETTINGS, max_lines_per_publisher=20)
    counts = count([write_article(seed, among=[LINE] if seed < 3 else []) for seed in range(12)], settings)
    assert len(counts.lines) == 20
    assert len(counts.lines[digest_line(LINE)]) == 3


def test_document_is_bounded() -> None:
    """A page of ten thousand lines is counted by its head and its tail."""
    text = "\n".join(f"line {'x' * (place % 97)} {'y' * (place // 97)}" for place in range(10_000))
    sighting = sight("echo.example", "1", text, Cleaning(body=text, spans=()), SETTINGS)
    assert len(sighting.lines) == SETTINGS.max_lines_per_document
    assert sighting.lines[0].text == "line  "[:4]


def test_article_on_one_line_is_not_held() -> None:
    """A counter holds many documents: of a line that is never proposed it needs the key alone."""
    text = "A sentence without an end " * 4000
    (line,) = sight("echo.example", "1", text, Cleaning(body=text, spans=()), SETTINGS).lines
    assert len(line.text) == SETTINGS.max_line_chars + 1
    assert line.key == digest_line(text.strip())


@given(st.lists(st.text(max_size=40), max_size=8))
def test_any_text_can_be_counted(lines: list[str]) -> None:
    """Scraped text holds everything; the record must be JSON that every store takes."""
    text = "\n".join(lines)
    sightings = [sight("p", str(n), text, Cleaning(body=text, spans=()), SETTINGS) for n in range(2)]
    counts = PublisherCounts()
    for sighting in sightings:
        counts.add(sighting, 1, SETTINGS)
    counts.trim(1, SETTINGS)
    assert json.dumps(to_json(counts)).encode("ascii")
    assert json.dumps(to_json(counts), ensure_ascii=False).encode()
