"""What may be set about learning from repetition."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnSettings:
    """What is counted of a publisher's documents, what becomes a proposal, and where accepted rules go.

    Attributes:
        count: Whether `ingest` counts lines and shares; without it nothing new is learned.
        rules_folder: Folder of accepted rules, a file a publisher; empty for `clean/rules/publishers` of the package.
        window_documents: Last documents of a publisher that count.
        window_days: Days after which a document no longer counts.
        min_documents: A line becomes a proposal in this many documents at least.
        min_share: A line becomes a proposal in this share (0 to 1) of the publisher's documents at least.
        min_share_documents: Documents of a publisher before its usual share of body counts.
        max_line_chars: Longer lines are never proposed.
        max_lines_per_document: Lines counted of one document, half of them from its end.
        max_lines_per_publisher: Lines remembered of one publisher; what was seen once longest ago goes first.
        max_publishers: Publishers remembered; who was seen longest ago goes first.
    """

    count: bool = True
    rules_folder: str = ""
    window_documents: int = 200
    window_days: int = 90
    min_documents: int = 3
    min_share: float = 0.05
    min_share_documents: int = 20
    max_line_chars: int = 600
    max_lines_per_document: int = 200
    max_lines_per_publisher: int = 3000
    max_publishers: int = 2000
