"""Drop folders: files are claimed by renaming them, so that two runs never share one, and put away when done.

A process that has claimed files holds a lock as long as it lives, so that nobody takes them for left behind. A run of
several tasks holds it in its first one alone.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from ingest.errors import SourceMissing
from ingest.model import Failed

CLAIMED, DONE, FAILED = ".claimed", "done", "failed"

_locks: dict[Path, int] = {}


def claim_files(folder: Path, run_id: str) -> list[Path]:
    """Move the files of a drop folder, and those that dead processes left claimed, into this run's folder.

    Each goes into a sub-folder of its own: two files of one name are two files, and a name is part of an identity.
    Hidden files and those that end in `.part` or `.tmp` are still being written. Raises SourceMissing where there is no
    such folder.
    """
    if not folder.is_dir():
        raise SourceMissing(f"{folder}: there is no such folder")
    mine = folder / CLAIMED / run_id
    found = sorted([*(path for path in folder.iterdir() if is_whole(path)), *find_left_behind(folder, run_id)])
    if found:
        _hold(mine)
    for path in found:
        place = mine / secrets.token_hex(8)
        place.mkdir(parents=True)
        try:
            path.rename(place / path.name)
        except FileNotFoundError:
            place.rmdir()  # another run claimed it first
    return sorted((path for path in mine.glob("*/*") if path.is_file()), key=lambda path: (path.name, str(path)))


def find_left_behind(folder: Path, run_id: str) -> list[Path]:
    """List the files that other runs have claimed and whose process is no more."""
    others = [path for path in (folder / CLAIMED).glob("*") if path.is_dir() and path.name != run_id]
    return [path for other in others if not _is_held(other) for path in other.glob("*/*") if path.is_file()]


def is_whole(path: Path) -> bool:
    """Tell whether a file is ready: not hidden, and not by its name still being written."""
    return path.is_file() and not path.name.startswith(".") and path.suffix not in {".part", ".tmp"}


def find_unreadable(folder: Path, run_id: str, failed: Iterable[Failed]) -> set[Path]:
    """Name the files of a run with something in them that could not be read, by the origins of what failed there."""
    origins = {each.trace.origin for each in failed if each.stage == "read"}
    return {path for origin in origins if (path := _find_claimed(folder, run_id, origin))}


def _find_claimed(folder: Path, run_id: str, origin: str) -> Path | None:
    """Give the claimed file that an origin (`path` or `path:line`) is in; None for another place."""
    mine = folder / CLAIMED / run_id
    parts = Path(origin.removeprefix(str(mine)).lstrip("/")).parts if origin.startswith(f"{mine}/") else ()
    if len(parts) != 2:
        return None
    whole = mine / parts[0] / parts[1]
    return whole if whole.exists() else whole.with_name(re.sub(r":\d+$", "", whole.name))


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
    _let_go(mine)


def _lock_file(claimed: Path) -> Path:
    return claimed.with_name(f"{claimed.name}.lock")


def _hold(claimed: Path) -> None:
    if claimed in _locks:
        return
    claimed.parent.mkdir(exist_ok=True)
    handle = os.open(_lock_file(claimed), os.O_RDWR | os.O_CREAT, 0o666)
    fcntl.flock(handle, fcntl.LOCK_SH)
    _locks[claimed] = handle


def _let_go(claimed: Path) -> None:
    _lock_file(claimed).unlink(missing_ok=True)
    if claimed in _locks:
        os.close(_locks.pop(claimed))


def _is_held(claimed: Path) -> bool:
    try:
        handle = os.open(_lock_file(claimed), os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
