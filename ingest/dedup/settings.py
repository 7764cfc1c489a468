"""What may be set about duplicates."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DedupSettings:
    """When two articles are copies of each other, and how much is looked at to find out.

    Those that shape a signature (words, bands, rows, opening, sentences) are part of its scheme: after changing one of
    them, old signatures are no longer compared with new ones.

    Attributes:
        shingle_words: Words in a shingle, the unit in which bodies are compared.
        bands: Bands of the MinHash signature; more bands find less similar copies.
        rows: MinHash values in a band; more rows find fewer candidates that are not copies.
        opening_bands: Bands of the MinHash signature of the opening, to find copies that were cut soon after it.
        sentences: Most sentence hashes kept of an article, to find copies that are cut short or much extended.
        min_sentence_words: Fewest words of a sentence that is hashed; shorter ones are anybody's.
        min_jaccard: Share of all shingles of two bodies that both have, from which on they are copies.
        min_containment: Share of the shorter body that the longer one has, from which on a shared opening makes a copy.
        opening_shingles: Shingles that make the opening of a body: its headline and the start of its lead.
        min_opening: Share of the shorter body's opening that the longer one must have.
        first_part: Share of the longer body in which the shorter one must begin; who begins later is quoted there.
        min_shared_shingles: Fewest shingles that two bodies must share; below, only exact copies count.
        max_candidates: Most candidates verified for one article, of stored and of pending ones each; likeliest first.
        max_compared_shingles: Most shingles of candidates compared for one article; one candidate always is.
        cached_shingles: Shingles of bodies kept in memory between verifications, 8 bytes each.
        pending_documents: Most articles remembered that were assigned to a cluster and are not in the index yet.
    """

    shingle_words: int = 3
    bands: int = 20
    rows: int = 2
    opening_bands: int = 6
    sentences: int = 12
    min_sentence_words: int = 5
    min_jaccard: float = 0.5
    min_containment: float = 0.4
    opening_shingles: int = 20
    min_opening: float = 0.15
    first_part: float = 0.5
    min_shared_shingles: int = 8
    max_candidates: int = 32
    max_compared_shingles: int = 1_000_000
    cached_shingles: int = 2_000_000
    pending_documents: int = 20_000
