"""Running a search body of `search.query` over a tantivy searcher, and answering as Elasticsearch does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tantivy import DocAddress, Order, Query, Searcher

from ingest.index.backends.tantivy_aggregations import Aggregator
from ingest.index.backends.tantivy_collection import Collection, Stored, count_hits
from ingest.index.backends.tantivy_highlights import Highlighter
from ingest.index.backends.tantivy_query import QueryCompiler, UnsupportedError, check_keys
from ingest.index.backends.tantivy_schema import NEWEST, OLDEST

Body = Mapping[str, Any]
Found = tuple[float | None, Stored]

KNOWN = ("query", "post_filter", "aggs", "sort", "size", "_source", "highlight", "track_total_hits")
BY_SCORE = [{"_score": {"order": "desc"}}, {"id": {"order": "asc"}}]
ORDERS = {
    NEWEST: [{"published_at": {"order": "desc", "missing": "_last"}}, {"id": {"order": "asc"}}],
    OLDEST: [{"published_at": {"order": "asc", "missing": "_last"}}, {"id": {"order": "asc"}}],
}
DEFAULT_SIZE = 10
# How many hits of one score are put in the order of their ids.
MOST_TIES = 1_000


def search_collection(collection: Collection, body: Body) -> dict[str, Any]:
    """Answer a search body; raise UnsupportedError where it is not in the subset."""
    check_keys(body, KNOWN, "a search")
    searcher, compiler = collection.searcher(), QueryCompiler(collection.mapped)
    query = compiler.compile(body.get("query", {"match_all": {}}))
    narrowed = compiler.both(query, body.get("post_filter", {"match_all": {}}))
    size = body.get("size", DEFAULT_SIZE)
    found = _Finder(collection, searcher).find(narrowed, body.get("sort", BY_SCORE), size) if size else []
    highlighter = Highlighter(body["highlight"], compiler) if "highlight" in body else None
    answer: dict[str, Any] = {
        "hits": {
            "total": {"value": count_hits(searcher, narrowed), "relation": "eq"},
            "hits": [_to_hit(score, stored, body, highlighter) for score, stored in found],
        }
    }
    if "aggs" in body:
        answer["aggregations"] = Aggregator(searcher, compiler).run(query, body["aggs"])
    return answer


class _Finder:
    """Finds the first hits in a sort order."""

    def __init__(self, collection: Collection, searcher: Searcher) -> None:
        self._collection = collection
        self._searcher = searcher

    def find(self, query: Query, sort: Any, size: int) -> list[Found]:
        if sort == BY_SCORE:
            return self._find_best(query, size)
        for field, order in ORDERS.items():
            if sort == order:
                hits = self._searcher.search(query, size, count=False, order_by_field=field, order=Order.Asc).hits
                return [(None, self._fetch(address)) for _, address in hits]
        raise UnsupportedError("hits are sorted by score, or by published_at, then by id")

    def _find_best(self, query: Query, size: int) -> list[Found]:
        """Give the best hits, ties in the order of their ids: so look on until the ties of the last one are over."""
        limit = size + 1
        hits = self._searcher.search(query, limit, count=False).hits
        while len(hits) == limit and hits[-1][0] == hits[size - 1][0] and limit < size + MOST_TIES:
            limit *= 2
            hits = self._searcher.search(query, limit, count=False).hits
        worst = hits[size - 1][0] if len(hits) >= size else float("-inf")
        found = [(score, self._fetch(address)) for score, address in hits if score >= worst]
        return sorted(found, key=lambda hit: (-hit[0], hit[1].document["id"]))[:size]

    def _fetch(self, address: DocAddress) -> Stored:
        return self._collection.fetch(self._searcher, address)


def _to_hit(score: float | None, stored: Stored, body: Body, highlighter: Highlighter | None) -> dict[str, Any]:
    document = stored.document
    shown = body.get("_source", list(document))
    hit = {"_id": document["id"], "_score": score, "_source": {key: document[key] for key in shown if key in document}}
    marked = highlighter.highlight(document) if highlighter is not None else {}
    return {**hit, "highlight": marked} if marked else hit
