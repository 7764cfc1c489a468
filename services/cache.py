"""The machine's cache of fetched services, outside the repository, and the lock that lets one process fetch."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_folder() -> Path:
    """Give the cache's folder, made if need be: BROADSHEET_CACHE, or ~/.cache/broadsheet."""
    folder = Path(os.environ.get("BROADSHEET_CACHE") or Path.home() / ".cache" / "broadsheet").absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold the machine-wide lock `name`; wait for whoever holds it. The system frees it when the process ends."""
    with (cache_folder() / f".{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
