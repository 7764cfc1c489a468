"""The settings of enrichment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrichSettings:
    """Limits of what is read and believed.

    Attributes:
        max_language_characters: how much of a body language detection reads, in characters.
        min_language_bytes: letters that tell a language, in bytes of UTF-8 (a Latin letter has one, a Chinese three).
        min_year: the earliest year in which an article can have been published.
        max_future_days: how far past now (or past the fetch) a publication date may lie, in days.
        max_title_characters: where a title is cut, in characters.
        max_authors: how many authors are kept.
        max_author_characters: where an author's name is cut, in characters.
        max_publisher_characters: where a publisher's name is cut, in characters.
    """

    max_language_characters: int = 10_000
    min_language_bytes: int = 12
    min_year: int = 1990
    max_future_days: int = 2
    max_title_characters: int = 1_000
    max_authors: int = 20
    max_author_characters: int = 300
    max_publisher_characters: int = 300
