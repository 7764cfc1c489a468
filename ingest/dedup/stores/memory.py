"""Signatures in memory, packed: for runs that keep nothing."""

from __future__ import annotations

import marshal
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from itertools import chain, islice
from typing import Any
from zlib import crc32

from ingest.dedup.protocol import Entry, Neighbour, Rank, Standing
from ingest.dedup.signature import Signature
from ingest.dedup.stores.evidence import POSTINGS_PER_TOKEN, weigh
from ingest.dedup.stores.postings import HASH_BITS, Postings
from ingest.dedup.stores.rows import to_neighbour, to_rank, to_row, to_standing

KEY, SCHEME, CONTENT, CLUSTER, AGENCY, RANK = 0, 1, 2, 3, 12, slice(14, 17)


class MemorySignatures:
    """A `SignatureStore` in memory, at most a kilobyte an article.

    An article's number is its place among `_rows`, and its age. What is looked up by key, content or cluster is found
    by a hash first. A replaced article's postings stay, and name nobody.
    """

    def __init__(self) -> None:
        self._rows: list[bytes | None] = []
        self._schemes: list[str] = []
        self._keys = Postings()
        self._clusters = Postings()
        self._contents: defaultdict[str, Postings] = defaultdict(Postings)
        self._tokens: defaultdict[str, Postings] = defaultdict(Postings)

    def standing(self, keys: Sequence[str]) -> Mapping[str, Standing]:
        """Look up decisions; absent keys are absent."""
        found = (self._to_standing(row) for key in keys for _, row in self._find_key(key))
        return {standing.rank.key: standing for standing in found}

    def same_content(self, signatures: Sequence[Signature], limit: int) -> list[list[Neighbour]]:
        """Find articles with the same content, the oldest first."""
        return [
            [_to_neighbour(number, row) for number, row in islice(self._find_content(signature), limit)]
            for signature in signatures
        ]

    def neighbours(self, signatures: Sequence[Signature], limit: int) -> list[list[Neighbour]]:
        """Find articles that share tokens."""
        likely = (weigh(self._find_postings(signature), limit) for signature in signatures)
        return [[_to_neighbour(number, self._read(number)) for number in numbers] for numbers in likely]

    def leaders(self, clusters: Collection[str], limit: int) -> Mapping[str, Sequence[Rank]]:
        """Give the smallest ranks of each cluster."""
        ranks = {cluster: nsmallest(limit, self._find_ranks(cluster)) for cluster in clusters}
        return {cluster: found for cluster, found in ranks.items() if found}

    def put(self, entries: Sequence[Entry]) -> None:
        """Store articles, each in the place of what stood under its key."""
        for entry in entries:
            standing, signature = entry.standing, entry.signature
            self.remove([standing.rank.key])
            number = len(self._rows)
            self._rows.append(marshal.dumps(to_row(standing, self._number_scheme(standing.scheme))))
            self._keys.add((_hash(standing.rank.key),), number)
            self._clusters.add((_hash(standing.cluster),), number)
            self._contents[signature.scheme].add((_spread(signature.content),), number)
            self._tokens[signature.scheme].add(signature.tokens, number)

    def remove(self, keys: Sequence[str]) -> None:
        """Forget articles; absent keys are ignored."""
        for key in keys:
            for number, _ in list(self._find_key(key)):
                self._rows[number] = None

    def amend(self, entries: Sequence[Entry]) -> None:
        """Store other decisions in the places of those that stand."""
        for entry in entries:
            standing = entry.standing
            for number, _ in list(self._find_key(standing.rank.key)):
                self._rows[number] = marshal.dumps(to_row(standing, self._number_scheme(standing.scheme)))

    def close(self) -> None:
        """Do nothing: memory lets go by itself."""

    def _find_key(self, key: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
        for number in self._find(self._keys, _hash(key)):
            row = self._read(number)
            if to_rank((*row[RANK], row[KEY])).key == key:
                yield number, row

    def _find_content(self, signature: Signature) -> Iterator[tuple[int, tuple[Any, ...]]]:
        for number in self._find(self._contents[signature.scheme], _spread(signature.content)):
            row = self._read(number)
            if row[CONTENT] == signature.content:
                yield number, row

    def _find_ranks(self, cluster: str) -> Iterator[Rank]:
        for number in self._find(self._clusters, _hash(cluster)):
            row = self._read(number)
            if _to_neighbour(number, row).cluster == cluster:
                yield to_rank((*row[RANK], row[KEY]))

    def _find_postings(self, signature: Signature) -> Iterator[list[int]]:
        for numbers in self._tokens[signature.scheme].get(signature.tokens):
            if found := list(islice(self._leave_out_replaced(numbers), POSTINGS_PER_TOKEN)):
                yield found

    def _find(self, postings: Postings, key: int) -> Iterator[int]:
        return self._leave_out_replaced(chain.from_iterable(postings.get((key,))))

    def _leave_out_replaced(self, numbers: Iterable[int]) -> Iterator[int]:
        return (number for number in numbers if self._rows[number] is not None)

    def _read(self, number: int) -> tuple[Any, ...]:
        row = self._rows[number]
        assert row is not None  # noqa: S101 - who was replaced is not found
        loaded: tuple[Any, ...] = marshal.loads(row)  # noqa: S302 - our own bytes, which never left this process
        return loaded

    def _to_standing(self, row: tuple[Any, ...]) -> Standing:
        return to_standing((row[KEY], self._schemes[row[SCHEME]], *row[CONTENT:]))

    def _number_scheme(self, name: str) -> int:
        if name not in self._schemes:
            self._schemes.append(name)
        return self._schemes.index(name)


def _hash(name: str) -> int:
    return _spread(name.encode("utf-8", "surrogatepass"))


def _spread(name: bytes) -> int:
    """Hash bytes to 32 bits, and spread them over the range of hashes that postings have."""
    return crc32(name) << HASH_BITS - 32


def _to_neighbour(number: int, row: tuple[Any, ...]) -> Neighbour:
    return to_neighbour((row[KEY], row[CLUSTER], number, row[AGENCY]))
