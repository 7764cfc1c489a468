"""Records in one SQLite file, for several processes at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ingest.sqlite_file import check_layout, make_tables, read_layout, speaking_our_errors, transaction, upgrade_tables
from ingest.state.protocol import Change, Json
from ingest.state.stores.encoding import check_names, decode, encode

LAYOUT = 1
# The statements that lead from each older layout to the next.
STEPS: Mapping[int, str] = {}
KEPT = "state records"
ROWS_PER_READ = 200

# SQLite compares text by its UTF-8 bytes: the order of code points.
TABLES = """
CREATE TABLE records (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID
"""
GET = "SELECT record FROM records WHERE kind = ? AND key = ?"
PUT = "INSERT INTO records VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET record = excluded.record"
DELETE = "DELETE FROM records WHERE kind = ? AND key = ?"
FIRST = "SELECT key, record FROM records WHERE kind = ? AND key >= ? ORDER BY key LIMIT ?"
NEXT = "SELECT key, record FROM records WHERE kind = ? AND key > ? ORDER BY key LIMIT ?"


class SqliteRecords:
    """`Records` in a file, made where it is missing; with `write=False` it must be there and is only read.

    Raises MappingMismatch where the file is of another layout.
    """

    def __init__(self, path: Path, *, lock_wait_seconds: float = 30.0, write: bool = True) -> None:
        # Without a write-ahead log, whose side files a reader has to write: a folder that may only be read will do.
        mode = "rwc" if write else "rw"
        with speaking_our_errors(KEPT):
            uri = f"{path.absolute().as_uri()}?mode={mode}"
            self._connection = sqlite3.connect(uri, uri=True, timeout=lock_wait_seconds, isolation_level=None)
            try:
                self._prepare(path, write=write)
            except BaseException:
                self._connection.close()
                raise

    def get(self, kind: str, keys: Sequence[str]) -> Mapping[str, Json]:
        """Look records up; absent keys are absent."""
        with speaking_our_errors(KEPT):
            found = ((key, self._get(kind, key)) for key in check_names(kind, keys))
            return {key: decode(held) for key, held in found if held is not None}

    def put(self, kind: str, records: Mapping[str, Json]) -> None:
        """Store records in one transaction, each in the place of what stood under its key."""
        check_names(kind, records)
        rows = [(kind, key, encode(record)) for key, record in records.items()]
        with speaking_our_errors(KEPT), transaction(self._connection):
            self._connection.executemany(PUT, rows)

    def update(self, kind: str, keys: Sequence[str], change: Change) -> Mapping[str, Json | None]:
        """Read, change and write the keys in one transaction."""
        names = check_names(kind, keys)
        with speaking_our_errors(KEPT), transaction(self._connection):
            return {key: self._update(kind, key, change) for key in names}

    def delete(self, kind: str, keys: Sequence[str]) -> None:
        """Remove records; absent keys are ignored."""
        rows = [(kind, key) for key in check_names(kind, keys)]
        with speaking_our_errors(KEPT), transaction(self._connection):
            self._connection.executemany(DELETE, rows)

    def scan(self, kind: str, prefix: str = "") -> Iterator[tuple[str, Json]]:
        """Yield the records whose key begins with the prefix; read some at a time, so that no writer waits for it."""
        rows = self._read(FIRST, kind, prefix)
        while rows:
            for key, held in rows:
                if not key.startswith(prefix):
                    return
                yield key, decode(held)
            rows = self._read(NEXT, kind, rows[-1][0])

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _prepare(self, path: Path, *, write: bool) -> None:
        self._connection.execute("PRAGMA synchronous = FULL")
        if not write:
            self._connection.execute("PRAGMA query_only = ON")
        elif read_layout(self._connection) == 0:
            make_tables(self._connection, TABLES, LAYOUT)
        else:
            upgrade_tables(self._connection, path, STEPS, LAYOUT)
        check_layout(self._connection, LAYOUT, path, KEPT)

    def _get(self, kind: str, key: str) -> bytes | None:
        row = self._connection.execute(GET, (kind, key)).fetchone()
        return None if row is None else row[0]

    def _update(self, kind: str, key: str, change: Change) -> Json | None:
        held = self._get(kind, key)
        changed = change(key, None if held is None else decode(held))
        encoded = None if changed is None else encode(changed)
        if encoded is None:
            self._connection.execute(DELETE, (kind, key))
        elif encoded != held:
            self._connection.execute(PUT, (kind, key, encoded))
        return changed

    def _read(self, statement: str, kind: str, key: str) -> list[tuple[str, bytes]]:
        with speaking_our_errors(KEPT):
            return self._connection.execute(statement, (kind, key, ROWS_PER_READ)).fetchall()
