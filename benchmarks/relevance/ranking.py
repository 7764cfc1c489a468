"""Collections into an index, their queries through the API as anybody's, rankings out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from typing import Any

from fastapi.testclient import TestClient

from benchmarks.corpora import DATA, read_lines
from benchmarks.elasticsearch import EMBEDDED, find_server, new_place
from benchmarks.relevance.metrics import ndcg, randomization_p
from ingest.api.application import create_app
from ingest.index.document import fill_stemmed
from ingest.index.opening import open_index
from ingest.index.protocol import Index, Write
from ingest.index.settings import IndexSettings
from ingest.search.settings import SearchSettings
from ingest.settings import Settings

COLLECTIONS = ("cran", "cisi", "npl", "lisa")
SERVER = "elasticsearch"
BATCH = 500
# Some of the queries are whole paragraphs, longer than a search allows.
SETTINGS = SearchSettings(max_query_characters=20_000, max_query_terms=1_000)
# Weights are chosen on the first of two halves of the queries, and told on the second.
HALVES = ("chosen_on", "tested_on")

Scores = dict[str, float]


def measure(url: str | None = None) -> dict[str, Any]:
    """Measure nDCG@10 of each collection on the embedded index and on a server, one of its own where none is named."""
    with find_server(url) as address:
        scores = {kind: score_all(place) for kind, place in ((EMBEDDED, EMBEDDED), (SERVER, address))}
    return {
        **{kind: _summarize(collections) for kind, collections in scores.items()},
        "tantivy_below_elasticsearch": {
            name: round(_mean(scores[SERVER][name]) - _mean(scores[EMBEDDED][name]), 4) for name in COLLECTIONS
        },
        "tantivy_and_elasticsearch_p": {
            name: compare(scores[EMBEDDED][name], scores[SERVER][name]) for name in COLLECTIONS
        },
        "halves": {half: mean_of(take_half(scores[SERVER], half)) for half in HALVES},
    }


def score_all(url: str, settings: SearchSettings = SETTINGS) -> dict[str, Scores]:
    """Score every collection in one place."""
    scores = {}
    for collection in COLLECTIONS:
        with indexed(collection, url) as place:
            scores[collection] = score(collection, place, settings)
    return scores


def take_half(scores: Mapping[str, Scores], half: str) -> dict[str, Scores]:
    """Take every collection's queries of one half, always the same."""
    wanted = HALVES.index(half)
    return {
        collection: {name: value for name, value in by_query.items() if sha256(name.encode()).digest()[0] % 2 == wanted}
        for collection, by_query in scores.items()
    }


def mean_of(scores: Mapping[str, Scores]) -> float:
    """Give the mean of the collections' means."""
    return _mean({name: _mean(by_query) for name, by_query in scores.items()})


def _summarize(collections: Mapping[str, Scores]) -> Scores:
    means = {name: _mean(by_query) for name, by_query in collections.items()}
    return {**means, "mean": _mean(means)}


def _mean(scores: Mapping[str, float]) -> float:
    return round(sum(scores.values()) / len(scores), 4)


def compare(first: Scores, second: Scores) -> float:
    """Give the p of the difference of two systems over the same queries."""
    return randomization_p([first[name] for name in sorted(first)], [second[name] for name in sorted(first)])


def score(collection: str, place: IndexSettings, settings: SearchSettings) -> Scores:
    """Score every judged query of a collection, asked through the API."""
    judged = _judgements(collection)
    queries = {query["_id"]: query["text"] for query in read_lines(f"relevance/{collection}/queries.jsonl")}
    api = replace(Settings().api, rate_limit_anonymous_requests=1_000_000, timeout_seconds=60.0, index_pushed=False)
    with tempfile.TemporaryDirectory() as folder:
        lake = replace(Settings().lake, url=folder)
        app = create_app(replace(Settings(), index=place, search=settings, api=api, lake=lake))
        with TestClient(app, base_url="http://127.0.0.1") as client:
            return {name: ndcg(_rank(queries[name], client), relevant) for name, relevant in judged.items()}


def _rank(text: str, client: TestClient) -> list[str]:
    asked = {"q": _quieten(text), "size": "10", "fields": "id", "highlight": "false", "timeline": "false"}
    answer = client.get("/v1/articles", params=asked)
    assert answer.status_code == 200, answer.text
    return [str(hit["id"]) for hit in answer.json()["hits"]]


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
def indexed(collection: str, url: str) -> Iterator[IndexSettings]:
    """Index a collection into a place of its own, and remove it afterwards."""
    with new_place(url, "relevance") as place:
        index = open_index(place, write=True)
        try:
            index.prepare()
            _fill(collection, index)
            yield place
        finally:
            index.close()


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
        "comment_count": 0,
        "fingerprint": record["_id"],
    }
    return Write(record["_id"], 1, fill_stemmed(document))
