"""Decisions as flat rows, small: how the stores in memory and in SQLite keep them."""

from __future__ import annotations

from typing import Any

from ingest.dedup.protocol import Neighbour, Rank, Standing
from ingest.model import CopyEvidence


def pack(name: str) -> bytes | str:
    """Give 32 lower-case hexadecimal digits as 16 bytes, anything else as it is."""
    if len(name) == 32 and not name.strip("0123456789abcdef"):
        return bytes.fromhex(name)
    return name


def unpack(stored: bytes | str) -> str:
    """Give a packed name as it was."""
    return stored.hex() if isinstance(stored, bytes) else stored


def to_row(standing: Standing, scheme: int | None) -> tuple[Any, ...]:
    """Make a decision a row, in the order in which `to_standing` reads it; a scheme is named by its number."""
    rank = standing.rank
    return (
        pack(rank.key),
        scheme,
        standing.content,
        pack(standing.cluster),
        standing.kind,
        standing.similarity,
        None if standing.of is None else pack(standing.of),
        standing.reason,
        *_to_evidence_row(standing.evidence),
        standing.agency,
        standing.agency_copied,
        rank.published,
        rank.shortness,
        rank.syndicated,
    )


def _to_evidence_row(evidence: CopyEvidence | None) -> tuple[Any, ...]:
    if evidence is None:
        return (None,) * 4
    return evidence.matched, evidence.jaccard, evidence.shared_shingles, evidence.shared_sentences


def to_standing(row: tuple[Any, ...]) -> Standing:
    """Read a row whose scheme is named again."""
    key, scheme, content, cluster, kind, similarity, copy_of, reason, *rest = row
    matched, jaccard, shared_shingles, shared_sentences, agency, agency_copied, *rank = rest
    evidence = CopyEvidence(
        matched=matched,
        containment=similarity,
        jaccard=jaccard,
        shared_shingles=shared_shingles,
        shared_sentences=shared_sentences,
    )
    return Standing(
        scheme=scheme,
        content=content,
        cluster=unpack(cluster),
        kind=kind,
        similarity=similarity,
        of=None if copy_of is None else unpack(copy_of),
        reason=reason,
        rank=to_rank((*rank, key)),
        evidence=evidence if matched else None,
        agency=agency,
        agency_copied=bool(agency_copied),
    )


def to_rank(row: tuple[Any, ...]) -> Rank:
    """Read a rank from its three numbers and the packed key."""
    published, shortness, syndicated, key = row
    return Rank(published, shortness, bool(syndicated), unpack(key))


def to_neighbour(row: tuple[Any, ...]) -> Neighbour:
    """Read a neighbour from key, cluster, age and agency."""
    key, cluster, age, agency = row
    return Neighbour(unpack(key), unpack(cluster), age, agency)
