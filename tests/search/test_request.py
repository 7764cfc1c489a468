"""Requests: what they accept, what they refuse, and how they are read from strings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.errors import UsageError
from ingest.search.dates import read_date
from ingest.search.request import SearchRequest, read_request, split_choice
from ingest.search.settings import SearchSettings

FIELDS = ("publisher", "language", "year")


def test_request_is_read_from_parameters() -> None:
    """The command line and the API say the same in the same words."""
    request = read_request(
        [
            ("q", "ferry"),
            ("in", "title"),
            ("filter.publisher", "Post"),
            ("filter.publisher", "Courier"),
            ("filter.year", "2020"),
            ("exclude.language", "de"),
            ("from", "2020"),
            ("to", "2020-06"),
            ("language", "en, fr"),
            ("language", "de"),
            ("sort", "newest"),
            ("duplicates", "show"),
            ("facets", "publisher,year"),
            ("facet_size", "5"),
            ("size", "20"),
            ("highlight", "false"),
            ("missing.year", "true"),
            ("indexed_after", "2024"),
            ("min_quality", "0.5"),
            ("fields", "title,body"),
            ("cursor", "x"),
        ],
        FIELDS,
        hit_fields=("title", "body"),
    )
    assert request == SearchRequest(
        facet_fields=FIELDS,
        q="ferry",
        in_="title",
        filters={"publisher": ("Post", "Courier"), "year": ("2020",)},
        exclusions={"language": ("de",)},
        from_=datetime(2020, 1, 1, tzinfo=UTC),
        to=datetime(2020, 7, 1, tzinfo=UTC),
        languages=("en", "fr", "de"),
        sort="newest",
        duplicates="show",
        facets=("publisher", "year"),
        facet_size=5,
        size=20,
        highlight=False,
        hit_fields=("title", "body"),
        missing=("year",),
        indexed_after=datetime(2024, 1, 1, tzinfo=UTC),
        min_quality=0.5,
        fields=("title", "body"),
        cursor="x",
    )


def test_sizes_default_to_the_settings() -> None:
    """Defaults are declared once."""
    request = SearchRequest(facet_fields=FIELDS, settings=SearchSettings(default_size=7, facet_size=3))
    assert (request.hits, request.values) == (7, 3)


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        (("filter.editor", "x"), "unknown field 'editor'; .* publisher, language, year"),
        (("exclude.editor", "x"), "unknown field 'editor'"),
        (("facets", "year,editor"), "unknown field 'editor'"),
        (("colour", "red"), "unknown parameter 'colour'; known are filter.<field>"),
        (("in", "footer"), "in: 'footer' is none of article, title"),
        (("sort", "best"), "sort: 'best' is none of relevance, newest, oldest"),
        (("duplicates", "maybe"), "duplicates: 'maybe' is none of hide, show"),
        (("size", "101"), "size: 101 is not between 0 and 100"),
        (("size", "-1"), "size: -1 is not between"),
        (("size", "many"), "size: 'many' is not a whole number"),
        (("facet_size", "0"), "facet_size: 0 is not between 1"),
        (("highlight", "perhaps"), "highlight: 'perhaps' is neither true nor false"),
        (("min_quality", "2"), "min_quality: 2 is not between 0 and 1"),
        (("min_quality", "nan"), "min_quality: nan is not between"),
        (("min_quality", "good"), "min_quality: 'good' is not a number"),
        (("missing.editor", "true"), "unknown field 'editor'"),
        (("fields", "secrets"), "unknown field 'secrets'"),
        (("from", "yesterday"), "from: 'yesterday' is not a year, a month"),
        (("to", "2020-02-30"), "to: '2020-02-30' is not a year"),
        (("to", "10000"), "to: '10000' is not a year"),
        (("q", "a" * 600), "600 characters; at most 512"),
    ],
)
def test_what_cannot_be_is_refused(parameter: tuple[str, str], message: str) -> None:
    """A mistake is named, with what would have been right."""
    with pytest.raises(UsageError, match=message):
        read_request([parameter], FIELDS)


def test_reversed_dates_are_refused() -> None:
    """An empty answer would hide the mistake."""
    with pytest.raises(UsageError, match="from is later than to"):
        read_request([("from", "2021"), ("to", "2020")], FIELDS)


@pytest.mark.parametrize(
    ("text", "end", "moment"),
    [
        ("2020", False, datetime(2020, 1, 1, tzinfo=UTC)),
        ("2020", True, datetime(2021, 1, 1, tzinfo=UTC)),
        ("2020-12", True, datetime(2021, 1, 1, tzinfo=UTC)),
        ("2020-02", True, datetime(2020, 3, 1, tzinfo=UTC)),
        ("2020-02-28", True, datetime(2020, 2, 29, tzinfo=UTC)),
        ("2020-02-28T10:00:00+02:00", False, datetime(2020, 2, 28, 8, tzinfo=UTC)),
        ("2020-02-28T10:00", False, datetime(2020, 2, 28, 10, tzinfo=UTC)),
        ("2020-02-28T10:00:00Z", True, datetime(2020, 2, 28, 10, 0, 0, 1000, tzinfo=UTC)),
    ],
)
def test_date_is_read(text: str, end: bool, moment: datetime) -> None:
    """`to` includes what it names: the whole day, month or year."""
    assert read_date("to", text, end=end) == moment


def test_choice_is_split() -> None:
    """Values may hold an equals sign of their own."""
    assert split_choice("publisher = a=b ") == ("publisher", "a=b")


@pytest.mark.parametrize("text", ["publisher", "=x", "publisher=", ""])
def test_choice_without_two_sides_is_refused(text: str) -> None:
    """A forgotten value must not match nothing in silence."""
    with pytest.raises(UsageError, match="is not FIELD=VALUE"):
        split_choice(text)


def test_every_way_to_a_request_is_checked() -> None:
    """Who builds a request in Python meets the same limits as who types one."""
    wrong: dict[str, Any] = {"size": 1000}
    with pytest.raises(UsageError, match="size"):
        SearchRequest(facet_fields=FIELDS, **wrong)
