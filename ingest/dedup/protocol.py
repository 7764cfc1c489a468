"""What deduplication asks of a store of signatures and of a source of bodies, whatever stands behind them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from ingest.dedup.signature import Signature
from ingest.model import ClusterKind, CopyEvidence


class Rank(NamedTuple):
    """A member's place in the total order of its cluster: the smallest is canonical.

    `published` is in milliseconds since 1970 (UNDATED where unknown), `shortness` is MAX_LENGTH minus the normalised
    body's length in code points: earliest first, then most complete, then original rather than syndicated, then by key.
    """

    published: int
    shortness: int
    syndicated: bool
    key: str


UNDATED = 2**62
MAX_LENGTH = 2**40


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a store says of one article: the body it knew and the decision on it."""

    scheme: str
    content: bytes
    cluster: str
    kind: ClusterKind
    similarity: float
    of: str | None
    reason: str
    rank: Rank
    evidence: CopyEvidence | None = None
    agency: str | None = None
    agency_copied: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as it is put into a store; its key is `standing.rank.key`."""

    standing: Standing
    signature: Signature


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An article that may be a copy; of two, the one with the smaller `age` was put into the store earlier."""

    key: str
    cluster: str
    age: int
    agency: str | None = None


class SignatureStore(Protocol):
    """Signatures and decisions by key, up to the last `put`, also that of another process.

    Methods raise IndexUnavailable where the store cannot answer.
    """

    def standing(self, keys: Sequence[str]) -> Mapping[str, Standing]:
        """Look up decisions, of any scheme; absent keys are absent."""
        ...

    def same_content(self, signatures: Sequence[Signature], limit: int) -> list[list[Neighbour]]:
        """Find, for each signature, at most so many articles of its scheme with its content, the oldest first."""
        ...

    def neighbours(self, signatures: Sequence[Signature], limit: int) -> list[list[Neighbour]]:
        """Find, for each signature, at most so many articles of its scheme that share tokens with it.

        Those that share the most come first, a rare token counting for more than a common one.
        """
        ...

    def leaders(self, clusters: Collection[str], limit: int) -> Mapping[str, Sequence[Rank]]:
        """Give at most so many ranks of each cluster, the smallest first; absent clusters are absent."""
        ...

    def put(self, entries: Sequence[Entry]) -> None:
        """Store articles, in order, each in the place of what stood under its key; return once they are durable."""
        ...

    def remove(self, keys: Sequence[str]) -> None:
        """Forget articles, durably; absent keys are ignored."""
        ...

    def amend(self, entries: Sequence[Entry]) -> None:
        """Store other decisions on contents that stand under their keys, each in its age; absent keys are ignored."""
        ...

    def close(self) -> None:
        """Let go of connections and files."""


class BodySource(Protocol):
    """Where the bodies of stored articles are."""

    def bodies(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Fetch bodies by key; absent keys are absent."""
        ...
