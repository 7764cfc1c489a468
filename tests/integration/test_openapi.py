"""The API against its own OpenAPI document: with Elasticsearch up, refusing writes, and away."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from elasticsearch import Elasticsearch

from benchmarks.serving.conformance import Effort, Target, exercise
from ingest import jobs
from ingest.settings import Settings
from tests.integration.opening import NO_BLOCKS
from tests.web.archive import serving, write_articles

# The server runs beside the requests in one process and waits by chance: Hypothesis takes that for its strategies'.
CHANCE_OF_THE_SERVER = "ignore:Do not use the `random` module:hypothesis.errors.HypothesisDeprecationWarning"

pytestmark = [pytest.mark.elasticsearch, pytest.mark.slow, pytest.mark.filterwarnings(CHANCE_OF_THE_SERVER)]

HEALTH = frozenset({"/livez", "/readyz", "/metrics"})


def configure(folder: Path, url: str, prefix: str) -> Settings:
    """Give the settings of a system whose API is not limited."""
    limits = {f"api.rate_limit_{name}requests": 1_000_000 for name in ("", "anonymous_")}
    return Settings.load(
        flags={"index.url": url, "index.prefix": prefix, "index.replicas": 0, "lake.url": str(folder / "lake")} | limits
    )


@pytest.fixture
def filled(tmp_path: Path, elasticsearch_url: str, elasticsearch_prefix: str) -> Settings:
    """Give a system with a small archive."""
    settings = configure(tmp_path, elasticsearch_url, elasticsearch_prefix)
    source = tmp_path / "archive.jsonl"
    source.write_text("\n".join(json.dumps(article) for article in write_articles()), encoding="utf-8")
    jobs.ingest([str(source)], settings)
    return settings


@contextmanager
def aimed(settings: Settings) -> Iterator[Target]:
    """Serve a system; give where, with a key and ids that are there."""
    key = jobs.create_key("everything", ["admin"], settings)["key"]
    articles = itertools.cycle([hit["id"] for hit in jobs.search([("size", "20")], settings)["hits"]])
    queries = [jobs.save_query(str(number), [("q", "harbour")], settings, by="test")["id"] for number in range(60)]
    with serving(settings) as address:
        yield Target(address=address, key=key, ids={"any_id": lambda: next(articles), "query_id": queries.pop})


def push(target: Target, text: str) -> int:
    """Push a document in; give the status of the answer."""
    headers = {"Authorization": f"Bearer {target.key}"}
    return httpx.post(f"{target.address}/v1/documents", json={"text": text}, headers=headers, timeout=60).status_code


def test_answers_are_as_declared_and_refusals_where_index_refuses(filled: Settings, elasticsearch_url: str) -> None:
    """Valid requests are answered, by the schema, and none with 5xx; where writes are refused, reads still are."""
    with aimed(filled) as target:
        found = exercise(target, Effort(examples=4))
        assert found.faults == []
        assert found.accepted_share >= 0.95, found.refused
        assert found.taken == []
        with Elasticsearch(elasticsearch_url) as client:
            client.indices.put_settings(index=f"{filled.index.prefix}*", settings={"index.blocks.read_only": True})
            try:
                blocked = exercise(target, Effort(examples=2, seed=2))
                pushed = push(target, "The ferry sails again.")
            finally:
                client.indices.put_settings(index=f"{filled.index.prefix}*", settings=NO_BLOCKS)
    # Nothing is written to clear an alert that is none, nor for a document without words.
    assert blocked.statuses - {200, 202, 204, 400, 404, 422} == {503}
    assert {status for status in blocked.valid if status < 300} <= {200, 202, 204}
    assert pushed == 503
    assert [fault for fault in blocked.faults if "503" not in fault] == []


def test_without_an_index_there_is_nothing_but_problems(tmp_path: Path) -> None:
    """503 with a problem document to every request that is not about health, and no trace."""
    nowhere = configure(tmp_path, "http://127.0.0.1:9", "x-")
    with serving(nowhere) as address:
        found = exercise(Target(address=address, key="bs_x_y", skip=HEALTH), Effort(examples=2))
    assert found.statuses == {503}
    assert [fault for fault in found.faults if "no problem document" in fault] == []
