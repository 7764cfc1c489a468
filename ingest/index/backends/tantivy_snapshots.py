"""Snapshots of a tantivy collection: a commit held by this process, so that a walk over a ranking sees one index."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from tantivy import Searcher

from ingest.errors import CursorExpired
from ingest.index.backends.tantivy_collection import Collection

# A held commit keeps its files on the disk; where there are more, the one used longest ago goes first.
MOST_HELD = 64


@dataclass(slots=True)
class _Held:
    searcher: Searcher
    until: float


class Snapshots:
    """The commits of one collection that are held, by a name that every process gives to the same commit."""

    def __init__(self, collection: Collection, now: Callable[[], float] = time.monotonic) -> None:
        self._collection = collection
        self._now = now
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()

    def take(self, seconds: float) -> str:
        """Hold what is committed now; give its name."""
        with self._lock:
            name, searcher = self._look()
            self._hold(name, searcher, seconds)
            return name

    def get(self, name: str, seconds: float) -> Searcher:
        """Give the searcher of a commit, held so much longer; raise CursorExpired where it is held no more.

        A commit that is still the last one can be taken up again, by another process too.
        """
        with self._lock:
            self._drop_old()
            held = self._held.get(name)
            searcher = held.searcher if held is not None else None
            if searcher is None:
                now_named, latest = self._look()
                searcher = latest if now_named == name else None
            if searcher is None:
                raise CursorExpired("cursor: what it walks over is no longer held; begin again without it", "cursor")
            self._hold(name, searcher, seconds)
            return searcher

    def _hold(self, name: str, searcher: Searcher, seconds: float) -> None:
        self._held.pop(name, None)
        self._held[name] = _Held(searcher, self._now() + seconds)
        self._drop_old()
        while len(self._held) > MOST_HELD:
            del self._held[next(iter(self._held))]

    def _drop_old(self) -> None:
        now = self._now()
        for name in [name for name, held in self._held.items() if held.until < now]:
            del self._held[name]

    def _look(self) -> tuple[str, Searcher]:
        """Give the last commit and its name: nothing was committed in between where the name stayed the same."""
        while True:
            before = self._collection.commit_name()
            searcher = self._collection.searcher()
            if self._collection.commit_name() == before:
                return before, searcher
