"""An article's place among its copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ClusterKind = Literal["unique", "exact", "near"]


CopyMatch = Literal["content", "jaccard", "containment", "hand"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyEvidence:
    """Why an article counts as a copy of another one.

    `matched` is what decided: the hash of the whole `content`; the share of all shingles that both have (`jaccard`);
    the share of the shorter text's that the longer one has, with a common opening (`containment`); or a person
    (`hand`). The counts are of distinct shingles and whole sentences that both have, -1 where nobody counted.
    """

    matched: CopyMatch
    containment: float
    jaccard: float
    shared_shingles: int = -1
    shared_sentences: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """An article's place among its duplicates.

    `of` is the member it matched (None when unique), `similarity` that match's (1.0 exact) and `evidence` why they
    match; `scheme` names the signatures by which that was found. `reason` says why the canonical member is the
    canonical one. `agency` is whose text it is, where it says so or, then `agency_copied`, the member that it matched.
    `displaced` are earlier members that are canonical no longer because of it, `promoted` those that are canonical now
    because it led the cluster that it has left, and `reasons` the reasons of earlier members that it changed, by key.
    """

    id: str
    canonical: bool
    kind: ClusterKind
    similarity: float
    of: str | None
    reason: str
    evidence: CopyEvidence | None = None
    scheme: str = ""
    agency: str | None = None
    agency_copied: bool = False
    displaced: tuple[str, ...] = ()
    promoted: tuple[str, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
