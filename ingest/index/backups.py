"""What a snapshot job asks of a backend: copies of the index with all state beside it, and their way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from ingest.index.generations import Generation


@dataclass(frozen=True, slots=True)
class Backup:
    """One snapshot: its name, when it was made (UTC, ISO 8601), whether it is whole, what it holds, bytes if known."""

    name: str
    at: str
    whole: bool
    holds: tuple[str, ...]
    bytes: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Give a line of `snapshot list --json`."""
        return {"name": self.name, "at": self.at, "whole": self.whole, "holds": list(self.holds), "bytes": self.bytes}


class Backups(Protocol):
    """Snapshots of one index and of the state beside it. Methods raise IndexUnavailable, IndexLocked."""

    def create(self, name: str) -> Backup:
        """Make a snapshot; raise UsageError where there is one of that name, or no place for it."""
        ...

    def list_all(self) -> list[Backup]:
        """List the snapshots, oldest first."""
        ...

    def restore(self, name: str) -> Generation:
        """Bring the state back as it was, and the articles beside those that serve; give their generation.

        Raises UsageError where there is no whole snapshot of that name.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
