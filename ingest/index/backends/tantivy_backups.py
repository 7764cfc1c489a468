"""Snapshots of an embedded index: copies of its folders and of the SQLite files beside them, in a folder each."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import UsageError
from ingest.index.backends.tantivy import SCHEME
from ingest.index.backends.tantivy_collection import told
from ingest.index.backends.tantivy_generations import KINDS, TantivyGenerations
from ingest.index.backends.tantivy_layout import GENERATION, place_of, read_layout, write_layout
from ingest.index.backups import Backup
from ingest.index.generations import Generation
from ingest.index.settings import IndexSettings
from ingest.sqlite_file import back_up

FOLDER = ".broadsheet/snapshots"
DRAFT = ".tmp"


class TantivyBackups:
    """`Backups` of a folder. The writer's lock is held while one is made, so that it is of one moment."""

    def __init__(self, settings: IndexSettings) -> None:
        self._generations = TantivyGenerations(settings)
        self._folder = Path(settings.url.removeprefix(SCHEME))
        self._snapshots = Path(settings.snapshot_folder or FOLDER)

    def create(self, name: str) -> Backup:
        """Copy what serves and the state beside it; the copy takes its name when it is whole."""
        target, draft = self._snapshots / name, self._snapshots / f"{name}{DRAFT}"
        if target.exists():
            raise UsageError(f"{target}: there is a snapshot of this name")
        with told(self._snapshots), self._generations.hold_writes():
            layout = read_layout(self._folder)
            if layout is None:
                raise UsageError(f"{self._folder}: holds no index; ingest something first")
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(parents=True)
            for kind in KINDS:
                shutil.copytree(place_of(self._folder, layout) / kind, draft / kind)
            for file in sorted(self._folder.glob("*.sqlite")):
                with closing(sqlite3.connect(file)) as connection:
                    back_up(connection, draft / file.name)
            write_layout(draft, {key: value for key, value in layout.items() if key != GENERATION})
            draft.rename(target)
        return _to_backup(target)

    def list_all(self) -> list[Backup]:
        """List the folders that are whole."""
        found = (path for path in self._snapshots.glob("*") if path.is_dir() and not path.name.endswith(DRAFT))
        return sorted((_to_backup(path) for path in found if read_layout(path) is not None), key=lambda each: each.at)

    def restore(self, name: str) -> Generation:
        """Copy a snapshot's folders into a generation of this index, and its state over the present one."""
        place = self._snapshots / name
        layout = read_layout(place)
        if layout is None:
            raise UsageError(f"{name}: there is no whole snapshot of this name; see `broadsheet snapshot list`")
        generation = f"generation-{datetime.now(UTC):%Y%m%dt%H%M%S%fz}"
        with told(self._folder), self._generations.hold_writes():
            for kind in KINDS:
                shutil.copytree(place / kind, self._folder / generation / kind)
            for file in sorted(place.glob("*.sqlite")):
                with (
                    closing(sqlite3.connect(file)) as kept,
                    closing(sqlite3.connect(self._folder / file.name)) as present,
                ):
                    kept.backup(present)
        return Generation({"folder": generation}, {key: int(value) for key, value in layout.items()})

    def close(self) -> None:
        """Do nothing: nothing is held."""


def _to_backup(place: Path) -> Backup:
    files = [path for path in place.rglob("*") if path.is_file()]
    at = datetime.fromtimestamp(place.stat().st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    holds = tuple(sorted(path.name for path in place.iterdir()))
    return Backup(place.name, at, whole=True, holds=holds, bytes=sum(path.stat().st_size for path in files))
