"""The forms in which dates come, and the hostile ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies

from ingest.enrich.instants import parse_instant, parse_url_date


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("2014-03-15T10:20:30Z", "2014-03-15T10:20:30", "second"),
        ("2014-03-15T10:20:30.123456789+01:00", "2014-03-15T09:20:30", "second"),
        ("2014-03-15T10:20+0530", "2014-03-15T04:50:00", "minute"),
        ("2014-03-15 10:20:30 +0200", "2014-03-15T08:20:30", "second"),
        ("2014-03-15 10:20 UTC", "2014-03-15T10:20:00", "minute"),
        ("20140315T102030Z", "2014-03-15T10:20:30", "second"),
        ("2014-03-15", "2014-03-15T00:00:00", "day"),
        ("20140315", "2014-03-15T00:00:00", "day"),
        ("2014/3/5", "2014-03-05T00:00:00", "day"),
        ("2014-03", "2014-03-01T00:00:00", "month"),
        ("2014", "2014-01-01T00:00:00", "year"),
        ("1394878830", "2014-03-15T10:20:30", "second"),
        ("1394878830123", "2014-03-15T10:20:30", "second"),
        ("Sat, 15 Mar 2014 10:20:30 GMT", "2014-03-15T10:20:30", "second"),
        ("Sat, 15 Mar 2014 10:20:30 -0500", "2014-03-15T15:20:30", "second"),
        ("15 March 2014", "2014-03-15T00:00:00", "day"),
        ("Saturday, March 15th, 2014 at 8:59 pm", "2014-03-15T00:00:00", "day"),
        ("Sept. 5, 2014", "2014-09-05T00:00:00", "day"),
        ("15.03.2014", "2014-03-15T00:00:00", "day"),
        ("15. März 2014", "2014-03-15T00:00:00", "day"),
        ("1er février 2014", "2014-02-01T00:00:00", "day"),
        ("15 de marzo de 2014", "2014-03-15T00:00:00", "day"),
        ("15 марта 2014 г.", "2014-03-15T00:00:00", "day"),
        ("2014年3月15日", "2014-03-15T00:00:00", "day"),
        ("15/03/2014", "2014-03-15T00:00:00", "day"),
        ("03/15/2014", "2014-03-15T00:00:00", "day"),
    ],
)
def test_forms(text: str, value: str, precision: str) -> None:
    """Each form is one that inputs, pages or feeds use; the precision is what the form states."""
    instant = parse_instant(text)
    assert instant is not None
    assert (instant.value, instant.precision) == (datetime.fromisoformat(value).replace(tzinfo=UTC), precision)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "0000",
        "0000-01-01",
        "10000-01-01T00:00:00Z",
        "2014-02-30",
        "2014-13-01",
        "2014-03-15T10:20:30+99:99",
        "Sat, 15 Mar 2014 10:20:30 +9999",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "03/04/2014",
        "15 Marble 2014",
        "٢٠١٤-٠٣-١٥T99",
        "2014-03-15\x00T\ud800",
        "9" * 64,
        "2014-03-15" + " " * 1_000_000,
        "1" * 1_000_000,
    ],
)
def test_hostile_and_doubtful_values_are_none(text: str) -> None:
    """A value that states no one day, or states nonsense, is no evidence and costs nothing."""
    assert parse_instant(text) is None


@pytest.mark.parametrize(
    ("url", "value", "precision"),
    [
        ("https://a.example/2014/03/15/strike", "2014-03-15", "day"),
        ("https://a.example/news/2014/3/5", "2014-03-05", "day"),
        ("https://a.example/world/2014/mar/15/strike", "2014-03-15", "day"),
        ("https://a.example/2014-03-15-strike.html", "2014-03-15", "day"),
        ("https://a.example/20140315/strike", "2014-03-15", "day"),
        ("https://a.example/2014/03/strike", "2014-03-01", "month"),
    ],
)
def test_dates_in_addresses(url: str, value: str, precision: str) -> None:
    """Addresses date articles where pages do not."""
    instant = parse_url_date(url)
    assert instant is not None
    assert (instant.value.date().isoformat(), instant.precision) == (value, precision)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/2014/13/45/strike",
        "https://a.example/2014/03151234/strike",
        "https://a.example/201403159/strike",
        "https://a.example/strike?date=2014/03/15/",
        "https://a.example/1814/03/15/waterloo",
        "http://[broken/2014/03/15/",
        "/" * 1_000_000,
    ],
)
def test_numbers_in_addresses_that_are_no_date(url: str) -> None:
    """Identifiers, queries and history pages look like dates."""
    assert parse_url_date(url) is None


@given(
    moment=strategies.datetimes(
        min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone itself
        max_value=datetime(2030, 1, 1),  # noqa: DTZ001 - likewise
        timezones=strategies.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    )
)
def test_every_moment_in_iso_8601_comes_back(moment: datetime) -> None:
    """The law of reading: the same instant, in UTC, to the second."""
    instant = parse_instant(moment.isoformat())
    assert instant is not None
    assert instant.value == moment.astimezone(UTC).replace(microsecond=0)


@given(text=strategies.text(alphabet="0123456789-:/.+TZ GMTMarch,", max_size=70))
def test_nothing_that_looks_like_a_date_raises(text: str) -> None:
    """Near misses are what feeds are full of."""
    instant = parse_instant(text)
    assert instant is None or instant.value.tzinfo is UTC
