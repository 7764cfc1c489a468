"""SQLite files as state keeps them: a layout version in each, and SQLite's errors told as ours."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from ingest.errors import IndexLocked, IndexUnavailable, MappingMismatch, StorageFull


@contextmanager
def speaking_our_errors(kept: str) -> Iterator[None]:
    """Raise SQLite's errors as ours; `kept` is what messages say is in the file."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
        raise
    except sqlite3.DatabaseError as error:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise IndexLocked(f"the {kept} are held by another process: {error}") from error
        if name.startswith("SQLITE_FULL"):
            raise StorageFull(f"no space is left for the {kept}: {error}") from error
        raise IndexUnavailable(f"the {kept} cannot be read or written: {error}") from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the file for writing; commit in the end, roll back where anything was raised."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself has rolled back where no space was left
            connection.execute("ROLLBACK")
        raise


def make_tables(connection: sqlite3.Connection, tables: str, layout: int) -> None:
    """Make the tables of a new file, whoever comes first."""
    with transaction(connection):
        if read_layout(connection) == 0:
            for statement in filter(str.strip, tables.split(";")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {layout}")


def upgrade_tables(connection: sqlite3.Connection, path: str | Path, steps: Mapping[int, str], layout: int) -> None:
    """Bring a file of an older layout to this one, step by step and whole or not at all; a copy of it stays beside it.

    `steps` are the statements that lead from each layout to the next. Nothing is done where there is no way.
    """
    found = read_layout(connection)
    if found >= layout or not all(each in steps for each in range(found, layout)):
        return
    back_up(connection, Path(f"{path}.layout-{found}"))
    with transaction(connection):
        for each in range(read_layout(connection), layout):
            for statement in filter(str.strip, steps[each].split(";")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {layout}")


def remake_tables(connection: sqlite3.Connection, path: str | Path, tables: str, layout: int) -> None:
    """Put empty tables of this layout in the place of older ones; a copy of the file as it was stays beside it."""
    found = read_layout(connection)
    back_up(connection, Path(f"{path}.layout-{found}"))
    with transaction(connection):
        if read_layout(connection) != found:
            return
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        for (name,) in connection.execute(named).fetchall():
            connection.execute(f'DROP TABLE "{name}"')
        for statement in filter(str.strip, tables.split(";")):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {layout}")


def back_up(connection: sqlite3.Connection, target: Path) -> None:
    """Copy a file as it is now, whoever writes to it; the copy takes its name when it is whole."""
    draft = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    draft.unlink(missing_ok=True)
    with closing(sqlite3.connect(draft)) as copy:
        connection.backup(copy)
    draft.replace(target)


def read_layout(connection: sqlite3.Connection) -> int:
    """Read the layout version; 0 in a new file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_layout(connection: sqlite3.Connection, layout: int, path: str | Path, kept: str) -> None:
    """Raise MappingMismatch where the file is of another layout."""
    found = read_layout(connection)
    if found != layout:
        raise MappingMismatch(f"{path}: {kept} of layout {found}, this version reads {layout}")
