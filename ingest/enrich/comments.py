"""Readers' comments: the language of each; what is kept of their authors, and how long."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.instants import parse_instant
from ingest.enrich.language import detect_language
from ingest.enrich.settings import CommenterSettings, CommentSettings, LanguageSettings
from ingest.model import Comment, Metadata, RawDocument

PSEUDONYM = "reader-"
PSEUDONYM_DIGITS = 16


def find_comments(draft: Draft, settings: CommentSettings) -> Finding:
    """Find the language of each comment; what is too short tells none."""
    limits = LanguageSettings(max_characters=settings.max_characters, min_bytes=settings.min_bytes)
    comments = tuple(
        replace(comment, language=detect_language(comment.text, limits)) for comment in draft.cleaning.comments
    )
    return Finding(replace(draft.metadata, comments=comments), ["comments"] if comments else [])


def treat_commenters(
    comments: Iterable[Comment], written: datetime | None, settings: CommenterSettings, now: datetime
) -> tuple[Comment, ...]:
    """Keep, pseudonymise or drop the authors of comments, and drop those that are kept no longer.

    `written` is the time of comments that say none; where there is neither, a retention time drops the author at once.
    """
    times = ((comment, written_at(comment.published_at, written)) for comment in comments)
    return tuple(replace(each, author=name_commenter(each.author, time, settings, now)) for each, time in times)


def name_commenter(
    author: str | None, written: datetime | None, settings: CommenterSettings, now: datetime
) -> str | None:
    """Give the name under which a comment's author is kept; None where it is not."""
    if author is None or settings.authors == "drop" or is_over(written, settings, now):
        return None
    return pseudonymise(author, settings.key) if settings.authors == "pseudonymise" else author


def pseudonymise(author: str, key: str) -> str:
    """Give the same name for the same author under the same key, from which nobody without the key tells who it is."""
    if author.startswith(PSEUDONYM) and len(author) == len(PSEUDONYM) + PSEUDONYM_DIGITS:
        return author
    folded = " ".join(author.casefold().split()).encode("utf-8", "surrogatepass")
    return PSEUDONYM + hmac.new(key.encode(), folded, hashlib.sha256).hexdigest()[:PSEUDONYM_DIGITS]


def is_over(written: datetime | None, settings: CommenterSettings, now: datetime) -> bool:
    """Tell whether the retention time of a comment's author is over."""
    if settings.retention_days == 0:
        return False
    return written is None or written + timedelta(days=settings.retention_days) <= now


def written_at(stated: str | None, otherwise: datetime | None) -> datetime | None:
    """Read when a comment was written; one that does not say is as old as its article."""
    instant = parse_instant(stated or "")
    return instant.value if instant else otherwise


def time_of(document: RawDocument, metadata: Metadata) -> datetime | None:
    """Say when the comments of an article were written at the earliest: with it, else before it was fetched."""
    if metadata.published:
        return metadata.published.value
    fetched = parse_instant(document.fetched_at or "")
    return fetched.value if fetched else None


def kept_since(comments: Iterable[Comment], written: datetime | None) -> datetime | None:
    """Say from when the oldest comment is whose author is kept; 1970 where that is not known, None where none is."""
    unknown = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    times = [written_at(each.published_at, written) or unknown for each in comments if each.author is not None]
    return min(times, default=None)
