"""What was assigned to a cluster and is not in the index yet: visible to later look-ups, lost with the process."""

from __future__ import annotations

from collections.abc import Collection

from ingest.dedup.protocol import Entry, Neighbour, Rank
from ingest.dedup.signature import Signature
from ingest.dedup.stores.memory import MemorySignatures
from ingest.dedup.text import Parts

# Pending articles are younger than stored ones.
FIRST_AGE = 2**62


class Pending:
    """Entries and parts of at most `limit` articles, the oldest forgotten first, over a store."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._entries = MemorySignatures(FIRST_AGE)
        self._parts: dict[str, Parts] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def get(self, key: str) -> Entry | None:
        """Give a pending entry."""
        return self._entries.get(key)

    def parts(self, key: str) -> Parts:
        """Give a pending article's parts; raise KeyError where it is not pending."""
        return self._parts[key]

    def put(self, entry: Entry, parts: Parts) -> None:
        """Add an article, or put it in the place of what is pending under its key."""
        self._entries.put([entry])
        key = entry.standing.rank.key
        self._parts.pop(key, None)
        self._parts[key] = parts
        if len(self._parts) > self._limit:
            self.remove([next(iter(self._parts))])

    def take(self, keys: Collection[str]) -> list[tuple[Entry, Parts]]:
        """Give those of the articles that are pending, in the order in which they were added."""
        wanted = set(keys)
        return [
            (entry, self._parts[entry.standing.rank.key])
            for entry in self._entries.entries()
            if entry.standing.rank.key in wanted
        ]

    def remove(self, keys: Collection[str]) -> None:
        """Forget articles; absent keys are ignored."""
        self._entries.remove(keys)
        for key in keys:
            self._parts.pop(key, None)

    def same_content(self, signature: Signature, limit: int) -> list[Neighbour]:
        """Find pending articles with the same content, the oldest first."""
        return self._entries.same_content([signature], limit)[0]

    def neighbours(self, signature: Signature, limit: int) -> list[Neighbour]:
        """Find pending articles that share tokens."""
        return self._entries.neighbours([signature], limit)[0]

    def leader(self, cluster: str, without: str | None) -> Rank | None:
        """Give the smallest rank of a cluster's pending members, one of them left out of account."""
        ranks = self._entries.leaders([cluster], 2).get(cluster, ())
        return next((rank for rank in ranks if rank.key != without), None)
