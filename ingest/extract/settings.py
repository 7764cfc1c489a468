"""What may be set about extraction."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractSettings:
    """How large and how odd a page may be.

    Attributes:
        max_html_bytes: Largest page, in bytes of its UTF-8 form.
        max_tag_bytes: Longest single tag, in bytes.
        max_attributes: Most attributes in one tag.
        max_depth: Deepest nesting of elements.
        max_elements: Most tags in a page.
        max_title_characters: A longer title is cut there.
        max_author_characters: A longer author is not taken for one.
        max_authors: Most authors that are kept.
        max_url_characters: A longer URL is not kept.
        max_keywords: Most keywords that are kept.
        max_keyword_characters: A longer keyword is not taken for one.
    """

    max_html_bytes: int = 10_000_000
    max_tag_bytes: int = 1_000_000
    max_attributes: int = 1000
    max_depth: int = 1000
    max_elements: int = 100_000
    max_title_characters: int = 1000
    max_author_characters: int = 300
    max_authors: int = 20
    max_url_characters: int = 2048
    max_keywords: int = 50
    max_keyword_characters: int = 100
