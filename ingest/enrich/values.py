"""Tidying of what inputs and pages state of themselves, and the order in which a page's statements are believed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ingest.model import Candidate

UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Controls but line breaks and tabs, bidirectional marks, zero-width spaces (joiners spell words), lone surrogates."""

TRUST = ("json-ld", "opengraph", "meta", "feed", "element", "http")
"""Origins of a page's statements, the most trusted first: written for machines before written for readers."""


def tidy(value: str, max_characters: int) -> str:
    """Collapse whitespace, drop what cannot be printed, and cut; the cost is bounded by the limit, not by the value."""
    return " ".join(UNPRINTABLE.sub("", value[: 4 * max_characters]).split())[:max_characters].rstrip()


def order_by_trust(candidates: Iterable[Candidate], field: str) -> Iterator[Candidate]:
    """Give a field's candidates, the most trusted origin first, else in the order of the page."""
    of_field = [candidate for candidate in candidates if candidate.field == field]
    ranks = {origin: rank for rank, origin in enumerate(TRUST)}
    return iter(sorted(of_field, key=lambda candidate: ranks.get(candidate.origin, len(TRUST))))
