"""Collections into an index, their queries through `build_query`, rankings out."""

from __future__ import annotations

import tempfile
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from benchmarks.corpora import DATA, read_lines
from benchmarks.relevance.metrics import ndcg, randomization_p
from ingest.index.document import fill_stemmed
from ingest.index.opening import open_index
from ingest.index.protocol import Index, Write
from ingest.index.settings import IndexSettings
from ingest.search.query import build_query
from ingest.search.request import SearchRequest
from ingest.search.response import read_response
from ingest.search.settings import SearchSettings

COLLECTIONS = ("cran", "cisi", "npl", "lisa")
EMBEDDED = "tantivy"
BATCH = 500
# Some of the queries are whole paragraphs, longer than a search allows.
SETTINGS = SearchSettings(max_query_characters=20_000, max_query_terms=1_000)

Scores = dict[str, float]


def measure(urls: tuple[str, ...] = (), settings: SearchSettings = SETTINGS) -> dict[str, Any]:
    """Measure nDCG@10 of each collection on the embedded index and those at `urls`; compare each with the first."""
    scores: dict[str, dict[str, Scores]] = {}
    for collection in COLLECTIONS:
        for url in (EMBEDDED, *urls):
            with indexed(collection, url) as index:
                scores.setdefault(url, {})[collection] = score(collection, index, settings)
    figures: dict[str, Any] = {_kind(url): _summarize(collections) for url, collections in scores.items()}
    for url, collections in scores.items():
        if url != EMBEDDED:
            compared = {name: _compare(collections[name], scores[EMBEDDED][name]) for name in COLLECTIONS}
            figures[f"{_kind(url)}_against_tantivy_p"] = compared
    return figures


def _kind(url: str) -> str:
    return EMBEDDED if url == EMBEDDED else "elasticsearch"


def _summarize(collections: Mapping[str, Scores]) -> Scores:
    means = {name: _mean(by_query) for name, by_query in collections.items()}
    return {**means, "mean": _mean(means)}


def _mean(scores: Mapping[str, float]) -> float:
    return round(sum(scores.values()) / len(scores), 4)


def _compare(first: Scores, second: Scores) -> float:
    return randomization_p([first[name] for name in sorted(first)], [second[name] for name in sorted(first)])


def score(collection: str, index: Index, settings: SearchSettings) -> Scores:
    """Score every judged query of a collection."""
    judged = _judgements(collection)
    queries = {query["_id"]: query["text"] for query in read_lines(f"relevance/{collection}/queries.jsonl")}
    return {name: ndcg(_rank(queries[name], index, settings), relevant) for name, relevant in judged.items()}


def _rank(text: str, index: Index, settings: SearchSettings) -> list[str]:
    request = SearchRequest(q=_quieten(text), facet_fields=(), highlight=False, settings=settings)
    found = read_response(index.search(build_query(request, ("en",))), request)
    return [str(hit.fields["id"]) for hit in found.hits]


def _quieten(text: str) -> str:
    """Take out what the query language would read as more than words: these are sentences, not expressions."""
    words = (word.strip("-") for word in text.translate(str.maketrans('"()*', "    ")).split())
    return " ".join(word.lower() if word in ("AND", "OR", "NOT") else word for word in words)


def _judgements(collection: str) -> dict[str, set[str]]:
    lines = (DATA / "relevance" / collection / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    judged: dict[str, set[str]] = {}
    for query, document, relevance in (line.split("\t") for line in lines):
        if int(relevance) > 0:
            judged.setdefault(query, set()).add(document)
    return judged


@contextmanager
def indexed(collection: str, url: str) -> Iterator[Index]:
    """Index a collection into a place of its own, and remove it afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        prefix = f"relevance-{uuid.uuid4().hex[:8]}-"
        settings = IndexSettings(url=f"tantivy:{folder}" if url == EMBEDDED else url, prefix=prefix, replicas=0)
        index = open_index(settings, write=True)
        try:
            index.prepare()
            _fill(collection, index)
            yield index
        finally:
            index.close()
            if url != EMBEDDED:
                _remove(url, prefix)


def _fill(collection: str, index: Index) -> None:
    writes = [_to_write(record) for record in read_lines(f"relevance/{collection}/corpus.jsonl")]
    for start in range(0, len(writes), BATCH):
        receipts = index.write(writes[start : start + BATCH])
        assert all(receipt.outcome == "written" for receipt in receipts)
    index.refresh()


def _to_write(record: Mapping[str, str]) -> Write:
    document = {
        "id": record["_id"],
        "title": record.get("title") or None,
        "body": record["text"],
        "language": "en",
        "canonical": True,
        "cluster_id": record["_id"],
    }
    return Write(record["_id"], 1, fill_stemmed(document))


def _remove(url: str, prefix: str) -> None:
    with urllib.request.urlopen(f"{url}/_cat/indices/{prefix}*?h=index") as answer:  # noqa: S310 - the caller's own address
        names = answer.read().decode().split()
    for name in names:
        urllib.request.urlopen(urllib.request.Request(f"{url}/{name}", method="DELETE")).close()  # noqa: S310 - likewise
