"""Where signatures live: beside the index that they stand for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.dedup import SignatureStore
from ingest.dedup.stores.sqlite import SqliteSignatures
from ingest.index.opening import TANTIVY
from ingest.index.settings import IndexSettings

FILE = "signatures.sqlite"


@contextmanager
def open_signatures(settings: IndexSettings) -> Iterator[SignatureStore]:
    """Open the signatures of a prepared index: a file in an embedded one's folder, an index beside Elasticsearch's."""
    store = make_store(settings)
    try:
        yield store
    finally:
        store.close()


def make_store(settings: IndexSettings) -> SignatureStore:
    """Choose the store that the index's URL implies."""
    if settings.url.startswith(TANTIVY):
        return SqliteSignatures(Path(settings.url.removeprefix(TANTIVY)) / FILE, settings.lock_wait_seconds)
    from ingest.dedup.stores.elasticsearch import ElasticsearchSignatures  # noqa: PLC0415 - only where it is used

    return ElasticsearchSignatures(settings)
