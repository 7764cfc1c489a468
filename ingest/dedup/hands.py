"""What people decided about clusters, which machines respect: who stands alone, and whose clusters are one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.model import CopyEvidence

BY_HAND = CopyEvidence(matched="hand", containment=0.0, jaccard=0.0)


@dataclass(frozen=True, slots=True)
class HandDecisions:
    """Decisions by hand. One who stands `alone` joins nobody and nobody joins it; the clusters of `joined` are one."""

    alone: frozenset[str] = frozenset()
    joined: tuple[tuple[str, str], ...] = ()

    def partners(self, key: str) -> Iterable[str]:
        """Name the articles that this one was joined with."""
        for one, other in self.joined:
            if key in (one, other):
                yield other if key == one else one
