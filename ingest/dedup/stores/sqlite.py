"""Signatures in one SQLite file, for several processes at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ingest.dedup.protocol import Entry, Neighbour, Rank, Standing
from ingest.dedup.signature import Signature, narrow
from ingest.dedup.stores.evidence import POSTINGS_PER_TOKEN, weigh
from ingest.dedup.stores.rows import pack, to_neighbour, to_rank, to_row, to_standing
from ingest.sqlite_file import check_layout, make_tables, read_layout, remake_tables, speaking_our_errors, transaction

LAYOUT = 2
KEPT = "signatures"
CACHE_KIBIBYTES = 16_384

# Postings cannot be found by member without doubling the file. So of a replaced article those go that its new signature
# names, nearly all after a replay; the others stay and name nobody, since its number is never used again. Tokens are
# stored as signed 32-bit numbers and keys of 32 hexadecimal digits as 16 bytes, to keep the file small.
TABLES = """
CREATE TABLE schemes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE members (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key NOT NULL UNIQUE,
    scheme INTEGER NOT NULL REFERENCES schemes (id),
    content BLOB NOT NULL,
    cluster BLOB NOT NULL,
    kind TEXT NOT NULL,
    similarity REAL NOT NULL,
    copy_of,
    matched TEXT,
    jaccard REAL,
    shared_shingles INTEGER,
    shared_sentences INTEGER,
    agency TEXT,
    agency_copied INTEGER NOT NULL,
    reason TEXT NOT NULL,
    published INTEGER NOT NULL,
    shortness INTEGER NOT NULL,
    syndicated INTEGER NOT NULL
);
CREATE INDEX members_by_content ON members (content);
CREATE INDEX members_by_rank ON members (cluster, published, shortness, syndicated);
CREATE TABLE postings (
    token INTEGER NOT NULL,
    member INTEGER NOT NULL,
    PRIMARY KEY (token, member)
) WITHOUT ROWID;
"""
STANDING = """
SELECT m.key, s.name, m.content, m.cluster, m.kind, m.similarity, m.copy_of, m.reason,
       m.matched, m.jaccard, m.shared_shingles, m.shared_sentences, m.agency, m.agency_copied,
       m.published, m.shortness, m.syndicated
FROM members AS m JOIN schemes AS s ON s.id = m.scheme WHERE m.key = ?
"""
SAME_CONTENT = "SELECT key, cluster, id, agency FROM members WHERE content = ? AND scheme = ? ORDER BY id LIMIT ?"
POSTINGS = """
SELECT p.member FROM postings AS p CROSS JOIN members AS m ON m.id = p.member
WHERE p.token = ? AND m.scheme = ? ORDER BY p.member LIMIT ?
"""
NEIGHBOUR = "SELECT key, cluster, id, agency FROM members WHERE id = ?"
LEADERS = """
SELECT published, shortness, syndicated, key FROM members
WHERE cluster = ? ORDER BY published, shortness, syndicated, key LIMIT ?
"""
PUT = """
INSERT INTO members (
    key, scheme, content, cluster, kind, similarity, copy_of, reason,
    matched, jaccard, shared_shingles, shared_sentences, agency, agency_copied,
    published, shortness, syndicated
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
REMOVE_POSTING = "DELETE FROM postings WHERE token = ? AND member = ?"
AMEND = """
UPDATE members SET
    cluster = ?, kind = ?, similarity = ?, copy_of = ?, reason = ?,
    matched = ?, jaccard = ?, shared_shingles = ?, shared_sentences = ?, agency = ?, agency_copied = ?,
    published = ?, shortness = ?, syndicated = ?
WHERE key = ?
"""


class SqliteSignatures:
    """A `SignatureStore` in a file, made where it is missing; a run that puts nothing leaves its bytes as they are.

    Raises MappingMismatch where the file is of another layout.
    """

    def __init__(self, path: str | Path, lock_wait_seconds: float = 30.0) -> None:
        self._schemes: dict[str, int] = {}
        with speaking_our_errors(KEPT):
            self._connection = sqlite3.connect(path, timeout=lock_wait_seconds, isolation_level=None)
            try:
                self._prepare(path)
            except BaseException:
                self._connection.close()
                raise

    def standing(self, keys: Sequence[str]) -> Mapping[str, Standing]:
        """Look up decisions; absent keys are absent."""
        rows = (row for key in keys for row in self._read(STANDING, pack(key)))
        return {standing.rank.key: standing for standing in map(to_standing, rows)}

    def same_content(self, signatures: Sequence[Signature], limit: int) -> list[list[Neighbour]]:
        """Find articles with the same content, the oldest first."""
        return [
            [to_neighbour(row) for row in self._read(SAME_CONTENT, s.content, self._scheme_id(s.scheme), limit)]
            for s in signatures
        ]

    def neighbours(self, signatures: Sequence[Signature], limit: int) -> list[list[Neighbour]]:
        """Find articles that share tokens."""
        found = (weigh(self._postings(signature), limit) for signature in signatures)
        return [[to_neighbour(row) for member in members for row in self._read(NEIGHBOUR, member)] for members in found]

    def leaders(self, clusters: Collection[str], limit: int) -> Mapping[str, Sequence[Rank]]:
        """Give the smallest ranks of each cluster."""
        ranks = {cluster: [to_rank(row) for row in self._read(LEADERS, pack(cluster), limit)] for cluster in clusters}
        return {cluster: found for cluster, found in ranks.items() if found}

    def put(self, entries: Sequence[Entry]) -> None:
        """Store articles in one transaction, each in the place of what stood under its key."""
        with speaking_our_errors(KEPT):
            try:
                with transaction(self._connection):
                    replaced = [posting for entry in entries for posting in self._remove_member(entry)]
                    self._connection.executemany(REMOVE_POSTING, sorted(replaced))
                    postings = [posting for entry in entries for posting in self._put_member(entry)]
                    self._connection.executemany("INSERT INTO postings VALUES (?, ?)", sorted(postings))
            except BaseException:
                self._schemes.clear()
                raise

    def remove(self, keys: Sequence[str]) -> None:
        """Forget articles in one transaction; their postings name nobody from then on."""
        with speaking_our_errors(KEPT), transaction(self._connection):
            self._connection.executemany("DELETE FROM members WHERE key = ?", ((pack(key),) for key in keys))

    def amend(self, entries: Sequence[Entry]) -> None:
        """Store other decisions in the places of those that stand, in one transaction."""
        with speaking_our_errors(KEPT), transaction(self._connection):
            for entry in entries:
                row = to_row(entry.standing, self._scheme_id(entry.standing.scheme))
                self._connection.execute(AMEND, (*row[3:], row[0]))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _prepare(self, path: str | Path) -> None:
        self._connection.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
        # In the write-ahead log a crash loses at most the last commits whole, and these are simply made again.
        self._connection.execute("PRAGMA synchronous = NORMAL")
        if read_layout(self._connection) == 0:
            self._connection.execute("PRAGMA journal_mode = WAL")
            make_tables(self._connection, TABLES, LAYOUT)
        elif read_layout(self._connection) < LAYOUT:
            # `recluster` signs anew from the index.
            remake_tables(self._connection, path, TABLES, LAYOUT)
        check_layout(self._connection, LAYOUT, path, KEPT)

    def _read(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with speaking_our_errors(KEPT):
            return self._connection.execute(statement, values).fetchall()

    def _scheme_id(self, name: str) -> int | None:
        """Number a scheme; None where nothing of it is stored."""
        if name not in self._schemes:
            for (number,) in self._read("SELECT id FROM schemes WHERE name = ?", name):
                self._schemes[name] = number
        return self._schemes.get(name)

    def _postings(self, signature: Signature) -> Iterator[list[int]]:
        scheme, read = self._scheme_id(signature.scheme), self._connection.execute
        with speaking_our_errors(KEPT):
            for token in narrow(signature.tokens):
                if rows := read(POSTINGS, (_to_signed(token), scheme, POSTINGS_PER_TOKEN)).fetchall():
                    yield [member for (member,) in rows]

    def _remove_member(self, entry: Entry) -> Iterator[tuple[int, int]]:
        """Remove the row that an article replaces; give the postings that it has in common with it."""
        removed = self._read("DELETE FROM members WHERE key = ? RETURNING id", pack(entry.standing.rank.key))
        for (member,) in removed:
            yield from ((_to_signed(token), member) for token in narrow(entry.signature.tokens))

    def _put_member(self, entry: Entry) -> Iterable[tuple[int, int]]:
        """Put one article's row; give its postings."""
        standing = entry.standing
        self._connection.execute("INSERT OR IGNORE INTO schemes (name) VALUES (?)", (standing.scheme,))
        self._connection.execute("DELETE FROM members WHERE key = ?", (pack(standing.rank.key),))
        cursor = self._connection.execute(PUT, to_row(standing, self._scheme_id(standing.scheme)))
        member = cursor.lastrowid
        assert member is not None  # noqa: S101 - an insert without a number cannot be
        return ((_to_signed(token), member) for token in narrow(entry.signature.tokens))


def _to_signed(token: int) -> int:
    """Give an unsigned 32-bit number as a signed one, which SQLite stores in four bytes."""
    return token - 2**32 if token >= 2**31 else token
