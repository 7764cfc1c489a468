"""Everything that is stated of an article's dates is kept, with who stated it and why it was not believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given, strategies

from ingest.enrich.datelines import find_dateline
from ingest.enrich.dates import find_dates
from ingest.enrich.enricher import Draft
from ingest.enrich.settings import DateSettings
from ingest.model import Candidate, Cleaning, Metadata, Page
from tests.enrich.records import cleaning, page, stated

SETTINGS = DateSettings()
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
URL = "https://www.harbourpost.example/2014/03/16/strike/"


def find(source: Page, found: Cleaning | None = None) -> Metadata:
    """Find the dates of a page."""
    return find_dates(Draft(page=source, cleaning=found or cleaning(), now=NOW), SETTINGS).metadata


def beside(source: Page, *statements: Candidate) -> Page:
    """Say something beside a page's bytes."""
    payload = replace(source.document.payload, stated=statements)
    return replace(source, document=replace(source.document, payload=payload))


def test_all_that_is_stated_is_kept_in_order_of_trust() -> None:
    """Whoever doubts the date sees what else it could have been."""
    source = beside(
        page(
            URL,
            (stated("published_at", "2014-03-17", "meta"), stated("published_at", "2014-03-18T08:00:00+02:00")),
            published_at="2014-03-19",
        ),
        stated("published_at", "Tue, 18 Mar 2014 07:00:00 GMT", "feed"),
        stated("modified_at", "Fri, 21 Mar 2014 07:00:00 GMT", "http"),
    )
    found = cleaning(
        "LISBON, March 14 (Nordwire) - The cranes stood still.",
        leaked=(stated("date", "2014-03-15", "leaked"),),
        bylines=("By Anna Bell, 13 March 2014",),
    )
    dates = [each for each in find(source, found).dates if each.kind == "published"]
    assert [(each.origin, each.date and each.date.value.day) for each in dates] == [
        ("given", 19),
        ("json-ld", 18),
        ("meta", 17),
        ("feed", 18),
        ("url", 16),
        ("leaked", 15),
        ("byline", 13),
        ("dateline", 14),
        ("http", 21),
    ]


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("0000-01-01", "unreadable"),
        ("0000-00-00T00:00:00Z", "unreadable"),
        ("10000-01-01", "unreadable"),
        ("2014-03-15T08:00:00+99:99", "unreadable"),
        ("2014-03-15T08:00:00+23:00", "unreadable"),
        ("Sat, 15 Mar 2014 08:00:00 +9999", "unreadable"),
        ("9" * 10_000, "unreadable"),
        ("0001-01-01T00:00:00Z", "too_early"),
        ("9999-12-31T23:59:59Z", "too_late"),
        ("1899-03-15", "too_early"),
    ],
)
def test_what_is_not_believed_says_why(value: str, refused: str) -> None:
    """Years 0 and 10000 and impossible zones come from broken templates; the next statement counts."""
    found = find(page(URL, (stated("published_at", value),)))
    assert [(each.origin, each.refused, each.date) for each in found.dates[:1]] == [("json-ld", refused, None)]
    assert found.published is not None
    assert found.published.origin == "url"
    assert not found.date_conflict


@pytest.mark.parametrize(
    ("value", "hour", "offset"),
    [
        ("2014-03-15T18:05:00+02:00", 16, "+02:00"),
        ("2014-03-15T18:05:00-0330", 21, "-03:30"),
        ("2014-03-15T18:05:00Z", 18, "+00:00"),
        ("2014-03-15T18:05:00", 18, None),
        ("Sat, 15 Mar 2014 18:05:00 EST", 23, "-05:00"),
        ("1394906700", 18, None),
    ],
)
def test_time_zones_are_kept_and_normalised(value: str, hour: int, offset: str | None) -> None:
    """The index sorts by UTC; the zone says what time of day it was in the newsroom."""
    published = find(page(None, (stated("published_at", value),))).published
    assert published is not None
    assert (published.value.hour, published.value.tzinfo, published.offset) == (hour, UTC, offset)


@pytest.mark.parametrize(
    ("first", "second", "origin", "conflict"),
    [
        ("2014-03-15T18:05:00Z", "2014-03-15", "meta", False),
        ("2014-03-15", "2014-03-18T23:00:00Z", "meta", True),
        ("2014-03-15", "2014-03-17T23:00:00Z", "meta", False),
        ("2014-03", "2014-03-28", "meta", False),
        ("2014", "2015-06-01", "meta", True),
        ("2014-03-15", "2012-03-18", "element", False),
    ],
)
def test_a_conflict_is_flagged(first: str, second: str, origin: str, conflict: bool) -> None:
    """Two who disagree by more than time zones do; the page's other times are of other articles."""
    source = page(None, (stated("published_at", first), stated("published_at", second, origin)))
    assert find(source).date_conflict is conflict


def test_the_time_of_modification() -> None:
    """Stated by the page, by a line that leaked, or not at all; never before the publication."""
    published = stated("published_at", "2014-03-15")
    by_page = page(None, (published, stated("modified_at", "2013-01-01"), stated("modified_at", "2014-03-16", "meta")))
    by_line = cleaning(leaked=(stated("line", "March 15, 2014 | UPDATED: March 17, 2014", "leaked"),))
    days = [
        metadata.modified and metadata.modified.value.day
        for metadata in (find(by_page), find(page(), by_line), find(page(None, (published,))))
    ]
    assert days == [16, 17, None]
    assert find(page(None, (stated("modified_at", "2014-03-16"),))).published is None


def test_a_page_made_for_us_is_not_dated_by_its_server() -> None:
    """`Last-Modified` of a page that is made when it is asked for says when we asked."""
    old, new = (stated("modified_at", f"{day} Mar 2014 07:00:00 GMT", "http") for day in (10, 20))
    fetched = stated("fetched_at", "2014-03-20T07:00:05Z", "warc")
    assert find(beside(page(), new, fetched)).published is None
    published = find(beside(page(), old, fetched)).published
    assert published is not None
    assert (published.origin, published.value.day) == ("http", 10)


@pytest.mark.parametrize(
    ("body", "day"),
    [
        ("LISBON, March 14 (Nordwire) - The cranes stood still.", "2014-03-14"),
        ("PORT MERIDIAN — 14 March 2014 — The cranes stood still.", "2014-03-14"),
        ("MARSEILLE, 14 mars (Nordwire) - Les grues sont arrêtées.", "2014-03-14"),
        ("KIEL, 14. März – Die Kräne stehen still.", "2014-03-14"),
        ("LISBON, Dec. 30 (Nordwire) -- The cranes stood still.", "2013-12-30"),
        ("Cranes stand still\nLISBON, March 14 (Nordwire) - They stood.", "2014-03-14"),
        ("LISBON (Nordwire) - The cranes stood still on March 14.", None),
        ("The strike began on March 14 and went on. The owners - all of them - were away.", None),
        ("March 14 is a day for the cranes: they stand - and stand.", None),
    ],
)
def test_datelines(body: str, day: str | None) -> None:
    """A dateline says when a report was written; its year is that of the publication."""
    source = page(None, (stated("published_at", "2014-03-15"),))
    dates = {each.origin: each.date for each in find(source, cleaning(body)).dates}
    date = dates.get("dateline")
    assert (date and date.value.date().isoformat()) == day


def test_a_dateline_with_its_year_dates_an_article() -> None:
    """Where nobody else states a date, the report itself does."""
    published = find(page(), cleaning("LISBON, March 14, 2014 (Nordwire) - The cranes stood still.")).published
    assert published is not None
    assert (published.origin, published.value.day) == ("dateline", 14)


def test_hostile_statements_cost_little() -> None:
    """Ten thousand dates of ten thousand characters are an attack; what is looked at and kept is bounded."""
    many = tuple(stated("published_at", f"{n} " + "9/" * 5_000, "element") for n in range(10_000))
    body = "A" * 50 + " 1 a" * 1_000_000
    started = process_time()
    found = find(page(None, many), cleaning(body, bylines=("1 " * 500_000,) * 100, leaked=many[:100]))
    assert process_time() - started < 5
    assert len(found.dates) <= 3 * SETTINGS.max_candidates
    assert all(len(each.stated) <= 200 for each in found.dates)


@given(body=strategies.text(alphabet="A 1-,.March(éм\n", max_size=300))
def test_any_head_has_a_dateline_or_none(body: str) -> None:
    """Whatever stands at the head of a text, no exception."""
    dateline = find_dateline(body)
    assert dateline is None or dateline in body
