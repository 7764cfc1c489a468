"""Signatures in Elasticsearch: made once whoever comes first, and shared by writers at the same moment."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from elasticsearch import Elasticsearch

from ingest.dedup import Candidate, open_signatures
from ingest.dedup.stores.elasticsearch import ElasticsearchSignatures
from ingest.errors import MappingMismatch
from ingest.index.settings import IndexSettings
from tests.dedup.articles import System, day, write_body
from tests.dedup.test_sqlite import make_entry

pytestmark = pytest.mark.elasticsearch


@pytest.fixture
def settings(elasticsearch_url: str) -> Iterator[IndexSettings]:
    """Give settings with a prefix of the test's own, and remove in the end what was made under it."""
    settings = IndexSettings(url=elasticsearch_url, prefix=f"t{secrets.token_hex(4)}-", replicas=0)
    yield settings
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.delete(index=list(client.indices.get(index=f"{settings.prefix}*")))


def test_several_make_it_at_once(settings: IndexSettings) -> None:
    """Of workers that start together one makes the index and the others find it."""
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(ElasticsearchSignatures, [settings] * 4))
    for number, store in enumerate(stores):
        store.put([make_entry(f"k{number}", number)])
    assert len(stores[0].standing([f"k{number}" for number in range(4)])) == 4
    for store in stores:
        store.close()


def test_writers_of_one_key_end_with_one_entry(settings: IndexSettings) -> None:
    """Two workers that sign one article at once leave one signature, whole."""
    entries = [make_entry("a", seed) for seed in range(2)]
    with open_signatures(settings) as first, open_signatures(settings) as second, ThreadPoolExecutor(2) as pool:
        for _ in range(10):
            list(pool.map(lambda pair: pair[0].put([pair[1]]), zip((first, second), entries, strict=True)))
        found = first.standing(["a"])["a"]
        clusters = [entry.standing.cluster for entry in entries]
        assert found in [entry.standing for entry in entries]
        assert list(first.leaders(clusters, 10)) == [found.cluster]


def test_refuses_signatures_of_another_layout(settings: IndexSettings) -> None:
    """An index of another version is named, not misread."""
    with Elasticsearch(settings.url) as client:
        client.indices.create(index=f"{settings.prefix}article-signatures-v99")
    with pytest.raises(MappingMismatch, match="article-signatures-v99"):
        ElasticsearchSignatures(settings)


def test_decides_as_in_memory(settings: IndexSettings) -> None:
    """What backs a run decides nothing: records are the same, in a second run too."""
    batch = [
        Candidate(key=f"k{copy}{seed}", body=write_body(seed, 6 + copy), published_at=day(-copy))
        for copy in range(3)
        for seed in range(5)
    ]
    memory, system = System(), System(ElasticsearchSignatures(settings))
    expected = [cluster for start in range(0, 15, 4) for cluster in memory.run(*batch[start : start + 4])]
    got = [cluster for start in range(0, 15, 4) for cluster in system.run(*batch[start : start + 4])]
    assert got == expected
    system.restart()
    assert system.deduplicator.assign(batch) == memory.deduplicator.assign(batch)
    system.store.close()
