"""Drop folders: files are claimed by renaming them, so that two runs never share one, and put away when done."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path

from ingest.errors import SourceMissing

CLAIMED, DONE, FAILED = ".claimed", "done", "failed"


def claim_files(folder: Path, run_id: str) -> list[Path]:
    """Move the files of a drop folder, and those that dead runs left claimed, into this run's folder.

    Each goes into a sub-folder of its own: two files of one name are two files, and a name is part of an identity.
    Hidden files and those that end in `.part` or `.tmp` are still being written. Raises SourceMissing where there is no
    such folder.
    """
    if not folder.is_dir():
        raise SourceMissing(f"{folder}: there is no such folder")
    mine = folder / CLAIMED / run_id
    left_behind = [path for path in (folder / CLAIMED).glob("*/*/*") if path.is_file() and mine not in path.parents]
    for path in sorted([*(path for path in folder.iterdir() if is_whole(path)), *left_behind]):
        place = mine / secrets.token_hex(8)
        place.mkdir(parents=True)
        try:
            path.rename(place / path.name)
        except FileNotFoundError:
            place.rmdir()  # another run claimed it first
    return sorted((path for path in mine.glob("*/*") if path.is_file()), key=lambda path: (path.name, str(path)))


def is_whole(path: Path) -> bool:
    """Tell whether a file is ready: not hidden, and not by its name still being written."""
    return path.is_file() and not path.name.startswith(".") and path.suffix not in {".part", ".tmp"}


def put_away(folder: Path, run_id: str, failed: Iterable[Path]) -> None:
    """Move a run's files to `done`, and those with something in them that could not be read to `failed`."""
    mine, bad = folder / CLAIMED / run_id, set(failed)
    for path in [path for path in mine.glob("*/*") if path.is_file()]:
        target = folder / (FAILED if path in bad else DONE) / run_id / path.parent.name
        target.mkdir(parents=True, exist_ok=True)
        path.rename(target / path.name)
        path.parent.rmdir()
    if mine.is_dir() and not any(mine.iterdir()):
        mine.rmdir()
