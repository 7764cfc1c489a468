"""What a reader sees where nothing has been kept yet: nothing, until there is something."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ingest.state.protocol import Json, RecordReader


class LateRecords:
    """A `RecordReader` that is empty until its store is there; `find` opens it, and gives None before."""

    def __init__(self, find: Callable[[], RecordReader | None]) -> None:
        self._find = find
        self._found = find()

    def get(self, kind: str, keys: Sequence[str]) -> Mapping[str, Json]:
        """Look records up; absent keys are absent."""
        reader = self._look()
        return reader.get(kind, keys) if reader else {}

    def scan(self, kind: str, prefix: str = "") -> Iterator[tuple[str, Json]]:
        """Yield the records whose key begins with the prefix."""
        reader = self._look()
        return reader.scan(kind, prefix) if reader else iter(())

    def close(self) -> None:
        """Let go of the store."""
        if self._found:
            self._found.close()

    def _look(self) -> RecordReader | None:
        self._found = self._found or self._find()
        return self._found
