"""Records in memory: for tests, and for runs that keep nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from threading import RLock

from ingest.state.protocol import Change, Json
from ingest.state.stores.encoding import check_names, decode, encode


class MemoryRecords:
    """`Records` in memory, for several threads at once."""

    def __init__(self) -> None:
        self._kinds: dict[str, dict[str, bytes]] = {}
        self._lock = RLock()

    def get(self, kind: str, keys: Sequence[str]) -> Mapping[str, Json]:
        """Look records up; absent keys are absent."""
        names = check_names(kind, keys)
        with self._lock:
            held = self._kinds.get(kind, {})
            return {key: decode(held[key]) for key in names if key in held}

    def put(self, kind: str, records: Mapping[str, Json]) -> None:
        """Store records, each in the place of what stood under its key."""
        check_names(kind, records)
        encoded = {key: encode(record) for key, record in records.items()}
        with self._lock:
            self._kinds.setdefault(kind, {}).update(encoded)

    def update(self, kind: str, keys: Sequence[str], change: Change) -> Mapping[str, Json | None]:
        """Read, change and write each key as one step."""
        with self._lock:
            return {key: self._update(kind, key, change) for key in check_names(kind, keys)}

    def delete(self, kind: str, keys: Sequence[str]) -> None:
        """Remove records; absent keys are ignored."""
        with self._lock:
            for key in check_names(kind, keys):
                self._kinds.get(kind, {}).pop(key, None)

    def scan(self, kind: str, prefix: str = "") -> Iterator[tuple[str, Json]]:
        """Yield the records whose key begins with the prefix."""
        with self._lock:
            found = sorted((key, held) for key, held in self._kinds.get(kind, {}).items() if key.startswith(prefix))
        return ((key, decode(held)) for key, held in found)

    def close(self) -> None:
        """Do nothing: memory lets go by itself."""

    def _update(self, kind: str, key: str, change: Change) -> Json | None:
        changed = change(key, self.get(kind, [key]).get(key))
        if changed is None:
            self.delete(kind, [key])
        else:
            self.put(kind, {key: changed})
        return changed
