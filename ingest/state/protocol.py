"""The contract of every store of records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

Json: TypeAlias = dict[str, Any]
"""One record: a JSON object, never looked into by a store."""

Change: TypeAlias = Callable[[str, Json | None], Json | None]
"""Makes a key's next record of the one that stands; None for absent, in and out. It may be called again, so pure."""

MAX_KEY_BYTES = 4096


class RecordReader(Protocol):
    """Records by kind and key: any text of up to 4096 bytes in UTF-8. Everything acknowledged is seen at once.

    Every method raises Unavailable where the store cannot be reached, ValueError for a key that is none.
    """

    def get(self, kind: str, keys: Sequence[str]) -> Mapping[str, Json]:
        """Look records up; absent keys are absent."""
        ...

    def scan(self, kind: str, prefix: str = "") -> Iterator[tuple[str, Json]]:
        """Yield the records whose key begins with the prefix, by code points of the key, in bounded memory.

        What is written while it goes on may be seen or not; nothing is held between two steps, so the caller may write.
        """
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...


class Records(RecordReader, Protocol):
    """A reader that also writes; every write is durable once the call returns. Several may write at once."""

    def put(self, kind: str, records: Mapping[str, Json]) -> None:
        """Store records, each in the place of what stood under its key. Of two at once the later stays."""
        ...

    def update(self, kind: str, keys: Sequence[str], change: Change) -> Mapping[str, Json | None]:
        """Read, change and write each key as one step that no other writer comes between; give what stands then.

        A key whose record stays the same is not written. Not one step over several keys: where `change` raises, earlier
        keys may be written. Should the connection break off just as a write is answered *and* another writer follow at
        once, a change can be applied twice: a change that counts should carry what it has counted in its record.
        """
        ...

    def delete(self, kind: str, keys: Sequence[str]) -> None:
        """Remove records; absent keys are ignored."""
        ...
