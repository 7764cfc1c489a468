"""The shingles of stored bodies, fetched ahead in few requests and kept in a bounded cache."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable
from itertools import chain, islice

from ingest.dedup.protocol import BodySource
from ingest.dedup.settings import DedupSettings
from ingest.dedup.text import shingle

# Bodies fetched in one request: few round trips, yet little memory where bodies are at their limit.
FETCHED_BODIES = 64


class ShingleCache:
    """Shingles by key, those unused for longest forgotten first; holds at most `settings.cached_shingles`."""

    def __init__(self, source: BodySource, settings: DedupSettings) -> None:
        self._source = source
        self._settings = settings
        self._held: OrderedDict[str, array[int]] = OrderedDict()
        self._size = 0

    def get(self, key: str, soon: Iterable[str]) -> array[int] | None:
        """Give a body's shingles, None where the source has none; fetch with it those that are needed `soon`."""
        if key not in self._held:
            return self._fetch(key, soon)
        self._held.move_to_end(key)
        return self._held[key]

    def put(self, key: str, shingles: array[int]) -> None:
        """Keep shingles in the place of those held for this key."""
        self.forget(key)
        self._held[key] = shingles
        self._size += len(shingles)
        while self._size > self._settings.cached_shingles:
            self.forget(next(iter(self._held)))

    def forget(self, key: str) -> None:
        """Let go of a key, if it is held."""
        self._size -= len(self._held.pop(key, ()))

    def _fetch(self, key: str, soon: Iterable[str]) -> array[int] | None:
        missing = dict.fromkeys(chain([key], (other for other in soon if other not in self._held)))
        wanted = list(islice(missing, FETCHED_BODIES))
        bodies = self._source.bodies(wanted)
        fetched = {name: shingle(body, self._settings.shingle_words) for name, body in bodies.items()}
        for name, shingles in fetched.items():
            self.put(name, shingles)
        return fetched.get(key)
