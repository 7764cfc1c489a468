"""The aggregations of `search.query` over a tantivy searcher: terms and cardinality, alone or within a filter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tantivy import Query, Searcher

from ingest.index.backends.tantivy_collection import count_hits
from ingest.index.backends.tantivy_query import QueryCompiler, UnsupportedError, check_keys, single

Body = Mapping[str, Any]
Answer = dict[str, Any]
Bucket = dict[str, Any]

BY_COUNT = [{"_count": "desc"}, {"_key": "asc"}]
FIRST_BUCKETS = 1_000
# tantivy ends an aggregation that makes more buckets.
MOST_BUCKETS = 65_000


class Aggregator:
    """Aggregates over what one query finds."""

    def __init__(self, searcher: Searcher, compiler: QueryCompiler) -> None:
        self._searcher = searcher
        self._compiler = compiler

    def run(self, query: Query, aggregations: Mapping[str, Body]) -> dict[str, Answer]:
        """Answer each aggregation; raise UnsupportedError where one is not in the subset."""
        return {name: self._run_one(query, body) for name, body in aggregations.items()}

    def _run_one(self, query: Query, body: Body) -> Answer:
        check_keys(body, ("filter", "terms", "cardinality", "aggs"), "an aggregation")
        if "filter" in body:
            return self._filter(query, body)
        kind, options = single(body, "an aggregation")
        if kind == "terms":
            return self._terms(query, options)
        return self._cardinality(query, options)

    def _filter(self, query: Query, body: Body) -> Answer:
        narrowed = self._compiler.both(query, body["filter"])
        answer: Answer = {"doc_count": count_hits(self._searcher, narrowed)}
        return answer | self.run(narrowed, body.get("aggs", {}))

    def _terms(self, query: Query, options: Body) -> Answer:
        check_keys(options, ("field", "size", "order"), "terms")
        if options.get("order", BY_COUNT) != BY_COUNT:
            raise UnsupportedError("terms are ordered by count, then by key")
        size = options.get("size", 10)
        found = self._buckets(query, options["field"], max(FIRST_BUCKETS, size))
        if _cut_through_a_tie(found, size):
            found = self._buckets(query, options["field"], MOST_BUCKETS)
        buckets = sorted(found["buckets"], key=lambda bucket: (-bucket["doc_count"], bucket["key"]))
        counted = sum(bucket["doc_count"] for bucket in found["buckets"]) + found["sum_other_doc_count"]
        shown = buckets[:size]
        rest = counted - sum(bucket["doc_count"] for bucket in shown)
        return {"doc_count_error_upper_bound": 0, "sum_other_doc_count": rest, "buckets": shown}

    def _buckets(self, query: Query, field: str, size: int) -> dict[str, Any]:
        terms = {"field": field, "size": size, "segment_size": MOST_BUCKETS}
        answer: dict[str, Any] = self._searcher.aggregate(query, {"all": {"terms": terms}})
        return dict(answer["all"])

    def _cardinality(self, query: Query, options: Body) -> Answer:
        """Count distinct values: exactly up to `precision_threshold` documents, by HyperLogLog above."""
        check_keys(options, ("field", "precision_threshold"), "cardinality")
        threshold = min(options.get("precision_threshold", 3_000), MOST_BUCKETS)
        if count_hits(self._searcher, query) <= threshold:
            return {"value": len(self._buckets(query, options["field"], threshold)["buckets"])}
        return {"value": round(self._searcher.cardinality(query, options["field"]))}


def _cut_through_a_tie(found: Mapping[str, Any], size: int) -> bool:
    """Say whether values left out may belong among the first `size`, being as frequent as the last of them."""
    buckets = found["buckets"]
    return bool(found["sum_other_doc_count"] and buckets[size - 1]["doc_count"] == buckets[-1]["doc_count"])
