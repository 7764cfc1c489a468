"""The total order of a cluster's members, which decides who is canonical, and the names of clusters. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from ingest.dedup.protocol import MAX_LENGTH, UNDATED, Rank

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONLY = "only"
REASONS = ("earliest", "most_complete", "original", "lowest_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article that asks for its cluster; `published_at` counts as UTC where it has no zone.

    `agency` is the one that it names as its source; `syndicated` says that somebody else than that agency printed it.
    """

    key: str
    body: str
    title: str | None = None
    published_at: datetime | None = None
    syndicated: bool = False
    agency: str | None = None


def rank(candidate: Candidate, length: int) -> Rank:
    """Give a candidate's place in the total order; `length` is its normalised body's."""
    return Rank(order_date(candidate.published_at), MAX_LENGTH - length, candidate.syndicated, candidate.key)


def order_date(published_at: datetime | None) -> int:
    """Give a publication date in milliseconds since 1970, as the index keeps it; an unknown one comes after all."""
    if published_at is None:
        return UNDATED
    aware = published_at if published_at.tzinfo else published_at.replace(tzinfo=UTC)
    return (aware - EPOCH) // timedelta(milliseconds=1)


def explain(canonical: Rank, other: Rank | None) -> str:
    """Say by what a canonical member comes before another one."""
    if other is None:
        return ONLY
    return next(reason for reason, mine, its in zip(REASONS, canonical, other, strict=True) if mine != its)


def name_cluster(founder: str, content: bytes) -> str:
    """Name a cluster after its founder and the founder's content: a founder that changes founds another cluster."""
    return blake2b(content + founder.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
