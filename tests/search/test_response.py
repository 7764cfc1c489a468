"""Answers of a backend as answers of a search."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ingest.search.query import HIT_FIELDS
from ingest.search.request import SearchRequest
from ingest.search.response import add_duplicates, read_languages, read_response
from ingest.search.timeline import end_of


def test_answer_is_read() -> None:
    """The shape that scripts and the API rely on, key by key."""
    request = SearchRequest(facet_fields=("publisher",), q="ferry (", facets=("publisher",))
    answer: dict[str, Any] = {
        "hits": {
            "total": {"value": 1, "relation": "eq"},
            "hits": [
                {
                    "_id": "1",
                    "_score": 2.5,
                    "_source": {"id": "1", "title": "Ferry", "publisher": "Post", "author": ["Ada"]},
                    "highlight": {"body": ["the <em>ferry</em>"]},
                }
            ],
        },
        "aggregations": {
            "total": {"doc_count": 3, "stories": {"value": 2}},
            "facet_publisher": {
                "doc_count": 1,
                "values": {"buckets": [{"key": "Post", "doc_count": 1}]},
                "distinct": {"value": 1},
            },
            "timeline": {"values": {"interval": "3M", "buckets": [{"key": 1577836800000, "doc_count": 1}]}},
        },
    }
    absent = dict.fromkeys(HIT_FIELDS)
    assert read_response(answer, request).to_json() == {
        "total": 3,
        "total_stories": 2,
        "hits": [
            {
                **absent,
                "id": "1",
                "title": "Ferry",
                "publisher": "Post",
                "author": ["Ada"],
                "rights_holder": [],
                "duplicates": None,
                "score": 2.5,
                "highlights": {"body": ["the <em>ferry</em>"]},
            }
        ],
        "facets": {"publisher": [{"value": "Post", "count": 1}]},
        "facet_totals": {"publisher": {"values": 1, "others": 0}},
        "timeline": [{"from": "2020-01-01", "to": "2020-03-31", "count": 1}],
        "did_you_mean": None,
        "next": None,
        "notes": ["the parenthesis at character 7 is not closed; the query was searched as words"],
    }


def test_significant_words_leave_out_those_asked_for() -> None:
    """That articles about ferries say "ferry" is no news."""
    request = SearchRequest(facet_fields=(), q="Ferry", significant=1)
    buckets = [{"key": key, "doc_count": 3, "bg_count": 4, "score": 1.0} for key in ("ferry", "cutter", "pilot")]
    answer = {"hits": {"hits": []}, "aggregations": {"significant": {"sample": {"values": {"buckets": buckets}}}}}
    told = read_response(answer, request).to_json()["significant"]
    assert told == [{"word": "cutter", "count": 3, "background": 4, "score": 1.0}]


@pytest.mark.parametrize(
    ("start", "interval", "end"),
    [
        (date(2020, 2, 28), "1d", date(2020, 2, 28)),
        (date(2020, 2, 28), "7d", date(2020, 3, 5)),
        (date(2020, 2, 1), "1M", date(2020, 2, 29)),
        (date(2020, 10, 1), "3M", date(2020, 12, 31)),
        (date(2011, 1, 1), "10y", date(2020, 12, 31)),
        (date(9990, 1, 1), "100y", date.max),
    ],
)
def test_a_stretch_of_time_ends_where_the_next_begins(start: date, interval: str, end: date) -> None:
    """Both days are such that `from` and `to` of a search find the same articles."""
    assert end_of(start, interval) == end


def test_hits_are_told_their_duplicates() -> None:
    """A folded hit says how many articles stand behind it; one without a cluster stands for itself."""
    request = SearchRequest(facet_fields=())
    hits = [{"_source": {"id": "1", "cluster_id": "a"}}, {"_source": {"id": "2", "cluster_id": None}}]
    counted = {"total": {"doc_count": 2, "stories": {"value": 2}}}
    response = read_response({"hits": {"hits": hits}, "aggregations": counted}, request)
    told = add_duplicates(response, {"aggregations": {"clusters": {"buckets": [{"key": "a", "doc_count": 3}]}}})
    assert [hit.duplicates for hit in told.hits] == [2, 0]


def test_languages_are_read_commonest_first() -> None:
    """The answer to the question which languages are present."""
    buckets = [{"key": "en", "doc_count": 9}, {"key": "de", "doc_count": 2}]
    assert read_languages({"aggregations": {"languages": {"buckets": buckets}}}) == ("en", "de")
