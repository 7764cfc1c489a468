"""Request -> query, pure: a small subset of the Elasticsearch search body, which every backend understands.

Queries: bool, match_all, match_none, constant_score, exists, term, terms, prefix, range, match, multi_match
(best_fields, phrase, bool_prefix), match_phrase, combined_fields over the stemmed fields of one language, and
more_like_this of a text over one of them. Aggregations: terms, cardinality, auto_date_histogram, alone or within a
filter, and significant_text within a sampler. Beside them post_filter, sort, search_after, pit, suggest (term),
highlight, size, _source and track_total_hits.
Keys are used as written here; a backend refuses what it does not know.

The query selects by words, dates, languages, exclusions and the filters of fields that are not counted; `post_filter`
adds the filters of counted fields and hides duplicates. With `as_of` the caller sends the query to the versions. So
each facet can count under the filters of all fields but its own, and `total` can count duplicates that the hits leave
out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingest.search.matching import (
    Matching,
    date_range,
    exact_words,
    has_score,
    mark_expression,
    match_expression,
    timestamp,
)
from ingest.search.request import Choices, SearchRequest
from ingest.search.tree import Node
from ingest.search.weighing import weigh

Body = dict[str, Any]

HIT_FIELDS = (
    *("id", "given_id", "url", "title", "publisher", "published_at", "date_precision", "language", "author"),
    *("rights_holder", "source", "cluster_id", "cluster_kind", "canonical", "word_count", "comment_count"),
    *("quality", "indexed_at"),
)
# What a hit is known by, whatever fields are asked for.
KEYS = ("id", "cluster_id", "language")
TOTAL = "total"
STORIES = "stories"
DISTINCT = "distinct"
TIMELINE = "timeline"
SIGNIFICANT = "significant"
SAMPLE = "sample"
VALUES = "values"
LANGUAGES = "languages"
# The stemmed fields of languages without a stemmer: they know no stop words, so marking by them would mark every "the".
UNSTEMMED = "und"
CLUSTERS = "clusters"
MOST_LANGUAGES = 200
CANONICAL: Body = {"term": {"canonical": True}}
EVERYTHING: Body = {"match_all": {}}
# The highest number that Elasticsearch counts exactly.
HIGHEST_PRECISION = 40_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page of hits begins: `after` a place in the order, in a `snapshot` held so many seconds more.

    `seen` are ids that an earlier page gave outside of the snapshot. With `counted` totals and facets are asked for.
    """

    after: Sequence[Any] | None = None
    snapshot: str | None = None
    held_seconds: int = 0
    seen: Sequence[str] = ()
    counted: bool = True


def facet_name(field: str) -> str:
    """Name the aggregation of a facet."""
    return f"facet_{field}"


def build_languages_query() -> Body:
    """Ask which languages the index holds: read the answer with `read_languages`."""
    return {"size": 0, "aggs": {LANGUAGES: {"terms": {"field": "language", "size": MOST_LANGUAGES}}}}


def build_clusters_query(cluster_ids: Sequence[str], as_of: datetime | None = None) -> Body:
    """Ask how many articles each of these clusters has: read the answer with `add_duplicates`."""
    clusters = list(dict.fromkeys(cluster_ids))
    members: Body = {"terms": {"cluster_id": clusters}}
    return {
        "query": members if as_of is None else _bool({"filter": [members, *_begun(as_of)], "must_not": _ended(as_of)}),
        "size": 0,
        "track_total_hits": False,
        # By the few articles that match: ordinals of all clusters would be made again after each refresh.
        "aggs": {CLUSTERS: {"terms": {"field": "cluster_id", "size": max(1, len(clusters)), "execution_hint": "map"}}},
    }


def build_query(request: SearchRequest, stems: Sequence[str], place: Place | None = None) -> Body:
    """Build the search body of a request.

    `stems` names the fields under `stemmed.title` and `stemmed.body` in which words are looked for: those of the
    languages asked for, or of all that are present, the commonest first (see `highlighted_languages`).
    """
    place = place or Place()
    matching = Matching(stems=tuple(stems), scope=request.in_, exact_weight=request.settings.exact_weight)
    node = request.expression().node
    nothing = node is None and bool(request.q.strip())
    words = {"match_none": {}} if nothing else match_expression(node, matching) if node is not None else None
    counted = {name: values for name, values in request.filters.items() if name in request.facets}
    body: Body = {
        "query": _select(request, words, [*exact_words(node, matching), *_weigh(request, node)]),
        "post_filter": _narrow(counted, hide=request.duplicates == "hide", seen=place.seen),
        "sort": _sort(request, scored=node is not None and has_score(node)),
        "size": request.hits,
        "_source": list(dict.fromkeys((*KEYS, *request.fields))) if request.fields else list(HIT_FIELDS),
        "track_total_hits": True,
        **_begin(place),
    }
    if place.counted:
        body["aggs"] = _aggregate(request, counted)
    if request.highlight and node is not None and request.in_ != "comments":
        body["highlight"] = _highlight(request, matching, node)
    return body


def _begin(place: Place) -> Body:
    body: Body = {}
    if place.after is not None:
        body["search_after"] = list(place.after)
    if place.snapshot is not None:
        body["pit"] = {"id": place.snapshot, "keep_alive": f"{place.held_seconds}s"}
    return body


def _weigh(request: SearchRequest, node: Node | None) -> list[Body]:
    by_score = request.sort == "relevance" and node is not None and has_score(node)
    return weigh(request.settings, request.now) if by_score else []


def _select(request: SearchRequest, words: Body | None, weights: list[Body]) -> Body:
    uncounted = {name: values for name, values in request.filters.items() if name not in request.facets}
    filters = [*_choose(uncounted), *date_range("published_at", request.from_, request.to), *_begun(request.as_of)]
    if request.indexed_after is not None:
        filters.append({"range": {"indexed_at": {"gt": timestamp(request.indexed_after)}}})
    if request.min_quality is not None:
        filters.append({"range": {"quality": {"gte": request.min_quality}}})
    if request.languages:
        filters.append({"terms": {"language": list(request.languages)}})
    clauses = {
        "must": [words] if words is not None else [],
        "should": weights,
        "filter": filters,
        "must_not": [*_choose(request.exclusions), *_present(request.missing), *_ended(request.as_of)],
    }
    return _bool(clauses)


def _narrow(choices: Choices, *, hide: bool, seen: Sequence[str] = ()) -> Body:
    filters = [*_choose(choices), *([CANONICAL] if hide else [])]
    return _bool({"filter": filters, "must_not": [{"terms": {"id": list(seen)}}] if seen else []})


def _bool(clauses: dict[str, list[Body]]) -> Body:
    kept = {name: queries for name, queries in clauses.items() if queries}
    return {"bool": kept} if kept else EVERYTHING


def _choose(choices: Choices) -> list[Body]:
    return [{"terms": {name: list(values)}} for name, values in choices.items()]


def _present(fields: Sequence[str]) -> list[Body]:
    return [{"exists": {"field": name}} for name in dict.fromkeys(fields)]


def _begun(moment: datetime | None) -> list[Body]:
    """Match versions that had begun by then."""
    return [] if moment is None else [{"range": {"valid_from": {"lte": timestamp(moment)}}}]


def _ended(moment: datetime | None) -> list[Body]:
    """Match versions that had ended by then; one that stands has no end."""
    return [] if moment is None else [{"range": {"valid_to": {"lte": timestamp(moment)}}}]


def _aggregate(request: SearchRequest, counted: Choices) -> Body:
    precision = min(request.settings.exact_story_count, HIGHEST_PRECISION)
    stories = {"cardinality": {"field": "cluster_id", "precision_threshold": precision}}
    hide = request.duplicates == "hide"
    aggregations: Body = {TOTAL: {"filter": _narrow(counted, hide=False), "aggs": {STORIES: stories}}}
    for name in dict.fromkeys(request.facets):
        others = {other: values for other, values in counted.items() if other != name}
        values = {"field": name, "size": request.values, "order": [{"_count": "desc"}, {"_key": "asc"}]}
        distinct = {"cardinality": {"field": name, "precision_threshold": precision}}
        aggregations[facet_name(name)] = {
            "filter": _narrow(others, hide=hide),
            "aggs": {VALUES: {"terms": values}, DISTINCT: distinct},
        }
    shown = _narrow(counted, hide=hide)
    if request.timeline:
        aggregations[TIMELINE] = {"filter": shown, "aggs": {VALUES: _timeline(request.settings.timeline_buckets)}}
    if request.significant:
        aggregations[SIGNIFICANT] = {"filter": shown, "aggs": {SAMPLE: _significant(request)}}
    return aggregations


def _timeline(buckets: int) -> Body:
    return {"auto_date_histogram": {"field": "published_at", "buckets": buckets, "minimum_interval": "day"}}


def _significant(request: SearchRequest) -> Body:
    """Ask for more than are wanted: the words that were asked for are the most significant, and are left out."""
    size = request.significant + request.settings.max_query_terms
    words = {"field": "body", "size": size, "min_doc_count": 3}
    sample = {"shard_size": request.settings.significant_sample}
    return {"sampler": sample, "aggs": {VALUES: {"significant_text": words}}}


def _sort(request: SearchRequest, *, scored: bool) -> list[Body]:
    """Sort by score or date, ties by id; without words there is no relevance, and the newest come first."""
    if request.sort == "relevance" and scored:
        return [{"_score": {"order": "desc"}}, {"id": {"order": "asc"}}]
    order = "asc" if request.sort == "oldest" else "desc"
    return [{"published_at": {"order": order, "missing": "_last"}}, {"id": {"order": "asc"}}]


def _highlight(request: SearchRequest, matching: Matching, node: Node) -> Body:
    settings = request.settings
    stems = tuple(stem for stem in matching.stems if stem != UNSTEMMED)[: settings.highlighted_languages]
    fields: Body = {
        "title": {"number_of_fragments": 0, "matched_fields": _masked("title", stems)},
        "body": {
            "number_of_fragments": settings.fragments,
            "fragment_size": settings.fragment_characters,
            "no_match_size": settings.fragment_characters,
            "matched_fields": _masked("body", stems),
        },
    }
    return {
        "encoder": "html",
        "max_analyzed_offset": settings.max_highlighted_characters,
        "highlight_query": mark_expression(node, Matching(stems, matching.scope, exact_weight=0.0)),
        "fields": fields,
    }


def build_comment_highlight(request: SearchRequest, stems: Sequence[str]) -> Body | None:
    """Build the highlight of a comment's `text`; None where nothing is looked for in comments, or none is wanted."""
    node = request.expression().node
    if request.in_ != "comments" or node is None or not request.highlight:
        return None
    return {
        "encoder": "html",
        "max_analyzed_offset": request.settings.max_highlighted_characters,
        "highlight_query": mark_expression(node, Matching(tuple(stems), "comments", exact_weight=0.0)),
        "fields": {"text": {"number_of_fragments": 1, "fragment_size": request.settings.fragment_characters}},
    }


def _masked(field: str, stems: Iterable[str]) -> list[str]:
    return [field, *(f"stemmed.{field}.{stem}" for stem in stems)]
