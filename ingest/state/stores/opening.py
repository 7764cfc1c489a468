"""Choosing the store that stands beside an index: in Elasticsearch, or a file in the embedded index's folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.state.protocol import RecordReader, Records
from ingest.state.stores.late import LateRecords
from ingest.state.stores.sqlite import SqliteRecords

if TYPE_CHECKING:
    from ingest.elastic.beside import StoreSettings

TANTIVY = "tantivy:"
FILE = "state.sqlite"


@contextmanager
def open_records(settings: StoreSettings) -> Iterator[Records]:
    """Open the records that belong to the index at `settings.url`, made where they are missing; close them in the end.

    Raises Unavailable where they cannot be reached, MappingMismatch where they are of another layout.
    """
    with closing(_open(settings)) as records:
        yield records


@contextmanager
def read_records(settings: StoreSettings) -> Iterator[RecordReader]:
    """Open the records for reading alone: nothing is made, and where there are none yet there is nothing to read.

    Raises Unavailable where they cannot be reached, MappingMismatch where they are of another layout.
    """
    with closing(LateRecords(lambda: _find(settings))) as records:
        yield records


def _open(settings: StoreSettings) -> Records:
    if settings.url.startswith(TANTIVY):
        path = _path(settings)
        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteRecords(path, lock_wait_seconds=settings.lock_wait_seconds)
    from ingest.state.stores.elasticsearch import ElasticsearchRecords  # noqa: PLC0415 - only where it is used

    return ElasticsearchRecords(settings)


def _find(settings: StoreSettings) -> RecordReader | None:
    if settings.url.startswith(TANTIVY):
        path = _path(settings)
        # An empty file is one that its writer is still making.
        there = path.is_file() and path.stat().st_size
        return SqliteRecords(path, lock_wait_seconds=settings.lock_wait_seconds, write=False) if there else None
    from ingest.state.stores.elasticsearch import find_records  # noqa: PLC0415 - only where it is used

    return find_records(settings)


def _path(settings: StoreSettings) -> Path:
    return Path(settings.url.removeprefix(TANTIVY)) / FILE
