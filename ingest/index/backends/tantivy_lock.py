"""One writer at a time: a lock on the index's folder that the system frees when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

from ingest.errors import IndexLocked

PAUSE_SECONDS = 0.05


class WriterLock:
    """The right to write to one folder; the file says who holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None

    def acquire(self, wait_seconds: float) -> None:
        """Take the lock, waiting for its holder; raise IndexLocked naming the holder when the time is over."""
        if self._file is not None:
            return
        file = FileIO(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644), "r+")
        deadline = time.monotonic() + wait_seconds
        while not _try_lock(file):
            if time.monotonic() >= deadline:
                file.close()
                raise IndexLocked(f"{self._path.parent}: {self.describe_holder()}; waited {wait_seconds:g} s")
            time.sleep(PAUSE_SECONDS)
        self._file = file
        self._sign(file)

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None

    def describe_holder(self) -> str:
        """Say who holds the lock, as far as its file tells."""
        try:
            holder = json.loads(self._path.read_text(encoding="utf-8"))
            who = f"process {holder['pid']} on {holder['host']} since {holder['since']}"
        except (OSError, ValueError, KeyError):
            who = "another process"
        return f"the index is being written by {who}"

    def _sign(self, file: FileIO) -> None:
        since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
        file.seek(0)
        file.truncate(0)
        file.write(json.dumps(holder).encode())


def _try_lock(file: FileIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
