"""Signatures in memory: for runs that keep nothing, and for what is not in an index yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import count

from ingest.dedup.protocol import Entry, Neighbour, Rank, Standing
from ingest.dedup.signature import Signature
from ingest.dedup.stores.evidence import POSTINGS_PER_TOKEN, weigh


@dataclass(frozen=True, slots=True)
class _Member:
    age: int
    entry: Entry

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


class MemorySignatures:
    """A `SignatureStore` in memory; entries can also be taken out again. Ages start at `first_age`."""

    def __init__(self, first_age: int = 0) -> None:
        self._ages = count(first_age)
        self._by_key: dict[str, _Member] = {}
        self._by_age: dict[int, _Member] = {}
        self._tokens: defaultdict[str, _Ages] = defaultdict(_Ages)
        self._contents: defaultdict[str, _Ages] = defaultdict(_Ages)
        self._clusters = _Ages()

    def __len__(self) -> int:
        return len(self._by_key)

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def entries(self) -> Iterator[Entry]:
        """Yield what is held, the oldest first."""
        return (member.entry for member in self._by_age.values())

    def get(self, key: str) -> Entry | None:
        """Give one entry."""
        member = self._by_key.get(key)
        return member.entry if member else None

    def standing(self, keys: Sequence[str]) -> Mapping[str, Standing]:
        """Look up decisions; absent keys are absent."""
        return {key: self._by_key[key].entry.standing for key in keys if key in self._by_key}

    def same_content(self, signatures: Sequence[Signature], limit: int) -> list[list[Neighbour]]:
        """Find articles with the same content, the oldest first."""
        return [self._to_neighbours(self._contents[s.scheme].get(s.content)[:limit]) for s in signatures]

    def neighbours(self, signatures: Sequence[Signature], limit: int) -> list[list[Neighbour]]:
        """Find articles that share tokens."""
        return [self._to_neighbours(weigh(self._postings(signature), limit)) for signature in signatures]

    def leaders(self, clusters: Collection[str], limit: int) -> Mapping[str, Sequence[Rank]]:
        """Give the smallest ranks of each cluster."""
        members = {cluster: self._clusters.get(cluster) for cluster in clusters}
        return {
            cluster: nsmallest(limit, (self._by_age[age].entry.standing.rank for age in ages))
            for cluster, ages in members.items()
            if ages
        }

    def put(self, entries: Sequence[Entry]) -> None:
        """Store articles, each in the place of what stood under its key."""
        for entry in entries:
            key, signature = entry.standing.rank.key, entry.signature
            self.remove([key])
            member = _Member(next(self._ages), entry)
            self._by_key[key] = self._by_age[member.age] = member
            self._tokens[signature.scheme].add(signature.tokens, member.age)
            self._contents[signature.scheme].add((signature.content,), member.age)
            self._clusters.add((entry.standing.cluster,), member.age)

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

    def close(self) -> None:
        """Do nothing: memory lets go by itself."""

    def _postings(self, signature: Signature) -> Iterator[Sequence[int]]:
        for ages in self._tokens[signature.scheme].get_all(signature.tokens):
            yield ages[:POSTINGS_PER_TOKEN]

    def _to_neighbours(self, ages: Iterable[int]) -> list[Neighbour]:
        return [self._by_age[age].to_neighbour() for age in ages]
