"""What may be set about reading input."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSettings:
    """How sources on the web are asked: how often, how patiently, how much at a time.

    Attributes:
        delay_seconds: Pause between two requests to one host, where neither robots.txt nor the source asks for more.
        tries: How often an address is asked for where the failure may pass by itself.
        backoff_seconds: Longest wait before the second try; it doubles with each (full jitter).
        max_wait_seconds: Longest wait for a try, also where a server asks for more (Retry-After): then the source waits
            for its next turn.
        robots_seconds: How long a robots.txt and a TDM file are believed.
        max_poll_seconds: Longest time that one source may take; what is left is for the next time.
        max_items: Most articles that are taken of one source in one go.
        max_sitemaps: Most sitemaps of one index that are read in one go.
        full_content_words: Words from which an item's text in a feed counts as the whole article.
        min_interval_seconds: Shortest time between two looks at a source with an adaptive schedule.
        start_interval_seconds: Time to the second look at such a source.
        max_interval_seconds: Longest time between two looks at a source that works.
        dead_interval_seconds: Longest time between two looks at a source that fails.
        broken_score: From which score of failures a source counts as broken; a failure that is sure to stay counts 1,
            one that may pass less, and each success halves the score.
        seen_items: Items that are remembered for each source.
        drift_share: By how much the share of chrome or of empty texts must have changed to be told.
    """

    delay_seconds: float = 1.0
    tries: int = 3
    backoff_seconds: float = 2.0
    max_wait_seconds: float = 60.0
    robots_seconds: int = 86_400
    max_poll_seconds: float = 900.0
    max_items: int = 200
    max_sitemaps: int = 20
    full_content_words: int = 150
    min_interval_seconds: int = 300
    start_interval_seconds: int = 1_800
    max_interval_seconds: int = 86_400
    dead_interval_seconds: int = 604_800
    broken_score: float = 3.0
    seen_items: int = 2_000
    drift_share: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesSettings:
    """What is collected, and how much of an input is read before it is refused.

    Attributes:
        file: The catalogue of sources that are collected regularly.
        max_text_bytes: Largest plain-text document, in bytes.
        max_html_bytes: Largest HTML document, in bytes.
        max_line_bytes: Longest line of a JSON-lines file, in bytes; a longer one fails alone.
        max_record_bytes: Largest WARC record, in bytes after decompression.
        max_archive_bytes: Largest archive that is fetched from elsewhere, in bytes.
        max_archive_seconds: Longest time that fetching an archive may take.
        max_decompression_ratio: Most bytes that one compressed byte may become.
        decompression_floor_bytes: Bytes that any compressed file may become, whatever its ratio.
        max_url_characters: Longest URL of a document, in characters.
    """

    file: str = "sources.toml"
    max_text_bytes: int = 10_000_000
    max_html_bytes: int = 10_000_000
    max_line_bytes: int = 32_000_000
    max_record_bytes: int = 50_000_000
    max_archive_bytes: int = 10_000_000_000
    max_archive_seconds: float = 3600.0
    max_decompression_ratio: int = 100
    decompression_floor_bytes: int = 50_000_000
    max_url_characters: int = 2048
    poll: PollSettings = field(default_factory=PollSettings)
