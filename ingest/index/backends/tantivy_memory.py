"""Giving memory that was freed back to the system.

tantivy's threads take and free tens of megabytes with every commit. glibc keeps what is freed, an arena for each
thread, so that a long run holds more with every merge, though it uses no more.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache


def release_freed_memory() -> None:
    """Give back what no thread uses, a few milliseconds' work; without glibc nothing is done."""
    if trim := _find_trim():
        trim(0)


@cache
def _find_trim() -> Callable[[int], int] | None:
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim.argtypes = [ctypes.c_size_t]
    return trim
