"""Running a search body of `search.query` over a tantivy searcher, and answering as Elasticsearch does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tantivy import DocAddress, Occur, Order, Query, Searcher

from ingest.index.backends.tantivy_aggregations import Aggregator
from ingest.index.backends.tantivy_collection import Collection, Stored, count_hits
from ingest.index.backends.tantivy_highlights import Highlighter
from ingest.index.backends.tantivy_orders import NEWEST, OLDEST, OrderPlace, narrow_after, order_keys
from ingest.index.backends.tantivy_query import QueryCompiler, UnsupportedError, check_keys
from ingest.index.backends.tantivy_words import suggest_words

Body = Mapping[str, Any]

KNOWN = (
    *("query", "post_filter", "aggs", "sort", "size", "_source", "highlight", "track_total_hits"),
    *("pit", "search_after", "suggest"),
)
BY_SCORE = [{"_score": {"order": "desc"}}, {"id": {"order": "asc"}}]
ORDERS = {
    NEWEST: [{"published_at": {"order": "desc", "missing": "_last"}}, {"id": {"order": "asc"}}],
    OLDEST: [{"published_at": {"order": "asc", "missing": "_last"}}, {"id": {"order": "asc"}}],
}
DEFAULT_SIZE = 10
# How many hits of one score are put in the order of their ids.
MOST_TIES = 1_000


def search_collection(collection: Collection, body: Body, held: Searcher | None = None) -> dict[str, Any]:
    """Answer a search body, over a held commit or the last one; UnsupportedError where it is not in the subset."""
    check_keys(body, KNOWN, "a search")
    searcher = held or collection.searcher()
    compiler = QueryCompiler(collection.mapped, searcher)
    query = compiler.compile(body.get("query", {"match_all": {}}))
    narrowed = compiler.both(query, body.get("post_filter", {"match_all": {}}))
    highlighter = Highlighter(body["highlight"], compiler) if "highlight" in body else None
    found = _Finder(collection, searcher, held=held is not None).find(narrowed, body)
    answer: dict[str, Any] = {
        "hits": {
            "total": {"value": count_hits(searcher, narrowed), "relation": "eq"},
            "hits": [_to_hit(each, body, highlighter) for each in found],
        }
    }
    if "aggs" in body:
        answer["aggregations"] = Aggregator(collection, searcher, compiler).run(query, body["aggs"])
    if "suggest" in body:
        answer["suggest"] = _suggest(searcher, body["suggest"])
    return answer


def _suggest(searcher: Searcher, body: Body) -> dict[str, Any]:
    answers = {}
    for name, asked in body.items():
        check_keys(asked, ("text", "term"), "a suggestion")
        known = ("field", "suggest_mode", "size", "max_edits", "prefix_length", "min_word_length")
        check_keys(asked["term"], known, "a suggestion of terms")
        answers[name] = suggest_words(searcher, asked["text"], asked["term"])
    return answers


def is_by_score(body: Body) -> bool:
    """Say whether a search's hits are sorted by score."""
    return bool(body.get("sort", BY_SCORE) == BY_SCORE)


@dataclass(frozen=True, slots=True)
class Found:
    """A hit; `place` is where it stands in the order: a key, or how many came before it and with it."""

    score: float | None
    stored: Stored
    place: str | int


class _Finder:
    """Finds the hits of a page in a sort order."""

    def __init__(self, collection: Collection, searcher: Searcher, *, held: bool) -> None:
        self._collection = collection
        self._searcher = searcher
        self._held = held

    def find(self, query: Query, body: Body) -> list[Found]:
        size, after = body.get("size", DEFAULT_SIZE), body.get("search_after")
        if not size:
            return []
        if is_by_score(body):
            return self._walk(query, size, after[0] if after else 0) if self._held else self._find_best(query, size)
        for order, sort in ORDERS.items():
            if body["sort"] == sort:
                return self._find_by_date(query, OrderPlace(order, after[0] if after else "", size))
        raise UnsupportedError("hits are sorted by score, or by published_at, then by id")

    def _find_by_date(self, query: Query, place: OrderPlace) -> list[Found]:
        if place.key:
            query = narrow_after(self._searcher, self._collection.mapped.schema, query, place)
        hits = self._searcher.search(query, place.size, count=False, order_by_field=place.order, order=Order.Asc).hits
        found = [self._fetch(address) for _, address in hits]
        return [Found(None, stored, order_keys(stored.document)[place.order]) for stored in found]

    def _walk(self, query: Query, size: int, given: int) -> list[Found]:
        """Give the hits after so many, ties as they lie: within one commit that order stays.

        The clause that all match keeps tantivy from leaving out what cannot be among the best, which adds up scores in
        another order, so that the last digits would depend on how many hits are asked for.
        """
        whole = Query.boolean_query(
            [(Occur.Must, query), (Occur.Must, Query.const_score_query(Query.all_query(), 0.0))]
        )
        hits = self._searcher.search(whole, size, count=False, offset=given).hits
        return [Found(score, self._fetch(address), given + n) for n, (score, address) in enumerate(hits, start=1)]

    def _find_best(self, query: Query, size: int) -> list[Found]:
        """Give the best hits, ties in the order of their ids: so look on until the ties of the last one are over."""
        limit = size + 1
        hits = self._searcher.search(query, limit, count=False).hits
        while len(hits) == limit and hits[-1][0] == hits[size - 1][0] and limit < size + MOST_TIES:
            limit *= 2
            hits = self._searcher.search(query, limit, count=False).hits
        worst = hits[size - 1][0] if len(hits) >= size else float("-inf")
        found = [(score, self._fetch(address)) for score, address in hits if score >= worst]
        best = sorted(found, key=lambda hit: (-hit[0], hit[1].document["id"]))[:size]
        return [Found(score, stored, n) for n, (score, stored) in enumerate(best, start=1)]

    def _fetch(self, address: DocAddress) -> Stored:
        return self._collection.fetch(self._searcher, address)


def _to_hit(found: Found, body: Body, highlighter: Highlighter | None) -> dict[str, Any]:
    document = found.stored.document
    shown = body.get("_source", list(document))
    hit = {
        "_id": document["id"],
        "_score": found.score,
        "_source": {key: document[key] for key in shown if key in document},
        "sort": [found.place],
    }
    marked = highlighter.highlight(document) if highlighter is not None else {}
    return {**hit, "highlight": marked} if marked else hit
