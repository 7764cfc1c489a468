"""Files of a folder written whole or not at all, durable once written."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ingest.errors import StorageFull

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_TEMPORARY = re.compile(r"\.(?P<name>.+)\.(?P<pid>\d+)\.[0-9a-f]{8}\.tmp")


@contextlib.contextmanager
def storage_errors(what: str) -> Iterator[None]:
    """Turn the operating system's ways to say "no space left" into StorageFull."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(f"{what}: {error.strerror}; free some space and run again, nothing is lost") from error
        raise


@contextlib.contextmanager
def create_atomically(path: Path, *, replace: bool = True) -> Iterator[BinaryIO]:
    """Open a temporary file that takes the name `path`, durably, when the block ends well, and else leaves no trace.

    Raises StorageFull where there is no space, without `replace` FileExistsError where there is a file of that name.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    with storage_errors(str(path)):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if replace:
                temporary.replace(path)
            else:
                path.hardlink_to(temporary)
                temporary.unlink()
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a folder's names durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_stale(folder: Path) -> None:
    """Remove the temporary files that processes left which run no more."""
    for path in folder.glob(".*.tmp"):
        match = _TEMPORARY.fullmatch(path.name)
        if match and not lives(int(match["pid"])):
            path.unlink(missing_ok=True)


def lives(pid: int) -> bool:
    """Tell whether a process of this machine runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def read_range(path: Path, offset: int, length: int) -> bytes:
    """Read a stretch of a file."""
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(length)
