"""Signatures in memory: for runs that keep nothing, and for what is not in an index yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import count, islice

from ingest.dedup.protocol import Entry, Neighbour, Rank, Standing
from ingest.dedup.signature import Signature
from ingest.dedup.stores.evidence import POSTINGS_PER_TOKEN, weigh


@dataclass(frozen=True, slots=True)
class _Member:
    age: int
    entry: Entry

    def to_neighbour(self) -> Neighbour:
        standing = self.entry.standing
        return Neighbour(standing.rank.key, standing.cluster, self.age)


class MemorySignatures:
    """A `SignatureStore` in memory; entries can also be taken out again.

    Ages start at `first_age`. Sets of members are dicts without values, which keep the order of age.
    """

    def __init__(self, first_age: int = 0) -> None:
        self._ages = count(first_age)
        self._by_key: dict[str, _Member] = {}
        self._by_age: dict[int, _Member] = {}
        self._by_token: defaultdict[tuple[str, int], dict[int, None]] = defaultdict(dict)
        self._by_content: defaultdict[tuple[str, bytes], dict[int, None]] = defaultdict(dict)
        self._by_cluster: defaultdict[str, dict[int, None]] = defaultdict(dict)

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
        return [self._to_neighbours(islice(self._by_content.get((s.scheme, s.content), ()), limit)) for s in signatures]

    def neighbours(self, signatures: Sequence[Signature], limit: int) -> list[list[Neighbour]]:
        """Find articles that share tokens."""
        return [self._to_neighbours(weigh(self._postings(signature), limit)) for signature in signatures]

    def leaders(self, clusters: Collection[str], limit: int) -> Mapping[str, Sequence[Rank]]:
        """Give the smallest ranks of each cluster."""
        return {
            cluster: nsmallest(limit, (self._by_age[age].entry.standing.rank for age in self._by_cluster[cluster]))
            for cluster in clusters
            if cluster in self._by_cluster
        }

    def put(self, entries: Sequence[Entry]) -> None:
        """Store articles, each in the place of what stood under its key."""
        for entry in entries:
            key = entry.standing.rank.key
            self.remove([key])
            member = _Member(next(self._ages), entry)
            self._by_key[key] = self._by_age[member.age] = member
            for place in self._places(entry):
                place[member.age] = None

    def remove(self, keys: Iterable[str]) -> None:
        """Forget articles; absent keys are ignored."""
        for key in keys:
            member = self._by_key.pop(key, None)
            if member is None:
                continue
            del self._by_age[member.age]
            for place in self._places(member.entry):
                del place[member.age]
            self._forget_empty(member.entry)

    def close(self) -> None:
        """Do nothing: memory lets go by itself."""

    def _places(self, entry: Entry) -> list[dict[int, None]]:
        standing, signature = entry.standing, entry.signature
        tokens = [self._by_token[signature.scheme, token] for token in signature.tokens]
        content = self._by_content[signature.scheme, signature.content]
        return [*tokens, content, self._by_cluster[standing.cluster]]

    def _forget_empty(self, entry: Entry) -> None:
        signature, cluster = entry.signature, entry.standing.cluster
        for token in signature.tokens:
            if not self._by_token[signature.scheme, token]:
                del self._by_token[signature.scheme, token]
        if not self._by_content[signature.scheme, signature.content]:
            del self._by_content[signature.scheme, signature.content]
        if not self._by_cluster[cluster]:
            del self._by_cluster[cluster]

    def _postings(self, signature: Signature) -> Iterator[list[int]]:
        for token in signature.tokens:
            members = self._by_token.get((signature.scheme, token))
            if members:
                yield list(islice(members, POSTINGS_PER_TOKEN))

    def _to_neighbours(self, ages: Iterable[int]) -> list[Neighbour]:
        return [self._by_age[age].to_neighbour() for age in ages]
