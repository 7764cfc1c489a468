"""The aggregations of `search.query` over a tantivy searcher, alone or within filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tantivy import Query, Searcher

from ingest.index.backends.tantivy_collection import Collection, count_hits
from ingest.index.backends.tantivy_query import QueryCompiler, UnsupportedError, check_keys, single
from ingest.index.backends.tantivy_timeline import count_timeline
from ingest.index.backends.tantivy_words import find_significant

Body = Mapping[str, Any]
Answer = dict[str, Any]
Bucket = dict[str, Any]

BY_COUNT = [{"_count": "desc"}, {"_key": "asc"}]
FIRST_BUCKETS = 1_000
# tantivy ends an aggregation that makes more buckets.
MOST_BUCKETS = 65_000


class Aggregator:
    """Aggregates over what one query finds."""

    def __init__(self, collection: Collection, searcher: Searcher, compiler: QueryCompiler) -> None:
        self._collection = collection
        self._searcher = searcher
        self._compiler = compiler
        self._kinds: dict[str, Callable[[Query, Body], Answer]] = {
            "terms": self._terms,
            "cardinality": self._cardinality,
            "auto_date_histogram": self._timeline,
        }

    def run(self, query: Query, aggregations: Mapping[str, Body]) -> dict[str, Answer]:
        """Answer each aggregation; raise UnsupportedError where one is not in the subset."""
        return {name: self._run_one(query, body) for name, body in aggregations.items()}

    def _run_one(self, query: Query, body: Body) -> Answer:
        if "filter" in body:
            check_keys(body, ("filter", "aggs"), "an aggregation")
            return self._filter(query, body)
        if "sampler" in body:
            check_keys(body, ("sampler", "aggs"), "an aggregation")
            return self._sample(query, body)
        kind, options = single(body, "an aggregation")
        if kind not in self._kinds:
            raise UnsupportedError(f"the aggregation {kind!r} cannot be used with the embedded index")
        return self._kinds[kind](query, options)

    def _sample(self, query: Query, body: Body) -> Answer:
        """Look at the best hits; only significant words of a text are found in them."""
        hits = self._searcher.search(query, body["sampler"].get("shard_size", 100), count=False).hits
        documents = [self._collection.fetch(self._searcher, address).document for _, address in hits]
        answer: Answer = {"doc_count": len(documents)}
        for name, inner in body["aggs"].items():
            kind, options = single(inner, "an aggregation")
            if kind != "significant_text":
                raise UnsupportedError(f"the aggregation {kind!r} of a sample cannot be used with the embedded index")
            check_keys(options, ("field", "size", "min_doc_count"), "significant_text")
            texts = (document.get(options["field"]) or "" for document in documents)
            answer[name] = {"buckets": find_significant(self._searcher, texts, options)}
        return answer

    def _timeline(self, query: Query, options: Body) -> Answer:
        check_keys(options, ("field", "buckets", "minimum_interval"), "auto_date_histogram")
        return count_timeline(self._searcher, query, options)

    def _filter(self, query: Query, body: Body) -> Answer:
        narrowed = self._compiler.both(query, body["filter"])
        answer: Answer = {"doc_count": count_hits(self._searcher, narrowed)}
        return answer | self.run(narrowed, body.get("aggs", {}))

    def _terms(self, query: Query, options: Body) -> Answer:
        # How Elasticsearch is to go about it changes nothing here.
        check_keys(options, ("field", "size", "order", "execution_hint"), "terms")
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
