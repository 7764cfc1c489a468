"""An empty system of either kind for a test, and an empty Elasticsearch index."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from ingest.index.backends.elasticsearch import ElasticsearchIndex
from ingest.index.settings import IndexSettings
from tests.elastic.clocks import FakeClock
from tests.integration.opening import NO_BLOCKS, open_on
from tests.integration.system import System


@pytest.fixture(params=["tantivy", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def system(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[System]:
    """Give an empty system of either kind, and take it away."""
    if request.param == "tantivy":
        yield System(url=f"tantivy:{tmp_path / 'index'}", prefix="", folder=tmp_path)
        return
    url, prefix = request.getfixturevalue("elasticsearch_url"), f"t{secrets.token_hex(4)}-"
    try:
        yield System(url=url, prefix=prefix, folder=tmp_path)
    finally:
        with Elasticsearch(url) as client:
            # A server refuses to delete by a wildcard.
            if names := list(client.indices.get(index=f"{prefix}*", expand_wildcards="all")):
                client.indices.delete(index=names)


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """Give a bare client."""
    with Elasticsearch(elasticsearch_url) as opened:
        yield opened


@pytest.fixture
def place(elasticsearch_url: str, client: Elasticsearch) -> Iterator[IndexSettings]:
    """Give the settings of an index of the test's own, removed with all that it holds."""
    prefix = f"t{secrets.token_hex(4)}-"
    yield IndexSettings(url=elasticsearch_url, prefix=prefix, replicas=0)
    names = list(client.indices.get(index=f"{prefix}*", expand_wildcards="all"))
    if names:
        client.indices.put_settings(index=names, settings=NO_BLOCKS)
        client.indices.delete(index=names)


@pytest.fixture
def index(place: IndexSettings) -> Iterator[ElasticsearchIndex]:
    """Give an empty index for writing, whose waiting costs no time."""
    opened = open_on(place, FakeClock())
    yield opened
    opened.close()
