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
    """An article that asks for its cluster; `published_at` counts as UTC where it has no zone."""

    key: str
    body: str
    title: str | None = None
    published_at: datetime | None = None
    syndicated: bool = False


def rank(candidate: Candidate) -> Rank:
    """Give a candidate's place in the total order."""
    published = candidate.published_at
    if published is None:
        return Rank(UNDATED, MAX_LENGTH - len(candidate.body), candidate.syndicated, candidate.key)
    aware = published if published.tzinfo else published.replace(tzinfo=UTC)
    microseconds = (aware - EPOCH) // timedelta(microseconds=1)
    return Rank(microseconds, MAX_LENGTH - len(candidate.body), candidate.syndicated, candidate.key)


def explain(canonical: Rank, other: Rank | None) -> str:
    """Say by what a canonical member comes before another one."""
    if other is None:
        return ONLY
    return next(reason for reason, mine, its in zip(REASONS, canonical, other, strict=True) if mine != its)


def name_cluster(founder: str, content: bytes) -> str:
    """Name a cluster after its founder and the founder's content: a founder that changes founds another cluster."""
    return blake2b(content + founder.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
