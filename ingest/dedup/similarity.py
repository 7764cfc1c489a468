"""The exact comparison of two bodies by their shingles. Pure."""

from __future__ import annotations

from array import array
from typing import NamedTuple

from ingest.dedup.settings import DedupSettings
from ingest.dedup.text import Parts
from ingest.model import CopyEvidence, CopyMatch


class Similarity(NamedTuple):
    """How alike two bodies are, comparable: containment of the shorter one in the longer one, then Jaccard."""

    containment: float
    jaccard: float
    shared_shingles: int

    def matched_by(self, settings: DedupSettings) -> CopyMatch:
        """Say which of the two made it a copy."""
        return "jaccard" if self.jaccard >= settings.min_jaccard else "containment"


IDENTICAL = CopyEvidence(matched="content", containment=1.0, jaccard=1.0)


def count_shared_sentences(one: Parts, other: Parts) -> int:
    """Count the whole sentences that two bodies have in common."""
    return len(set(one.sentences).intersection(other.sentences))


def explain_match(similarity: Similarity, one: Parts, other: Parts, settings: DedupSettings) -> CopyEvidence:
    """Write down why two bodies count as copies."""
    return CopyEvidence(
        matched=similarity.matched_by(settings),
        containment=similarity.containment,
        jaccard=similarity.jaccard,
        shared_shingles=similarity.shared_shingles,
        shared_sentences=count_shared_sentences(one, other),
    )


def compare(shingles: array[int], distinct: set[int], other: array[int], settings: DedupSettings) -> Similarity | None:
    """Compare two bodies; None where they are no copies. `distinct` holds the same hashes as `shingles`.

    Jaccard alone misses a copy that was cut short or much extended; containment alone takes an article for a copy of
    every page that quotes it or runs on into it. So where only containment speaks, the opening of the shorter body
    decides, and where it stands in the longer one.
    """
    shared = len(distinct.intersection(other))
    shorter, longer = sorted((len(shingles), len(other)))
    if shared < settings.min_shared_shingles:
        return None
    similarity = Similarity(shared / shorter, shared / (shorter + longer - shared), shared)
    if similarity.jaccard >= settings.min_jaccard:
        return similarity
    if similarity.containment < settings.min_containment:
        return None
    pair = (shingles, other) if len(shingles) <= len(other) else (other, shingles)
    return similarity if share_opening(*pair, settings) >= settings.min_opening else None


def share_opening(shorter: array[int], longer: array[int], settings: DedupSettings) -> float:
    """Give the share of the shorter body's opening that the longer one has; 0 with nothing of it in the first part."""
    opening = set(shorter[: settings.opening_shingles])
    first_part = longer[: max(settings.opening_shingles, round(settings.first_part * len(longer)))]
    return 0.0 if opening.isdisjoint(first_part) else len(opening.intersection(longer)) / len(opening)
