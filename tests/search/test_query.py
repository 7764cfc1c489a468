"""Requests as exact search bodies: every backend relies on these shapes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.search.query import (
    HIT_FIELDS,
    Place,
    build_clusters_query,
    build_comment_highlight,
    build_languages_query,
    build_query,
)
from ingest.search.request import SearchRequest
from ingest.search.settings import SearchSettings

FIELDS = ("publisher", "language", "year")
BY_SCORE = [{"_score": {"order": "desc"}}, {"id": {"order": "asc"}}]
NEWEST = [{"published_at": {"order": "desc", "missing": "_last"}}, {"id": {"order": "asc"}}]
OLDEST = [{"published_at": {"order": "asc", "missing": "_last"}}, {"id": {"order": "asc"}}]
CANONICAL = {"term": {"canonical": True}}
EVERYTHING: dict[str, Any] = {"match_all": {}}
STORIES = {"stories": {"cardinality": {"field": "cluster_id", "precision_threshold": 40_000}}}
TIMELINE = {"values": {"auto_date_histogram": {"field": "published_at", "buckets": 40, "minimum_interval": "day"}}}
BY_COUNT = [{"_count": "desc"}, {"_key": "asc"}]


def build(**asked: Any) -> dict[str, Any]:
    """Build the query of a request over English and German."""
    request = SearchRequest(facet_fields=FIELDS, settings=SearchSettings(exact_weight=0.25), **asked)
    return build_query(request, ("en", "de"))


def stemmed(text: str, operator: str = "or", **options: Any) -> list[dict[str, Any]]:
    """Give the clauses that look for words in both languages."""
    return [
        {
            "combined_fields": {
                "query": text,
                "fields": [f"stemmed.title.{stem}^2", f"stemmed.body.{stem}"],
                "operator": operator,
                **options,
            }
        }
        for stem in ("en", "de")
    ]


def exactly(text: str, fields: tuple[str, ...] = ("title", "body")) -> dict[str, Any]:
    """Give the clause that looks for all words in their exact form."""
    side = {"query": text, "type": "best_fields", "operator": "and", "fields": list(fields), "boost": 0.25}
    return {"multi_match": side}


def any_of(*queries: dict[str, Any]) -> dict[str, Any]:
    """Give a query that matches where one of these does."""
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


def words(text: str) -> dict[str, Any]:
    """Give the query of words side by side."""
    return any_of(*stemmed(text), exactly(text))


def word(text: str) -> dict[str, Any]:
    """Give the query of one word."""
    return any_of(*stemmed(text, "and"), exactly(text))


def required(text: str) -> dict[str, Any]:
    """Give the query of a word that must match, stop words excepted."""
    clauses = zip(stemmed(text, "and", zero_terms_query="all"), ("en", "de"), strict=True)
    return any_of(
        *(
            {"bool": {"must": [clause], "filter": [{"exists": {"field": f"stemmed.body.{stem}"}}]}}
            for clause, stem in clauses
        )
    )


def phrase(text: str, fields: tuple[str, ...] = ("title", "body")) -> dict[str, Any]:
    """Give the query of a phrase."""
    return {"multi_match": {"query": text, "type": "phrase", "fields": list(fields)}}


def counted(field: str) -> dict[str, Any]:
    """Give the aggregations of a facet of five values."""
    return {
        "values": {"terms": {"field": field, "size": 5, "order": BY_COUNT}},
        "distinct": {"cardinality": {"field": field, "precision_threshold": 40_000}},
    }


def marked(text: str) -> dict[str, Any]:
    """Give the clause that marks long words in their exact form."""
    return {"multi_match": {"query": text, "type": "best_fields", "operator": "or", "fields": ["title", "body"]}}


def test_a_search_of_the_past_asks_for_what_stood_then() -> None:
    """A version that stands has no end, so the end is excluded rather than asked for."""
    body = build(as_of=datetime(2024, 1, 11, tzinfo=UTC))
    assert body["query"]["bool"] == {
        "filter": [{"range": {"valid_from": {"lte": "2024-01-11T00:00:00.000Z"}}}],
        "must_not": [{"range": {"valid_to": {"lte": "2024-01-11T00:00:00.000Z"}}}],
    }


def test_search_for_nothing_lists_the_newest() -> None:
    """Without words there is no relevance: the newest come first, duplicates folded."""
    assert build() == {
        "query": EVERYTHING,
        "post_filter": {"bool": {"filter": [CANONICAL]}},
        "aggs": {
            "total": {"filter": EVERYTHING, "aggs": STORIES},
            "timeline": {"filter": {"bool": {"filter": [CANONICAL]}}, "aggs": TIMELINE},
        },
        "sort": NEWEST,
        "size": 10,
        "_source": list(HIT_FIELDS),
        "track_total_hits": True,
    }


def test_whole_request() -> None:
    """Everything at once: a counted filter stands in `post_filter` and in every facet's filter but its own."""
    body = build(
        q="climate policy",
        filters={"publisher": ("Post", "Courier"), "year": ("2020",)},
        exclusions={"language": ("fr",)},
        from_=datetime(2020, 1, 1, tzinfo=UTC),
        to=datetime(2021, 1, 1, tzinfo=UTC),
        languages=("en", "de"),
        facets=("publisher", "language"),
        facet_size=5,
        size=3,
    )
    publisher = {"terms": {"publisher": ["Post", "Courier"]}}
    assert body == {
        "query": {
            "bool": {
                "must": [words("climate policy")],
                "should": [{"match": {"body": {"query": "climate policy", "boost": 0.25}}}],
                "filter": [
                    {"terms": {"year": ["2020"]}},
                    {"range": {"published_at": {"gte": "2020-01-01T00:00:00.000Z", "lt": "2021-01-01T00:00:00.000Z"}}},
                    {"terms": {"language": ["en", "de"]}},
                ],
                "must_not": [{"terms": {"language": ["fr"]}}],
            }
        },
        "post_filter": {"bool": {"filter": [publisher, CANONICAL]}},
        "aggs": {
            "total": {"filter": {"bool": {"filter": [publisher]}}, "aggs": STORIES},
            "facet_publisher": {
                "filter": {"bool": {"filter": [CANONICAL]}},
                "aggs": counted("publisher"),
            },
            "facet_language": {
                "filter": {"bool": {"filter": [publisher, CANONICAL]}},
                "aggs": counted("language"),
            },
            "timeline": {"filter": {"bool": {"filter": [publisher, CANONICAL]}}, "aggs": TIMELINE},
        },
        "sort": BY_SCORE,
        "size": 3,
        "_source": list(HIT_FIELDS),
        "track_total_hits": True,
        "highlight": {
            "encoder": "html",
            "max_analyzed_offset": 200_000,
            "highlight_query": any_of(any_of(*stemmed("climate policy")), marked("climate policy")),
            "fields": {
                "title": {
                    "number_of_fragments": 0,
                    "matched_fields": ["title", "stemmed.title.en", "stemmed.title.de"],
                },
                "body": {
                    "number_of_fragments": 3,
                    "fragment_size": 160,
                    "no_match_size": 160,
                    "matched_fields": ["body", "stemmed.body.en", "stemmed.body.de"],
                },
            },
        },
    }


def test_a_later_page_goes_on_where_the_one_before_ended() -> None:
    """Within what is held, without what was given before it was; totals still count everything."""
    place = Place(after=(1.5, "b"), snapshot="held", held_seconds=900, seen=("a", "b"))
    request = SearchRequest(facet_fields=FIELDS, q="ferry")
    body, first = build_query(request, ("en",), place), build_query(request, ("en",))
    changed = {
        "search_after": [1.5, "b"],
        "pit": {"id": "held", "keep_alive": "900s"},
        "post_filter": {"bool": {"filter": [CANONICAL], "must_not": [{"terms": {"id": ["a", "b"]}}]}},
    }
    assert body == {**first, **changed}
    assert "aggs" not in build_query(request, ("en",), Place(counted=False))


def test_less_common_conditions() -> None:
    """Fields without a value, what was written after a time, quality, and the fields of a hit."""
    body = build_query(
        SearchRequest(
            facet_fields=FIELDS,
            hit_fields=("title", "body"),
            missing=("year", "published_at"),
            indexed_after=datetime(2024, 1, 11, tzinfo=UTC),
            min_quality=0.5,
            fields=("title", "body"),
        ),
        (),
    )
    assert body["query"]["bool"] == {
        "filter": [
            {"range": {"indexed_at": {"gt": "2024-01-11T00:00:00.000Z"}}},
            {"range": {"quality": {"gte": 0.5}}},
        ],
        "must_not": [{"exists": {"field": "year"}}, {"exists": {"field": "published_at"}}],
    }
    assert body["_source"] == ["id", "cluster_id", "language", "title", "body"]


def test_significant_words_are_taken_from_the_best_hits() -> None:
    """More are asked for than are wanted, since the words asked for are among them; no timeline if none is wanted."""
    aggregations = build(q="ferry", significant=5, timeline=False)["aggs"]
    words = {"significant_text": {"field": "body", "size": 69, "min_doc_count": 3}}
    assert aggregations == {
        "total": {"filter": EVERYTHING, "aggs": STORIES},
        "significant": {
            "filter": {"bool": {"filter": [CANONICAL]}},
            "aggs": {"sample": {"sampler": {"shard_size": 200}, "aggs": {"values": words}}},
        },
    }


def test_being_new_and_good_may_weigh() -> None:
    """Off by default; on, they add steps to the score, the more the newer, and change nothing of what matches."""
    weights = SearchSettings(recency_weight=2.0, recency_half_life_days=10, quality_weight=1.0)
    now = datetime(2024, 1, 11, tzinfo=UTC)
    asked: dict[str, Any] = {"facet_fields": FIELDS, "q": "ferry", "settings": weights, "now": now}
    body, plain = build_query(SearchRequest(**asked), ("en",))["query"]["bool"], build(q="ferry")["query"]["bool"]
    added = [clause["constant_score"] for clause in body["should"][1:]]
    recency = [step for step in added if "published_at" in step["filter"]["range"]]
    quality = [step for step in added if "quality" in step["filter"]["range"]]
    assert recency[4] == {"filter": {"range": {"published_at": {"gte": "2024-01-01T00:00:00.000Z"}}}, "boost": 0.333333}
    assert sum(step["boost"] for step in recency) == pytest.approx(2.0 / 1.0625)
    assert sum(step["boost"] for step in recency[4:]) == pytest.approx(1.0)
    assert quality[4] == {"filter": {"range": {"quality": {"gte": 0.5}}}, "boost": 0.1}
    assert len(quality) == len(recency) == 10
    assert len(plain["should"]) == 1
    assert "should" not in build_query(SearchRequest(**{**asked, "q": "year:2020"}), ("en",))["query"]["bool"]


def test_shown_duplicates_are_hits_and_counted() -> None:
    """With `show` nothing asks for canonical articles."""
    body = build(duplicates="show", facets=("year",))
    assert body["post_filter"] == EVERYTHING
    assert body["aggs"]["facet_year"]["filter"] == EVERYTHING


@pytest.mark.parametrize(("sort", "order"), [("relevance", BY_SCORE), ("newest", NEWEST), ("oldest", OLDEST)])
def test_sort_orders_have_a_stable_end(sort: str, order: list[Any]) -> None:
    """Ties by id, undated last: the same question gives the same order."""
    assert build(q="ferry", sort=sort)["sort"] == order


def test_query_without_scores_is_sorted_by_date() -> None:
    """Where every match is as good as the other the newest is the best."""
    assert build(q="publisher:Post -year:2020")["sort"] == NEWEST
    assert build(q="ferr*")["sort"] == NEWEST
    assert build(q="ferr* boat")["sort"] == BY_SCORE


@pytest.mark.parametrize(
    ("q", "query"),
    [
        ("ferry", word("ferry")),
        ("e-mail", word("e-mail")),
        ("ferry e-mail bus", any_of(words("ferry bus"), word("e-mail"))),
        ('"the ferry"', phrase("the ferry")),
        (
            "fer*",
            {"multi_match": {"query": "fer", "type": "bool_prefix", "operator": "and", "fields": ["title", "body"]}},
        ),
        ("a AND b", {"bool": {"must": [required("a"), required("b")]}}),
        ("a AND NOT b", {"bool": {"must": [required("a")], "must_not": [word("b")]}}),
        (
            "a date:2020..",
            {
                "bool": {
                    "must": [word("a")],
                    "filter": [
                        {"bool": {"filter": [{"range": {"published_at": {"gte": "2020-01-01T00:00:00.000Z"}}}]}}
                    ],
                }
            },
        ),
        ("a OR b", any_of(word("a"), word("b"))),
        ("a -b", {"bool": {"must": [word("a")], "must_not": [word("b")]}}),
        ("-b", {"bool": {"must_not": [word("b")]}}),
        ('"a b" c', {"bool": {"must": [phrase("a b")], "should": [word("c")]}}),
        (
            "year:2020 c",
            {"bool": {"must": [word("c")], "filter": [{"bool": {"filter": [{"term": {"year": "2020"}}]}}]}},
        ),
        ('title:"a b"', phrase("a b", ("title",))),
        ("!!!", {"match_none": {}}),
    ],
)
def test_language_is_compiled(q: str, query: dict[str, Any]) -> None:
    """Each form of the query language as the clause that it stands for."""
    body = build(q=q)["query"]
    assert body["bool"]["must"] == [query]


def test_title_alone_is_searched() -> None:
    """`in=title` leaves the body out of matching and scoring."""
    body = build(q="ferry", in_="title")["query"]["bool"]
    titles = [
        {"combined_fields": {"query": "ferry", "fields": [f"stemmed.title.{stem}"], "operator": "and"}}
        for stem in ("en", "de")
    ]
    assert body["must"] == [any_of(*titles, exactly("ferry", ("title",)))]
    assert body["should"] == [{"match": {"title": {"query": "ferry", "boost": 0.25}}}]


def test_comments_alone_are_searched() -> None:
    """`in=comments` looks where an article's comments are, stemmed as its language, and as they are for phrases."""
    body = build(q='ferry "late again"', in_="comments")
    stems = [
        {"combined_fields": {"query": "ferry", "fields": [f"stemmed.comments.{stem}"], "operator": "and"}}
        for stem in ("en", "de")
    ]
    exact = ("stemmed.comments.exact",)
    query = {"bool": {"must": [phrase("late again", exact)], "should": [any_of(*stems, exactly("ferry", exact))]}}
    assert body["query"]["bool"]["must"] == [query]
    assert "highlight" not in body


def test_comments_are_highlighted_by_their_own_query() -> None:
    """The passage of each comment that matched; nothing where comments are not what is searched."""
    asked = SearchRequest(facet_fields=FIELDS, q="ferry", in_="comments")
    highlight = build_comment_highlight(asked, ("en",))
    stem = {"combined_fields": {"query": "ferry", "fields": ["stemmed.comments.en"], "operator": "and"}}
    exact = {"query": "ferry", "type": "best_fields", "operator": "or", "fields": ["stemmed.comments.exact"]}
    assert highlight == {
        "encoder": "html",
        "max_analyzed_offset": 200_000,
        "highlight_query": any_of(stem, {"multi_match": exact}),
        "fields": {"text": {"number_of_fragments": 1, "fragment_size": 160}},
    }
    assert build_comment_highlight(SearchRequest(facet_fields=FIELDS, q="ferry"), ("en",)) is None


def test_no_highlight_is_asked_where_none_is_wanted() -> None:
    """Highlighting costs most of a search's time."""
    assert "highlight" not in build(q="ferry", highlight=False)


def test_highlights_look_at_the_commonest_languages() -> None:
    """Marking by thirty languages' stems takes Elasticsearch a second; short words are marked by their stem alone."""
    request = SearchRequest(facet_fields=FIELDS, q="the ferry", settings=SearchSettings(highlighted_languages=2))
    highlight = build_query(request, ("und", "en", "de", "fr"))["highlight"]
    assert highlight["fields"]["title"]["matched_fields"] == ["title", "stemmed.title.en", "stemmed.title.de"]
    assert highlight["highlight_query"] == any_of(any_of(*stemmed("the ferry")), marked("ferry"))


def test_clusters_query() -> None:
    """One small query tells the sizes of all clusters on a page."""
    assert build_clusters_query(["a", "b", "a"]) == {
        "query": {"terms": {"cluster_id": ["a", "b"]}},
        "size": 0,
        "track_total_hits": False,
        "aggs": {"clusters": {"terms": {"field": "cluster_id", "size": 2, "execution_hint": "map"}}},
    }


def test_languages_query() -> None:
    """Which languages are present decides where words are looked for."""
    assert build_languages_query() == {
        "size": 0,
        "aggs": {"languages": {"terms": {"field": "language", "size": 200}}},
    }
