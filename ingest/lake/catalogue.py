"""Which capture of which document lies where: an SQLite file that the WARC files can always rebuild."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from ingest.errors import StorageFull, Unavailable, UsageError
from ingest.lake.warc import Submission, escape, unescape
from ingest.sqlite_file import check_layout, read_layout, upgrade_tables

_SCHEMA = """
CREATE TABLE captures (
    capture INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL, digest TEXT NOT NULL, stamp TEXT NOT NULL, source TEXT NOT NULL, origin TEXT NOT NULL,
    media_type TEXT NOT NULL, accepted_at TEXT NOT NULL,
    file TEXT NOT NULL, "offset" INTEGER NOT NULL, length INTEGER NOT NULL, run TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX captures_of_id ON captures (id, capture);
CREATE INDEX captures_of_file ON captures (file);
"""
# Arrivals that repeated the latest capture of their id: delivered again, they are no news, whatever came since.
_REPEATS = """
CREATE TABLE repeats (
    id TEXT NOT NULL, digest TEXT NOT NULL, stamp TEXT NOT NULL, source TEXT NOT NULL,
    UNIQUE (id, digest, stamp, source)
) STRICT
"""
# What makes the layout after each; a file without a version is of layout 1.
_LAYOUT = 4
_STEPS = {
    1: "ALTER TABLE captures ADD COLUMN run TEXT NOT NULL DEFAULT ''",
    2: "CREATE INDEX captures_of_file ON captures (file)",
    3: _REPEATS,
}
_COLUMNS = 'capture, id, digest, stamp, source, origin, media_type, accepted_at, file, "offset", length, run'
_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PAGE = 1000
_MOST_REPEATS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One accepted payload: the order in which the lake accepted it, who it is, and where its bytes are.

    `run` is the run that brought it, empty where that is not known.
    """

    capture: int
    id: str
    digest: str
    stamp: str
    source: str
    origin: str
    media_type: str
    accepted_at: str
    file: str
    offset: int
    length: int
    run: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which captures are wanted; None means any.

    `source` is a source's name, or its last part. Times are UTC as ISO 8601, `since` included and `until` not.
    """

    id: str | None = None
    run: str | None = None
    source: str | None = None
    since: str | None = None
    until: str | None = None

    def to_condition(self) -> tuple[str, tuple[object, ...]]:
        """Give the condition in SQL, with its values."""
        said: list[tuple[str, tuple[object, ...]]] = []
        for part, value in (
            ("id = ?", self.id), ("run = ?", self.run and escape(self.run)),
            ("accepted_at >= ?", self.since), ("accepted_at < ?", self.until),
        ):  # fmt: skip
            said += [(part, (value,))] if value is not None else []
        if self.source is not None:
            end = f"/{escape(self.source)}"
            said.append(("substr('/' || source, -?) = ?", (len(end), end)))
        return "".join(f" AND {part}" for part, _ in said), tuple(value for _, values in said for value in values)


def _where(submission: Submission) -> tuple[str, str]:
    return escape(submission.payload.stamp), escape(submission.payload.source)


class Catalogue:
    """The table of captures. Raises Unavailable where another process holds it too long, StorageFull without space."""

    def __init__(self, path: Path, lock_timeout_seconds: float) -> None:
        self._path = path
        with self._errors():
            self._connection = sqlite3.connect(path, timeout=lock_timeout_seconds, isolation_level=None)
            self._connection.execute("PRAGMA synchronous = FULL")
        if not self._has_table():
            self._create()
        self._upgrade()

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the write lock; what was added is durable when the block ends well, and undone when it does not."""
        with self._errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def next_capture(self) -> int:
        """Give the order that comes next; no order is ever given twice."""
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'captures'").fetchone()
        return 1 if row is None else int(row[0]) + 1

    def find_known(self, submission: Submission, pending: Sequence[tuple[int, Submission]] = ()) -> tuple[int, bool]:
        """Find the capture that a submission repeats (0: none), and tell whether it is under another stamp or source.

        It repeats the latest capture of its id where the bytes are the same, and an older one where it arrived before:
        the same versions read again, in order, are no news, but a text gone back to an older wording is. `pending` are
        the captures of its id that are about to be added.
        """
        captures = self._connection.execute(
            "SELECT capture, digest, stamp, source FROM captures WHERE id = ? ORDER BY capture DESC", (submission.id,)
        )
        newer = ((order, each.digest, *_where(each)) for order, each in reversed(pending))
        for place, (capture, digest, *where) in enumerate(chain(newer, captures)):
            is_other = tuple(where) != _where(submission)
            if digest == submission.digest and (place == 0 or not is_other or self._has_repeated(submission)):
                return int(capture), is_other
        return 0, False

    def _has_repeated(self, submission: Submission) -> bool:
        query = "SELECT 1 FROM repeats WHERE id = ? AND digest = ? AND stamp = ? AND source = ?"
        return (
            self._connection.execute(query, (submission.id, submission.digest, *_where(submission))).fetchone()
            is not None
        )

    def note_repeat(self, submission: Submission) -> None:
        """Remember that a submission repeated the latest capture, the last hundred of an id; call it while writing."""
        values = (submission.id, submission.digest, *_where(submission))
        if self._connection.execute("INSERT OR IGNORE INTO repeats VALUES (?, ?, ?, ?)", values).rowcount:
            last = "SELECT rowid FROM repeats WHERE id = ? ORDER BY rowid DESC LIMIT ?"
            self._connection.execute(
                f"DELETE FROM repeats WHERE id = ? AND rowid NOT IN ({last})",  # noqa: S608 - the constant above
                (submission.id, submission.id, _MOST_REPEATS),
            )

    def forget_repeats(self, document_id: str) -> None:
        """Forget what repeated the captures of a document; call it while writing."""
        self._connection.execute("DELETE FROM repeats WHERE id = ?", (document_id,))

    def add(self, captures: Iterable[Capture]) -> None:
        """Enter captures; call it while writing."""
        self._connection.executemany(
            f"INSERT INTO captures ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant names
            (
                (row.capture, row.id, row.digest, escape(row.stamp), escape(row.source), escape(row.origin),
                 row.media_type, row.accepted_at, row.file, row.offset, row.length, escape(row.run))
                for row in captures
            ),
        )  # fmt: skip

    def skip(self, capture: int) -> None:
        """Let no order up to this one be given again; call it while writing."""
        self._connection.execute(
            "INSERT INTO captures (capture, id, digest, stamp, source, origin, media_type, accepted_at, file, "
            "\"offset\", length) VALUES (?, '', '', '', '', '', '', '', '', 0, 0)",
            (capture,),
        )
        self.remove([capture])

    def remove(self, captures: Sequence[int]) -> None:
        """Forget captures; call it while writing. Their orders are not given again."""
        self._connection.executemany("DELETE FROM captures WHERE capture = ?", ((each,) for each in captures))

    def remove_file(self, file: str) -> None:
        """Forget the captures of a file; call it while writing."""
        self._connection.execute("DELETE FROM captures WHERE file = ?", (file,))

    def get(self, capture: int) -> Capture | None:
        """Look up a capture."""
        return next(self._select("capture = ?", (capture,)), None)

    def get_all(self, captures: Sequence[int]) -> list[Capture]:
        """Look up captures, in order; absent ones are absent."""
        found: list[Capture] = []
        for start in range(0, len(captures), _PAGE):
            page = captures[start : start + _PAGE]
            found += self._select(f"capture IN ({', '.join('?' * len(page))}) ORDER BY capture", tuple(page))
        return found

    def times(self, captures: Sequence[int]) -> dict[int, str]:
        """Say when each of these captures was accepted."""
        found: dict[int, str] = {}
        for start in range(0, len(captures), _PAGE):
            page = captures[start : start + _PAGE]
            marks = ", ".join("?" * len(page))
            query = f"SELECT capture, accepted_at FROM captures WHERE capture IN ({marks})"  # noqa: S608 - marks alone
            with self._errors():
                found.update(self._connection.execute(query, page))
        return found

    def of_id(self, document_id: str) -> list[Capture]:
        """List the captures of a document, oldest first."""
        return list(self._select("id = ? ORDER BY capture", (document_id,)))

    def since(self, capture: int, wanted: Wanted | None = None) -> Iterator[Capture]:
        """Yield the captures after an order, a page at a time, so that writers are not held up."""
        condition, values = (wanted or Wanted()).to_condition()
        query = f"capture > ?{condition} ORDER BY capture LIMIT ?"
        while page := list(self._select(query, (capture, *values, _PAGE))):
            yield from page
            capture = page[-1].capture

    def of_file(self, file: str) -> list[Capture]:
        """List the captures of a file, in order; its name is that of its first one."""
        return list(self._select("file = ? ORDER BY capture", (file,)))

    def files_before(self, moment: str) -> list[tuple[str, int, int]]:
        """Name the files whose captures were all accepted before a time, but the newest, with captures and bytes."""
        query = (
            "SELECT file, count(*), sum(length) FROM captures GROUP BY file"
            " HAVING max(accepted_at) < ? AND file < (SELECT max(file) FROM captures) ORDER BY file"
        )
        with self._errors():
            return [
                (str(file), int(count), int(size)) for file, count, size in self._connection.execute(query, (moment,))
            ]

    def sizes(self) -> list[tuple[str, int, int]]:
        """Count captures and their bytes by the month of their acceptance."""
        query = "SELECT substr(accepted_at, 1, 7), count(*), sum(length) FROM captures GROUP BY 1 ORDER BY 1"
        with self._errors():
            return [(str(month), int(count), int(size)) for month, count, size in self._connection.execute(query)]

    def files(self) -> set[str]:
        """Name the files that hold catalogued captures."""
        return {str(row[0]) for row in self._connection.execute("SELECT DISTINCT file FROM captures")}

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _select(self, where: str, values: tuple[object, ...]) -> Iterator[Capture]:
        with self._errors():
            query = f"SELECT {_COLUMNS} FROM captures WHERE {where}"  # noqa: S608 - the callers' constants
            for capture, document_id, digest, stamp, source, origin, *rest in self._connection.execute(query, values):
                media_type, accepted_at, file, offset, length, run = rest
                yield Capture(
                    capture=capture, id=document_id, digest=digest,
                    stamp=unescape(stamp), source=unescape(source), origin=unescape(origin),
                    media_type=media_type, accepted_at=accepted_at, file=file, offset=offset, length=length,
                    run=unescape(run),
                )  # fmt: skip

    def _has_table(self) -> bool:
        with self._errors():
            query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'captures'"
            return self._connection.execute(query).fetchone() is not None

    def _create(self) -> None:
        with self.writing():
            if not self._has_table():
                for statement in (*_SCHEMA.split(";"), _REPEATS):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {_LAYOUT}")

    def _upgrade(self) -> None:
        """Bring a file of an older layout to this one; a copy of it stays."""
        with self._errors():
            if read_layout(self._connection) == 0:
                self._connection.execute("PRAGMA user_version = 1")
            upgrade_tables(self._connection, self._path, _STEPS, _LAYOUT)
            check_layout(self._connection, _LAYOUT, self._path, "captures")

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode in _FULL:
                raise StorageFull(f"{self._path}: {error}; free some space and run again, nothing is lost") from error
            if error.sqlite_errorcode & 0xFF in _BUSY:
                raise Unavailable(f"{self._path}: another process is writing to the lake") from error
            raise
        except sqlite3.DatabaseError as error:
            raise UsageError(f"{self._path}: {error}; move it away and it is rebuilt from the WARC files") from error
