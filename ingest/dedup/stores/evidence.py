"""Weighing what postings say: who shares how many tokens, and how rare they are. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

# Of the articles that share one token only the oldest so many are looked at: beyond, the token is a commonplace, and
# copies of a story that is everywhere are found among its first copies.
POSTINGS_PER_TOKEN = 64


def weigh(postings: Iterable[Sequence[int]], limit: int) -> list[int]:
    """Order members by the summed rarity (1 / postings) of the tokens they share, then by age; give the first ones."""
    weights: defaultdict[int, float] = defaultdict(float)
    for members in postings:
        for member in members:
            weights[member] += 1 / len(members)
    return sorted(weights, key=lambda member: (-weights[member], member))[:limit]
