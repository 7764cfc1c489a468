"""The shingles and sentences of stored bodies, fetched ahead in few requests and kept in a bounded cache."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from itertools import chain, islice

from ingest.dedup.protocol import BodySource
from ingest.dedup.settings import DedupSettings
from ingest.dedup.signature import take_apart
from ingest.dedup.text import Parts

# Bodies fetched in one request: few round trips, yet little memory where bodies are at their limit.
FETCHED_BODIES = 64


class PartsCache:
    """Parts of bodies by key, those unused for longest forgotten first; at most `settings.cached_shingles` hashes."""

    def __init__(self, source: BodySource, settings: DedupSettings) -> None:
        self._source = source
        self._settings = settings
        self._held: OrderedDict[str, Parts] = OrderedDict()
        self._size = 0

    def get(self, key: str, soon: Iterable[str]) -> Parts | None:
        """Give a body's parts, None where the source has none; fetch with it those that are needed `soon`."""
        if key not in self._held:
            return self._fetch(key, soon)
        self._held.move_to_end(key)
        return self._held[key]

    def put(self, key: str, parts: Parts) -> None:
        """Keep parts in the place of those held for this key."""
        self.forget(key)
        self._held[key] = parts
        self._size += _size(parts)
        while self._size > self._settings.cached_shingles:
            self.forget(next(iter(self._held)))

    def forget(self, key: str) -> None:
        """Let go of a key, if it is held."""
        held = self._held.pop(key, None)
        self._size -= _size(held) if held else 0

    def _fetch(self, key: str, soon: Iterable[str]) -> Parts | None:
        missing = dict.fromkeys(chain([key], (other for other in soon if other not in self._held)))
        wanted = list(islice(missing, FETCHED_BODIES))
        bodies = self._source.bodies(wanted)
        fetched = {name: take_apart(body, self._settings) for name, body in bodies.items()}
        for name, parts in fetched.items():
            self.put(name, parts)
        return fetched.get(key)


def _size(parts: Parts) -> int:
    return len(parts.shingles) + len(parts.sentences)
