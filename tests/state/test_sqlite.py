"""What the file of state records promises beyond the contract: readers that only read, locks, layouts."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ingest.errors import IndexLocked, IndexUnavailable, MappingMismatch
from ingest.index.settings import IndexSettings
from ingest.sqlite_file import transaction
from ingest.state import open_records, read_records
from ingest.state.stores.sqlite import SqliteRecords


def test_a_reader_cannot_write_to_a_file(tmp_path: Path) -> None:
    """Opened for reading, a file and its folder stay untouched."""
    settings = IndexSettings(url=f"tantivy:{tmp_path}")
    with open_records(settings) as records:
        records.put("one", {"a": {"n": 1}})
    tmp_path.chmod(0o555)
    (tmp_path / "state.sqlite").chmod(0o444)
    reader = SqliteRecords(tmp_path / "state.sqlite", write=False)
    with read_records(settings) as other:
        assert reader.get("one", ["a"]) == other.get("one", ["a"]) == {"a": {"n": 1}}
    with pytest.raises(IndexUnavailable, match="readonly"):
        reader.put("one", {"a": {"n": 2}})
    reader.close()
    assert [path.name for path in tmp_path.iterdir()] == ["state.sqlite"]


def test_a_file_held_too_long_is_named(tmp_path: Path) -> None:
    """A writer that never lets go ends the wait with a clear error; nothing is half written."""
    records, other = (SqliteRecords(tmp_path / "state.sqlite", lock_wait_seconds=wait) for wait in (30, 0.1))
    with transaction(records._connection), pytest.raises(IndexLocked, match="state records are held"):
        other.put("one", {"a": {}})
    other.put("one", {"a": {}})
    assert list(records.scan("one")) == [("a", {})]
    records.close()
    other.close()


def test_a_file_of_another_layout_is_named(tmp_path: Path) -> None:
    """A file of another version is not misread, whoever opens it; another kind of file is no index."""
    settings = IndexSettings(url=f"tantivy:{tmp_path}")
    with open_records(settings) as records:
        records.put("one", {"a": {}})
        assert isinstance(records, SqliteRecords)
        records._connection.execute("PRAGMA user_version = 99")
    for opening in (open_records, read_records):
        with pytest.raises(MappingMismatch, match="layout 99"), opening(settings):
            pass
    (tmp_path / "state.sqlite").write_bytes(b"not a database, and long enough to be seen as none" * 40)
    with pytest.raises(IndexUnavailable, match="not a database"), open_records(settings):
        pass


def test_a_file_of_an_older_layout_is_upgraded_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer program brings the file to its layout, with every record, and leaves a copy as it was."""
    settings = IndexSettings(url=f"tantivy:{tmp_path}")
    with open_records(settings) as records:
        records.put("one", {"a": {"n": 1}})
    monkeypatch.setattr("ingest.state.stores.sqlite.LAYOUT", 2)
    monkeypatch.setattr("ingest.state.stores.sqlite.STEPS", {1: "ALTER TABLE records ADD COLUMN at TEXT"})
    monkeypatch.setattr("ingest.state.stores.sqlite.PUT", "INSERT INTO records (kind, key, record) VALUES (?, ?, ?)")
    with open_records(settings) as records:
        records.put("one", {"b": {"n": 2}})
        assert dict(records.scan("one")) == {"a": {"n": 1}, "b": {"n": 2}}
    with closing(sqlite3.connect(tmp_path / "state.sqlite.layout-1")) as kept:
        assert kept.execute("SELECT kind, key FROM records").fetchall() == [("one", "a")]
