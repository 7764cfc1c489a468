"""Which versions an article has had, and when each stood. Pure: sightings of captures in, periods out.

A version is a run of captures, in the lake's order, whose title and body say the same. Captures may arrive late, and
may be cleaned again under other rules: whatever the order of arrival, the same captures give the same periods.
"""

from __future__ import annotations

import hashlib
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

# Hexadecimal digits kept of what a capture says: the texts of one article alone must be told apart.
_DIGITS = 24


class Sighting(NamedTuple):
    """A capture, a digest of what it says, and its time: UTC as ISO 8601, None where no lake told it."""

    capture: int
    digest: str
    at: str | None

    def to_json(self) -> list[Any]:
        """Give the shape in which an article's document keeps it."""
        return list(self)


class Period(NamedTuple):
    """One version: its id, the first and last of its captures, what it says, and since when it stands."""

    id: str
    first: int
    last: int
    digest: str
    valid_from: str | None


def digest_text(title: str | None, body: str) -> str:
    """Digest what a version says: title and body in NFC, however their blanks are set."""
    said = "\n".join(" ".join(text.split()) for text in (title or "", body))
    return hashlib.sha256(unicodedata.normalize("NFC", said).encode("utf-8", "replace")).hexdigest()[:_DIGITS]


def place_sighting(history: Sequence[Sighting], new: Sighting) -> list[Sighting]:
    """Put a sighting into the order of captures, in the place of an earlier one of the same capture."""
    place = bisect_left(history, new.capture, key=lambda each: each.capture)
    known = place < len(history) and history[place].capture == new.capture
    return [*history[:place], new, *history[place + known :]]


def find_periods(article_id: str, history: Sequence[Sighting]) -> list[Period]:
    """Give an article's versions; each is named after its first capture and begins no earlier than the one before."""
    periods: list[Period] = []
    for digest, run in groupby(history, key=lambda each: each.digest):
        first, *rest = run
        since = _later(periods[-1].valid_from, first.at) if periods else first.at
        last = rest[-1].capture if rest else first.capture
        periods.append(Period(f"{article_id}-{first.capture}", first.capture, last, digest, since))
    return periods


def _later(one: str | None, other: str | None) -> str | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=datetime.fromisoformat)
