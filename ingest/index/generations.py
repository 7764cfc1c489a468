"""What a reindex asks of a backend: the generation that serves, another that is built, and the switch between them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from ingest.index.mapping import Difference
from ingest.index.protocol import Index


@dataclass(frozen=True, slots=True)
class Generation:
    """One set of articles, comments and versions under its names by kind, and the mapping versions that it has."""

    names: Mapping[str, str]
    versions: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """Give its record."""
        return {"names": dict(self.names), "versions": dict(self.versions)}


def read_generation(record: Mapping[str, Any]) -> Generation:
    """Read a generation from its record."""
    return Generation(record["names"], record["versions"])


class Generations(Protocol):
    """The generations of one index. Methods raise IndexUnavailable where the index cannot be reached."""

    def current(self) -> Generation:
        """Give the generation that serves; raise IndexUnavailable where there is none."""
        ...

    def compare(self) -> list[Difference]:
        """Compare the mappings of the generation that serves with this program's."""
        ...

    def add_fields(self) -> None:
        """Take fields that this program's mapping has besides into the generation that serves."""

    def create(self) -> Generation:
        """Make an empty generation of this program's mapping, beside the one that serves."""
        ...

    def exists(self, generation: Generation) -> bool:
        """Tell whether a generation is there, whole."""
        ...

    def open_source(self) -> Index:
        """Open the generation that serves for reading, of whatever mapping version, up to the last write."""
        ...

    def open_target(self, generation: Generation) -> Index:
        """Open another generation for writing."""
        ...

    def hold_writes(self) -> AbstractContextManager[None]:
        """Keep every writer of the generation that serves waiting while the block runs."""
        ...

    def let_write(self) -> None:
        """End a hold that a killed process left."""

    def switch(self, generation: Generation) -> None:
        """Let another generation serve, for readers and writers, in one step."""

    def drop(self, generation: Generation) -> None:
        """Remove a generation that does not serve; one that is not there is ignored."""

    def close(self) -> None:
        """Let go of connections."""
