"""A whole collection on the bench: its signatures, its copies and their places, in one SQLite file or in memory.

SQLite keeps in memory what fits its cache and sorts in files, so that a collection of any size can be laid out here.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ingest.dedup.protocol import Rank
from ingest.dedup.signature import Signature
from ingest.dedup.similarity import Similarity
from ingest.dedup.stores.evidence import POSTINGS_PER_TOKEN, weigh

ROWS = 1000
CACHE_KIBIBYTES = 65_536
# A degree is a sum of whole numbers, since sums of fractions depend on the order in which they are added.
DEGREE_UNIT = 1_000_000

TABLES = """
CREATE TABLE articles (
    key TEXT PRIMARY KEY,
    stamp INTEGER NOT NULL,
    published INTEGER NOT NULL,
    shortness INTEGER NOT NULL,
    syndicated INTEGER NOT NULL,
    comparable INTEGER NOT NULL,
    agency TEXT,
    content BLOB NOT NULL,
    tokens BLOB NOT NULL,
    node INTEGER
);
CREATE INDEX articles_by_content ON articles (content, published, shortness, syndicated, key);
CREATE TABLE nodes (
    node INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    content BLOB UNIQUE,
    degree INTEGER NOT NULL DEFAULT 0,
    place INTEGER,
    root INTEGER
);
CREATE TABLE postings (token INTEGER, node INTEGER, PRIMARY KEY (token, node)) WITHOUT ROWID;
CREATE TABLE matches (
    node INTEGER, other INTEGER, containment REAL, jaccard REAL, shingles INTEGER, sentences INTEGER,
    PRIMARY KEY (node, other)
) WITHOUT ROWID;
"""
# A node is a text: of the articles with the same content the first by rank. Its number is its place by completeness.
NUMBER = """
INSERT INTO nodes (node, key, content)
SELECT row_number() OVER (ORDER BY shortness, published, syndicated, key), key, CASE WHEN comparable THEN content END
FROM (
    SELECT *, row_number() OVER (
        PARTITION BY content, CASE WHEN comparable THEN '' ELSE key END ORDER BY published, shortness, syndicated, key
    ) AS seat FROM articles
) WHERE seat = 1;
UPDATE articles SET node = (SELECT node FROM nodes WHERE content = articles.content) WHERE comparable;
UPDATE articles SET node = (SELECT node FROM nodes WHERE key = articles.key) WHERE NOT comparable;
"""
PLACE = """
UPDATE nodes SET degree = coalesce((
    SELECT sum(CAST(round(jaccard * {unit}) AS INTEGER)) FROM matches WHERE matches.node = nodes.node
), 0);
CREATE TABLE places AS SELECT node, row_number() OVER (ORDER BY degree DESC, node) AS place FROM nodes;
CREATE UNIQUE INDEX places_by_node ON places (node);
UPDATE nodes SET place = (SELECT place FROM places WHERE places.node = nodes.node);
CREATE UNIQUE INDEX nodes_by_place ON nodes (place);
CREATE INDEX nodes_by_root ON nodes (root);
"""
BEST_BEFORE = """
SELECT o.root FROM matches AS m JOIN nodes AS o ON o.node = m.other WHERE m.node = ? AND o.place < ?
ORDER BY m.containment DESC, m.jaccard DESC, o.place LIMIT 1
"""
SEAT = """
CREATE TABLE seats AS
SELECT a.key, n.root, row_number() OVER (PARTITION BY n.root ORDER BY published, shortness, syndicated, a.key) AS seat
FROM articles AS a JOIN nodes AS n ON n.node = a.node;
CREATE UNIQUE INDEX seats_by_key ON seats (key);
CREATE INDEX seats_by_root ON seats (root, seat);
"""
MEMBERS = """
SELECT a.key, a.stamp, a.published, a.shortness, a.syndicated, a.agency, a.content, a.tokens, a.node, n.key, s.root,
       s.seat
FROM articles AS a JOIN nodes AS n ON n.node = a.node JOIN seats AS s ON s.key = a.key
WHERE a.key > ? ORDER BY a.key LIMIT ?
"""
FIRST_SEATS = """
SELECT a.published, a.shortness, a.syndicated, a.key, a.content, a.agency
FROM seats AS s JOIN articles AS a ON a.key = s.key WHERE s.root = ? ORDER BY s.seat LIMIT 2
"""
# Of its matches in the cluster a member names the best one that comes before it, and only else a later one.
BEST_MATCH = """
SELECT r.key, r.agency, m.containment, m.jaccard, m.shingles, m.sentences
FROM matches AS m JOIN nodes AS o ON o.node = m.other JOIN articles AS r ON r.key = o.key
WHERE m.node = ? AND o.root = ?
ORDER BY (r.published, r.shortness, r.syndicated, r.key) < (?, ?, ?, ?) DESC, m.containment DESC, m.jaccard DESC,
         r.published, r.shortness, r.syndicated, r.key
LIMIT 1
"""


class Laid(NamedTuple):
    """An article as it is laid out; `stamp` is the caller's, `comparable` whether it may be anybody's copy."""

    rank: Rank
    signature: Signature
    agency: str | None
    stamp: int
    comparable: bool


class Member(NamedTuple):
    """An article with its place: `first` is the article that stands for its text, `seat` its place in its cluster."""

    rank: Rank
    stamp: int
    agency: str | None
    content: bytes
    tokens: tuple[int, ...]
    node: int
    first: str
    root: int
    seat: int


class Leader(NamedTuple):
    """One of the first two of a cluster."""

    rank: Rank
    content: bytes
    agency: str | None


class Found(NamedTuple):
    """The match that a member names."""

    key: str
    agency: str | None
    containment: float
    jaccard: float
    shared_shingles: int
    shared_sentences: int


class Workbench:
    """The tables; see `reclustering` for what is done with them. Of one scheme only."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        # The file is thrown away in the end: nothing needs to survive a crash.
        self._connection.executescript(
            f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{CACHE_KIBIBYTES}; {TABLES}"
        )

    def lay(self, articles: Iterable[Laid]) -> None:
        """Lay out articles, each in the place of what lay there under its key."""
        self._write_many(
            "INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (
                (
                    each.rank.key,
                    each.stamp,
                    *each.rank[:3],
                    each.comparable,
                    each.agency,
                    each.signature.content,
                    array("Q", each.signature.tokens).tobytes(),
                )
                for each in articles
            ),
        )

    def number(self) -> None:
        """Number the texts by completeness, and spread out their tokens."""
        self._connection.executescript(NUMBER)
        for rows in self._pages(
            "SELECT n.node, a.tokens FROM nodes AS n JOIN articles AS a ON a.key = n.key"
            " WHERE n.content IS NOT NULL AND n.node > ? ORDER BY n.node LIMIT ?"
        ):
            postings = ((token, node) for node, tokens in rows for token in _to_tokens(tokens))
            self._write_many("INSERT INTO postings VALUES (?, ?)", sorted(postings))

    def texts(self) -> Iterator[list[tuple[int, str, tuple[int, ...]]]]:
        """Yield, page by page, the number, the key and the tokens of each comparable text."""
        for rows in self._pages(
            "SELECT n.node, n.key, a.tokens FROM nodes AS n JOIN articles AS a ON a.key = n.key"
            " WHERE n.content IS NOT NULL AND n.node > ? ORDER BY n.node LIMIT ?"
        ):
            yield [(node, key, _to_tokens(tokens)) for node, key, tokens in rows]

    def neighbours(self, node: int, tokens: Iterable[int], limit: int) -> list[tuple[int, str]]:
        """Name at most so many texts that share tokens with one, the likeliest copies first, by number and key."""
        sharing = "SELECT node FROM postings WHERE token = ? ORDER BY node LIMIT ?"
        postings = ([row[0] for row in self._read(sharing, token, POSTINGS_PER_TOKEN)] for token in tokens)
        likely = [other for other in weigh(filter(None, postings), limit + 1) if other != node][:limit]
        return [(other, self._read("SELECT key FROM nodes WHERE node = ?", other)[0][0]) for other in likely]

    def knows(self, node: int, other: int) -> bool:
        """Say whether two texts are known to match."""
        return bool(self._read("SELECT 1 FROM matches WHERE node = ? AND other = ?", node, other))

    def match(self, node: int, other: int, similarity: Similarity, shared_sentences: int) -> None:
        """Note that two texts match."""
        row = (*similarity, shared_sentences)
        both = [(node, other, *row), (other, node, *row)]
        self._write_many("INSERT OR IGNORE INTO matches VALUES (?, ?, ?, ?, ?, ?)", both)

    def place(self) -> None:
        """Place the texts that resemble others most first, each in the cluster of its best match before it."""
        self._connection.executescript(PLACE.format(unit=DEGREE_UNIT))
        for rows in self._pages("SELECT place, node FROM nodes WHERE place > ? ORDER BY place LIMIT ?"):
            self._connection.execute("BEGIN")
            for place, node in rows:
                best = self._read(BEST_BEFORE, node, place)
                self._connection.execute(
                    "UPDATE nodes SET root = ? WHERE node = ?", (best[0][0] if best else node, node)
                )
            self._connection.execute("COMMIT")

    def join(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Make one cluster of those of each pair of articles; pairs with an absent article are left out."""
        root_of = (
            "SELECT r.place, r.node FROM articles AS a JOIN nodes AS n ON n.node = a.node"
            " JOIN nodes AS r ON r.node = n.root WHERE a.key = ?"
        )
        for pair in pairs:
            roots = sorted(row for key in pair for row in self._read(root_of, key))
            if len(roots) == len(pair):
                self._connection.execute("UPDATE nodes SET root = ? WHERE root = ?", (roots[0][1], roots[1][1]))

    def seat(self) -> None:
        """Put the members of each cluster in the order of their ranks."""
        self._connection.executescript(SEAT)

    def members(self) -> Iterator[list[Member]]:
        """Yield, page by page, every article in the order of keys."""
        for rows in self._pages(MEMBERS, ""):
            yield [_to_member(row) for row in rows]

    def leaders(self, root: int) -> list[Leader]:
        """Give the first two of a cluster."""
        return [
            Leader(Rank(published, shortness, bool(syndicated), key), content, agency)
            for published, shortness, syndicated, key, content, agency in self._read(FIRST_SEATS, root)
        ]

    def best_match(self, member: Member) -> Found | None:
        """Give the match in its cluster that a member names; None where a hand put it there."""
        for row in self._read(BEST_MATCH, member.node, member.root, *member.rank):
            return Found(*row)
        return None

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _read(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(statement, values).fetchall()

    def _pages(self, statement: str, start: Any = -1) -> Iterator[list[tuple[Any, ...]]]:
        """Read page by page by the first column, so that the tables may be written meanwhile."""
        while rows := self._read(statement, start, ROWS):
            yield rows
            start = rows[-1][0]

    def _write_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        self._connection.execute("BEGIN")
        self._connection.executemany(statement, rows)
        self._connection.execute("COMMIT")


def _to_tokens(stored: bytes) -> tuple[int, ...]:
    return tuple(array("Q", stored))


def _to_member(row: tuple[Any, ...]) -> Member:
    key, stamp, published, shortness, syndicated, agency, content, tokens, node, first, root, seat = row
    rank = Rank(published, shortness, bool(syndicated), key)
    return Member(rank, stamp, agency, content, _to_tokens(tokens), node, first, root, seat)
