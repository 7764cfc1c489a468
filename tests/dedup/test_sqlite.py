"""Signatures in a file: shared by processes, unchanged by readers, small."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.dedup import Candidate, DedupSettings, open_signatures
from ingest.dedup.protocol import Entry, Rank, Standing
from ingest.dedup.signature import Signature
from ingest.dedup.stores.sqlite import LAYOUT, SqliteSignatures
from ingest.errors import IndexLocked, IndexUnavailable, MappingMismatch
from ingest.index.settings import IndexSettings
from tests.dedup.articles import System, write_body

PUT_MANY = """
import sys
from tests.dedup.test_sqlite import make_entry
from ingest.dedup.stores.sqlite import LAYOUT, SqliteSignatures
store = SqliteSignatures(sys.argv[1])
for number in range(50):
    store.put([make_entry(f"{sys.argv[2]}{number}", number)])
store.close()
"""


def make_entry(key: str, seed: int) -> Entry:
    """Make an entry with as many tokens as an article has."""
    chance = random.Random(f"{key}{seed}")
    signature = Signature("1.test", chance.randbytes(16), tuple(sorted(chance.getrandbits(32) for _ in range(38))))
    standing = Standing(
        scheme=signature.scheme,
        content=signature.content,
        cluster=chance.randbytes(16).hex(),
        kind="unique",
        similarity=0.0,
        of=None,
        reason="only",
        rank=Rank(1_700_000_000_000_000, 2**40 - 2000, False, key),
    )
    return Entry(standing, signature)


def test_a_run_that_changes_nothing_leaves_the_bytes(tmp_path: Path) -> None:
    """A second identical run must not touch the file."""
    path = tmp_path / "signatures.sqlite"
    batch = [Candidate(key=f"k{seed}", body=write_body(seed)) for seed in range(5)]
    system = System(SqliteSignatures(path))
    first = system.run(*batch)
    system.store.close()
    before = path.read_bytes()
    again = System(SqliteSignatures(path), system.library)
    assert again.run(*batch) == first
    again.store.close()
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["signatures.sqlite"]


def test_articles_that_are_put_again_and_again_take_no_more_room(tmp_path: Path) -> None:
    """The file must not grow with each replay; whoever changed is found by what it says now, by nothing else."""
    path = tmp_path / "signatures.sqlite"
    store = SqliteSignatures(path)
    first = [make_entry(str(number), number) for number in range(100)]
    tokens = [entry.signature.tokens for entry in first]
    changed = [replace(entry, signature=replace(entry.signature, tokens=entry.signature.tokens[4:])) for entry in first]
    for entries in (first, changed, changed, changed):
        store.put(entries)
    found = store.neighbours([replace(first[0].signature, tokens=part) for part in (tokens[0][:4], tokens[0][4:])], 8)
    assert [[neighbour.key for neighbour in each] for each in found] == [[], ["0"]]
    store.close()
    with sqlite3.connect(path) as connection:
        (postings,) = connection.execute("SELECT count(*) FROM postings").fetchone()
    connection.close()
    assert postings == sum(map(len, tokens))


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    """Neither loses a signature to the other, nor fails."""
    path = tmp_path / "signatures.sqlite"
    root = Path(__file__).parents[2]
    writers = [subprocess.Popen([sys.executable, "-c", PUT_MANY, str(path), name], cwd=root) for name in ("a", "b")]
    assert [writer.wait(timeout=180) for writer in writers] == [0, 0]
    store = SqliteSignatures(path)
    keys = [f"{name}{number}" for name in ("a", "b") for number in range(50)]
    assert len(store.standing(keys)) == 100
    store.close()


def test_a_file_held_too_long_is_named(tmp_path: Path) -> None:
    """A writer that never lets go ends the wait with a clear error, and nothing is half written."""
    path = tmp_path / "signatures.sqlite"
    store = SqliteSignatures(path, lock_wait_seconds=0.1)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(IndexLocked, match="another process"):
        store.put([make_entry("a", 1)])
    holder.execute("ROLLBACK")
    holder.close()
    store.put([make_entry("a", 1)])
    assert list(store.standing(["a"])) == ["a"]
    store.close()


def test_refuses_a_file_of_another_layout(tmp_path: Path) -> None:
    """A file of another version is named, not misread."""
    path = tmp_path / "signatures.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(MappingMismatch, match="layout 99"):
        SqliteSignatures(path)


def test_signatures_of_an_older_layout_are_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They can be made anew from the index: the file begins anew, and what it was stays beside it."""
    path = tmp_path / "signatures.sqlite"
    store = SqliteSignatures(path)
    store.put([make_entry("a", 1)])
    store.close()
    monkeypatch.setattr("ingest.dedup.stores.sqlite.LAYOUT", LAYOUT + 1)
    store = SqliteSignatures(path)
    assert store.standing(["a"]) == {}
    store.put([make_entry("a", 1)])
    assert list(store.standing(["a"])) == ["a"]
    store.close()
    with sqlite3.connect(tmp_path / f"signatures.sqlite.layout-{LAYOUT}") as kept:
        assert kept.execute("SELECT count(*) FROM members").fetchone() == (1,)
    kept.close()


def test_refuses_what_is_no_such_file(tmp_path: Path) -> None:
    """Another kind of file is an index that cannot be used, told with what SQLite says."""
    path = tmp_path / "signatures.sqlite"
    path.write_bytes(b"not a database, and long enough to be seen as none" * 40)
    with pytest.raises(IndexUnavailable, match="not a database"):
        SqliteSignatures(path)


def test_a_document_costs_less_than_a_kilobyte(tmp_path: Path) -> None:
    """A million articles must fit beside their index."""
    path = tmp_path / "signatures.sqlite"
    store = SqliteSignatures(path)
    keys = [random.Random(number).randbytes(16).hex() for number in range(5000)]
    for start in range(0, len(keys), 500):
        store.put([make_entry(key, 0) for key in keys[start : start + 500]])
    store.close()
    assert path.stat().st_size / len(keys) <= 1000


def test_the_store_lies_in_the_embedded_index_folder(tmp_path: Path) -> None:
    """State has one home: who moves the index moves its signatures too."""
    with open_signatures(IndexSettings(url=f"tantivy:{tmp_path / 'index'}")) as store:
        store.put([make_entry("a", 1)])
    assert (tmp_path / "index" / "signatures.sqlite").stat().st_size > 0


def test_look_ups_do_not_need_the_settings_of_the_writer(tmp_path: Path) -> None:
    """Thresholds may change between runs over one file."""
    path = tmp_path / "signatures.sqlite"
    writer = System(SqliteSignatures(path))
    writer.run(Candidate(key="a", body=write_body(1)))
    writer.store.close()
    reader = System(SqliteSignatures(path), writer.library, DedupSettings(min_jaccard=0.9, min_containment=0.9))
    (cluster,) = reader.run(Candidate(key="b", body=f"{write_body(1)} {write_body(2, 1)}"))
    assert (cluster.kind, cluster.of) == ("near", "a")
    reader.store.close()
