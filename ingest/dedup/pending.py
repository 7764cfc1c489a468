"""What was assigned to a cluster and is not in the index yet: visible to later look-ups, lost with the process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import count

from ingest.dedup.protocol import Entry, Neighbour, Rank
from ingest.dedup.signature import Signature
from ingest.dedup.stores.evidence import POSTINGS_PER_TOKEN, weigh
from ingest.dedup.text import Parts

# Pending articles are younger than stored ones.
FIRST_AGE = 2**62


@dataclass(frozen=True, slots=True)
class _Member:
    age: int
    entry: Entry
    parts: Parts

    def to_neighbour(self) -> Neighbour:
        standing = self.entry.standing
        return Neighbour(standing.rank.key, standing.cluster, self.age, standing.agency)


class _Ages:
    """Ages by what members share, in the order of age. Most are alone, so one age is kept without a list around it."""

    def __init__(self) -> None:
        self._held: dict[Hashable, int | list[int]] = {}

    def get(self, key: Hashable) -> Sequence[int]:
        held = self._held.get(key, ())
        return (held,) if isinstance(held, int) else held

    def add(self, keys: Iterable[Hashable], age: int) -> None:
        held = self._held
        for key in keys:
            before = held.setdefault(key, age)
            if before is age:
                continue  # nobody else had it
            if isinstance(before, int):
                held[key] = [before, age]
            else:
                before.append(age)

    def remove(self, keys: Iterable[Hashable], age: int) -> None:
        for key in keys:
            held = self._held[key]
            if isinstance(held, int):
                del self._held[key]
                continue
            held.remove(age)
            if len(held) == 1:
                self._held[key] = held[0]

    def get_all(self, keys: Iterable[Hashable]) -> Iterator[Sequence[int]]:
        """Give what is held of each key that is known."""
        for held in map(self._held.get, keys):
            if held is not None:
                yield (held,) if isinstance(held, int) else held


class Pending:
    """Entries and parts of at most `limit` articles, the oldest forgotten first, over a store.

    Few at a time and soon gone, so that they are held as they are, many times faster than in a store that packs them.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._ages = count(FIRST_AGE)
        self._by_key: dict[str, _Member] = {}
        self._by_age: dict[int, _Member] = {}
        self._tokens: defaultdict[str, _Ages] = defaultdict(_Ages)
        self._contents: defaultdict[str, _Ages] = defaultdict(_Ages)
        self._clusters = _Ages()

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def get(self, key: str) -> Entry | None:
        """Give a pending entry."""
        member = self._by_key.get(key)
        return member.entry if member else None

    def parts(self, key: str) -> Parts:
        """Give a pending article's parts; raise KeyError where it is not pending."""
        return self._by_key[key].parts

    def put(self, entry: Entry, parts: Parts) -> None:
        """Add an article, or put it in the place of what is pending under its key."""
        key, signature = entry.standing.rank.key, entry.signature
        self.remove([key])
        member = _Member(next(self._ages), entry, parts)
        self._by_key[key] = self._by_age[member.age] = member
        self._tokens[signature.scheme].add(signature.tokens, member.age)
        self._contents[signature.scheme].add((signature.content,), member.age)
        self._clusters.add((entry.standing.cluster,), member.age)
        if len(self._by_key) > self._limit:
            self.remove([next(iter(self._by_key))])

    def take(self, keys: Collection[str]) -> list[tuple[Entry, Parts]]:
        """Give those of the articles that are pending, in the order in which they were added."""
        wanted = {self._by_key[key].age: self._by_key[key] for key in keys if key in self._by_key}
        return [(wanted[age].entry, wanted[age].parts) for age in sorted(wanted)]

    def remove(self, keys: Iterable[str]) -> None:
        """Forget articles; absent keys are ignored."""
        for key in keys:
            member = self._by_key.pop(key, None)
            if member is None:
                continue
            signature = member.entry.signature
            del self._by_age[member.age]
            self._tokens[signature.scheme].remove(signature.tokens, member.age)
            self._contents[signature.scheme].remove((signature.content,), member.age)
            self._clusters.remove((member.entry.standing.cluster,), member.age)

    def same_content(self, signature: Signature, limit: int) -> list[Neighbour]:
        """Find pending articles with the same content, the oldest first."""
        return self._to_neighbours(self._contents[signature.scheme].get(signature.content)[:limit])

    def neighbours(self, signature: Signature, limit: int) -> list[Neighbour]:
        """Find pending articles that share tokens."""
        postings = self._tokens[signature.scheme].get_all(signature.tokens)
        return self._to_neighbours(weigh((ages[:POSTINGS_PER_TOKEN] for ages in postings), limit))

    def leaders(self, cluster: str, without: str | None, limit: int) -> list[Rank]:
        """Give the smallest ranks of a cluster's pending members, one of them left out of account."""
        ranks = (self._by_age[age].entry.standing.rank for age in self._clusters.get(cluster))
        return nsmallest(limit, (rank for rank in ranks if rank.key != without))

    def explain(self, key: str, reason: str) -> None:
        """Give a pending article another reason, in its place; an absent key is ignored."""
        member = self._by_key.get(key)
        if member:
            entry = replace(member.entry, standing=replace(member.entry.standing, reason=reason))
            self._by_key[key] = self._by_age[member.age] = replace(member, entry=entry)

    def _to_neighbours(self, ages: Iterable[int]) -> list[Neighbour]:
        return [self._by_age[age].to_neighbour() for age in ages]
