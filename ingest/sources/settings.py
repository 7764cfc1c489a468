"""What may be set about reading input."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesSettings:
    """How much of an input is read before it is refused.

    Attributes:
        max_text_bytes: Largest plain-text document, in bytes.
        max_html_bytes: Largest HTML document, in bytes.
        max_line_bytes: Longest line of a JSON-lines file, in bytes; a longer one fails alone.
        max_record_bytes: Largest WARC record, in bytes after decompression.
        max_decompression_ratio: Most bytes that one compressed byte may become.
        decompression_floor_bytes: Bytes that any compressed file may become, whatever its ratio.
        max_url_characters: Longest URL of a document, in characters.
    """

    max_text_bytes: int = 10_000_000
    max_html_bytes: int = 10_000_000
    max_line_bytes: int = 32_000_000
    max_record_bytes: int = 50_000_000
    max_decompression_ratio: int = 100
    decompression_floor_bytes: int = 50_000_000
    max_url_characters: int = 2048
