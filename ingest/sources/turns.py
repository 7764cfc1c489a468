"""Turns at hosts among processes: a guest is polite as a whole, however many workers it has.

A folder that they share holds a file for each host and seat. Who holds its lock has the turn; the file says what pause
the host was promised. Locks of the file system go with the process that holds them, so that a killed one blocks nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from ingest.errors import FetchFailed

LOOK_SECONDS = 0.1
WIDTH = 100
"""Bytes of a file: always as many, since to cut one short takes longer than all else about a turn."""


class HostBusy(FetchFailed):
    """Other processes of ours are asking this host."""


@dataclass(slots=True)
class Turn:
    """A turn: the seconds still to wait before the host may be asked, and the pause that it is promised afterwards."""

    wait_seconds: float
    pause_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Turns:
    """Turns by host; the folder is made where it is missing. Processes on one machine, or on one that both mount."""

    folder: Path
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    @contextlib.asynccontextmanager
    async def take(self, host: str, at_once: int, patience_seconds: float) -> AsyncIterator[Turn]:
        """Take a turn at a host that so many may ask at once; raise HostBusy where others keep it too long."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = blake2b(host.encode(), digest_size=16).hexdigest()
        with await self._sit_down(
            [self.folder / f"{name}.{seat}" for seat in range(at_once)], patience_seconds
        ) as file:
            wait = _read_wait(file)
            turn = Turn(wait, wait)  # who gives up before it asks leaves what others were told
            try:
                yield turn
            finally:
                file.seek(0)
                file.write(f"{time.time()} {turn.pause_seconds}".ljust(WIDTH).encode())

    async def _sit_down(self, seats: list[Path], patience_seconds: float) -> BinaryIO:
        """Open the first free seat and lock it."""
        for _ in range(max(1, int(patience_seconds / LOOK_SECONDS))):
            for seat in seats:
                file = os.fdopen(os.open(seat, os.O_RDWR | os.O_CREAT, 0o666), "r+b", buffering=0)
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    file.close()
                else:
                    return file
            await self.sleep(LOOK_SECONDS)
        raise HostBusy(f"others kept their turn for {patience_seconds:.0f} seconds")


def _read_wait(file: BinaryIO) -> float:
    """Read how long the next guest waits; never longer than the pause, whatever other clocks say."""
    file.seek(0)
    try:
        left, pause = map(float, file.read(WIDTH).split())
    except ValueError:  # nobody was here, or was killed as it left
        return 0.0
    return min(max(0.0, left + pause - time.time()), pause)
