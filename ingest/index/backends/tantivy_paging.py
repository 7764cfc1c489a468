"""Keeps the index's mapped files from filling the process's memory while segments are merged.

A merge reads whole segments through memory maps, and each page that it touched counts as resident until the kernel
needs the room. Here pages are given back once there are too many: MADV_PAGEOUT (Linux 5.4) drops clean file pages and
changes no byte, so that it is safe on whatever an address may have become in the meantime.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

MADV_PAGEOUT = 21  # <asm-generic/mman-common.h>
MAX_MAPPED_BYTES = 100_000_000
POLL_SECONDS = 0.05


class Pager:
    """Watches, in a thread of its own, how much of a folder's files is resident; does nothing but on Linux."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder.resolve())
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="index-pager", daemon=True)

    def start(self) -> None:
        """Start watching."""
        if sys.platform == "linux":
            self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        madvise = ctypes.CDLL(None, use_errno=True).madvise
        madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        while not self._ended.wait(POLL_SECONDS):
            if read_mapped_bytes() > MAX_MAPPED_BYTES:
                for start, length in self._find_maps():
                    madvise(start, length, MADV_PAGEOUT)

    def _find_maps(self) -> Iterator[tuple[int, int]]:
        for line in Path("/proc/self/maps").read_text(encoding="utf-8", errors="surrogateescape").splitlines():
            if self._folder in line:
                start, end = (int(part, 16) for part in line.partition(" ")[0].split("-"))
                yield start, end - start


def read_mapped_bytes() -> int:
    """Give the resident bytes of this process that belong to files."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[2]) * os.sysconf("SC_PAGE_SIZE")
