"""Tombstones of erased documents, kept beside the index, and an index that lets none of them come back.

An index forgets what it deleted (Elasticsearch after `index.gc_deletes`), and would let an older write in again. The
tombstone is written first. A writer looks for it before it writes and once more after: so either the writer sees it, or
the writer was done before, and the erasure removes what it wrote.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

from ingest.index.protocol import Index, Receipt, Write
from ingest.state import RecordReader

ERASED = "erased"


def find_erased(records: RecordReader, ids: Collection[str]) -> set[str]:
    """Name those of the documents that were erased."""
    return set(records.get(ERASED, list(ids))) if ids else set()


def guard(index: Index, records: RecordReader) -> Index:
    """Give an index that refuses to write what was erased; closing it closes the one below, not the records."""
    return cast("Index", _GuardedIndex(index, records))


class _GuardedIndex:
    """All but `write` is the index's own."""

    def __init__(self, index: Index, records: RecordReader) -> None:
        self._index = index
        self._records = records

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)

    def write(self, writes: Sequence[Write]) -> list[Receipt]:
        """Write what was not erased; take back what was erased meanwhile."""
        gone = find_erased(self._records, {write.id for write in writes})
        sent = [write for write in writes if write.id not in gone]
        receipts = iter(self._index.write(sent))
        late = find_erased(self._records, {write.id for write in sent})
        if late:
            self._index.remove(sorted(late))
        answered = [Receipt(write.id, "erased") if write.id in gone else next(receipts) for write in writes]
        return [Receipt(each.id, "erased") if each.id in late else each for each in answered]
