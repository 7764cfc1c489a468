"""Answers of a backend as answers of a search."""

from __future__ import annotations

from typing import Any

from ingest.search.query import HIT_FIELDS
from ingest.search.request import SearchRequest
from ingest.search.response import add_duplicates, read_languages, read_response


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
            "facet_publisher": {"doc_count": 1, "values": {"buckets": [{"key": "Post", "doc_count": 1}]}},
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
        "timeline": [],
        "next": None,
        "notes": ["the parenthesis at character 7 is not closed; the query was searched as words"],
    }


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
