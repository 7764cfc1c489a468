"""Which date is chosen, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies

from ingest.enrich.dates import choose_date
from ingest.enrich.settings import DateSettings
from ingest.model import PublicationDate, Rights
from tests.enrich.records import cleaning, page, stated

SETTINGS = DateSettings()
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
URL = "https://www.harbourpost.example/2014/03/16/strike/"


def day(year: int, month: int, number: int) -> datetime:
    """Make the midnight of a day in UTC."""
    return datetime(year, month, number, tzinfo=UTC)


def test_trust_falls_from_given_to_page_to_url_to_leaked() -> None:
    """Whoever is closest to the newsroom is believed first, and the origin says who it was."""
    statements = page(URL, (stated("published_at", "2014-03-17", "meta"), stated("published_at", "2014-03-18")))
    given_too = page(URL, statements.candidates, published_at="2014-03-19")
    leaked = cleaning(leaked=(stated("date", "2014-03-15", "text"),))
    chosen = [
        choose_date(source, leaked, SETTINGS, now=NOW)
        for source in (given_too, statements, page(URL, statements.candidates[:1]), page(URL), page())
    ]
    assert [date and (date.origin, date.value.day, date.precision) for date in chosen] == [
        ("given", 19, "day"),
        ("json-ld", 18, "day"),
        ("meta", 17, "day"),
        ("url", 16, "day"),
        ("leaked", 15, "day"),
    ]


def test_what_cannot_be_believed_is_passed_over() -> None:
    """A broken statement must not hide a good one of less trust."""
    source = page(URL, (stated("published_at", "0000-00-00"),), published_at="soon")
    assert choose_date(source, cleaning(), SETTINGS, now=NOW) == PublicationDate(
        value=day(2014, 3, 16), precision="day", origin="url"
    )


def test_a_copyright_year_dates_nothing() -> None:
    """Footers carry the year of the scrape, not of the article."""
    found = cleaning("Copyright 2018", rights=(Rights(holder="Harbour Post", years=(2018,), notice="Copyright 2018"),))
    assert choose_date(page(), found, SETTINGS, now=NOW) is None


@pytest.mark.parametrize(
    ("value", "accepted"),
    [
        ("1989-12-31T23:59:59Z", False),
        ("1990-01-01", True),
        ("2026-05-03T12:00:00Z", True),
        ("2026-05-03T12:00:01Z", False),
        ("9999-12-31T23:59:59-14:00", False),
        ("0001-01-01T00:00:00+14:00", False),
    ],
)
def test_bounds(value: str, accepted: bool) -> None:
    """1990 to two days ahead: clocks are wrong by days, archives by decades."""
    assert (choose_date(page(published_at=value), cleaning(), SETTINGS, now=NOW) is not None) is accepted


def test_the_fetch_bounds_too() -> None:
    """What was fetched in 2014 was not published in 2018; a fetch in the far future widens nothing."""
    early = page(published_at="2018-01-01", fetched_at="2014-03-20T08:00:00Z")
    late = page(published_at="2030-01-01", fetched_at="9999-01-01T00:00:00Z")
    assert choose_date(early, cleaning(), SETTINGS, now=NOW) is None
    assert choose_date(late, cleaning(), SETTINGS, now=NOW) is None


@pytest.mark.parametrize(
    ("field", "value", "number"),
    [
        ("date", "2014-03-15", 15),
        ("line", "15 March 2014", 15),
        ("March", "15, 2014", 15),
        ("published", "March 15, 2014 at 8:59 pm | UPDATED: March 16, 2014 at 9:16 am", 15),
        ("stand", "15.03.2014, 17:42 Uhr", 15),
        ("line", "Publié le 15 mars 2014 à 18h07", 15),
        ("line", "15 de marzo de 2014 - 21:15", 15),
        ("line", "15 марта 2014, 12:30", 15),
        ("line", "2014年3月15日 09:30", 15),
        ("line", "15 مارس 2014", 15),
        ("updated", "16 March 2014", None),
        ("section", "2014", None),
        ("line", "4 min read", None),
        ("id", "120140315", None),
    ],
)
def test_lines_that_leaked(field: str, value: str, number: int | None) -> None:
    """Date lines come in every language; updates, sections and identifiers are no dates of publication."""
    date = choose_date(page(), cleaning(leaked=(stated(field, value, "leaked"),)), SETTINGS, now=NOW)
    assert (date and (date.value, date.precision)) == (number and (day(2014, 3, number), "day"))


@given(value=strategies.text(), url=strategies.text(), leaked=strategies.text())
def test_any_statement_gives_a_date_within_bounds_or_none(value: str, url: str, leaked: str) -> None:
    """Input is hostile: no exception, and nothing outside the bounds."""
    source = page(url, (stated("published_at", value),), published_at=value, fetched_at=value)
    date = choose_date(source, cleaning(leaked=(stated("date", leaked),)), SETTINGS, now=NOW)
    assert date is None or day(1990, 1, 1) <= date.value <= day(2026, 5, 4)


@pytest.mark.parametrize(
    ("origin", "number"), [("element", 19), ("json-ld", None)], ids=["an element's text", "a field for machines"]
)
def test_dates_inside_what_readers_see(origin: str, number: int | None) -> None:
    """An element's text says more than the date; a field for machines that does so is broken."""
    source = page(None, (stated("published_at", "Published: 19 May 2019, 14:02 - updated 21 May 2019", origin),))
    found = choose_date(source, cleaning(), SETTINGS, now=NOW)
    assert (found.value.day if found else None) == number
