"""Choosing the store that stands beside an index: in Elasticsearch, or a file in the embedded index's folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.dedup.protocol import SignatureStore
from ingest.dedup.stores.sqlite import SqliteSignatures

if TYPE_CHECKING:
    from ingest.elastic.beside import StoreSettings

TANTIVY = "tantivy:"
FILE = "signatures.sqlite"


@contextmanager
def open_signatures(settings: StoreSettings) -> Iterator[SignatureStore]:
    """Open the signatures that belong to the index at `settings.url`, and close them in the end.

    Raises IndexUnavailable where they cannot be reached, MappingMismatch where they are of another layout.
    """
    store = _open(settings)
    try:
        yield store
    finally:
        store.close()


def _open(settings: StoreSettings) -> SignatureStore:
    if settings.url.startswith(TANTIVY):
        folder = Path(settings.url.removeprefix(TANTIVY))
        folder.mkdir(parents=True, exist_ok=True)
        return SqliteSignatures(folder / FILE)
    from ingest.dedup.stores.elasticsearch import ElasticsearchSignatures  # noqa: PLC0415 - only where it is used

    return ElasticsearchSignatures(settings)
