"""How far an article can be relied on, 0 to 1, as the mean of parts that are shown."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice

from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.settings import QualitySettings
from ingest.enrich.words import count_words
from ingest.model import Metadata, Quality

NOT_LOOKED = 0.5
"""The part of what nobody looked for."""

ORIGINS = {"given": 1.0, "json-ld": 1.0, "opengraph": 1.0, "meta": 0.9, "feed": 0.9, "element": 0.8}
OTHER_ORIGIN = 0.6
PRECISIONS = {"second": 1.0, "minute": 1.0, "day": 0.9, "month": 0.5, "year": 0.3}
MAX_LINES = 2_000
MAX_CHROME_CHARACTERS = 90
CHROME = re.compile(
    r"(?:https?://\S+$|(?:share|tweet|print|e-?mail|save|follow us|sign up|subscribe|log in|register|advertisement"
    r"|cookies?|related|read more|see also|comments?|next|previous|menu|search|all rights reserved|©|copyright|photo"
    r"|image|credit)\b[^.!?]{0,60}$|[\W\d_]+$)",
    re.IGNORECASE,
)
"""Lines that chrome is made of: judged by themselves they prove nothing, so they lower a share and are not cut."""


def find_quality(draft: Draft, settings: QualitySettings) -> Finding:
    """Find the quality; what other enrichers did not look for counts half."""
    metadata = draft.metadata
    parts = {
        "completeness": rate_completeness(metadata),
        "cleanness": rate_cleanness(draft.cleaning.body, draft.cleaning.flags),
        "date_evidence": rate_date(draft),
        "length": rate_length(draft, settings),
        "language": metadata.language.confidence if has_run(draft, "language") else NOT_LOOKED,
    }
    rounded = {name: round(min(1.0, max(0.0, part)), 3) for name, part in parts.items()}
    score = round(sum(rounded.values()) / len(rounded), 3)
    return Finding(replace(metadata, quality=Quality(score=score, **rounded)), ["body", "metadata"])


def has_run(draft: Draft, enricher: str) -> bool:
    """Tell whether an enricher looked at the article."""
    return any(each.enricher == enricher for each in draft.evidence)


def rate_completeness(metadata: Metadata) -> float:
    """Give the share of title, author, date and publisher that is there; half of it for a text that was cut short."""
    there = [metadata.title, metadata.authors, metadata.published, metadata.publisher]
    share = sum(map(bool, there)) / len(there)
    return share / 2 if metadata.access and metadata.access.cut_short else share


def rate_cleanness(body: str, flags: tuple[str, ...]) -> float:
    """Give the share of the body's lines that do not look like chrome; half of it where cleaning kept the whole."""
    lines = [stripped for line in islice(body.split("\n"), MAX_LINES) if (stripped := line.strip())]
    if not lines:
        return 0.0
    clean = sum(not is_chrome(line) for line in lines) / len(lines)
    return clean / 2 if "over_removal" in flags else clean


def is_chrome(line: str) -> bool:
    """Tell a line that looks like chrome: a short one, or an address."""
    return len(line) <= MAX_CHROME_CHARACTERS and CHROME.match(line) is not None


def rate_date(draft: Draft) -> float:
    """Rate the date by its origin and its precision; half of that where others state another day."""
    metadata = draft.metadata
    if metadata.published is None:
        return 0.0 if has_run(draft, "dates") else NOT_LOOKED
    rating = ORIGINS.get(metadata.published.origin, OTHER_ORIGIN) * PRECISIONS[metadata.published.precision]
    return rating / 2 if metadata.date_conflict else rating


def rate_length(draft: Draft, settings: QualitySettings) -> float:
    """Give the words as a share of those of an article that is long enough."""
    counted = draft.metadata.word_count
    words = count_words(draft.cleaning.body) if counted is None else counted
    return words / max(1, settings.full_length_words)
