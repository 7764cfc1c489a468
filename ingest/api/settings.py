"""What may be set about the API."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """Who may ask, what one request may send, how often, and when a caller is told to come again.

    Attributes:
        anonymous_read: Whether whoever has no key may read; writing always needs a key.
        allowed_origins: Origins of other sites whose pages may call the API (CORS), as `https://host`; none by default.
        trusted_proxies: Addresses of proxies in front whose `X-Forwarded-For` names the caller; none by default.
        public_url: The address under which readers know this server, for links in feeds; empty for the one they called.
        max_body_bytes: Longest body of a request, in bytes.
        timeout_seconds: How long one request waits for an answer of Elasticsearch.
        index_requests: Requests to the index at once; others wait for their turn, on Elasticsearch for
            `timeout_seconds` at most.
        retry_after_seconds: How long a caller is told to wait while the index does not answer.
        rate_limit_window_seconds: The time that the two limits are told for; what was used comes back evenly over it.
        rate_limit_requests: Requests of one key in that time.
        rate_limit_anonymous_requests: Requests of one address without a key in that time.
        key_hold_seconds: How long a key that was looked up is believed; a revoked one may work that long.
        index_pushed: Whether this process indexes the documents that are pushed in; else another one has to.
        stop_seconds: How long the end of the process waits for what it is indexing; it goes on there the next time.
        languages_hold_seconds: How long the list of languages that are searched is believed; a new language may be
            searched by its exact words alone until then.
        metrics_hold_seconds: How long the metrics of the whole system are told before they are read anew; longer where
            reading them would otherwise take more than a twentieth of the time.
        idempotency_hours: How long an `Idempotency-Key` is remembered.
        max_export_articles: Most articles of one export; it then says where to go on.
        feed_articles: Articles of a feed.
    """

    anonymous_read: bool = True
    allowed_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    public_url: str = ""
    max_body_bytes: int = 10_000_000
    timeout_seconds: float = 10.0
    index_requests: int = 40
    retry_after_seconds: int = 5
    rate_limit_window_seconds: int = 60
    rate_limit_requests: int = 1200
    rate_limit_anonymous_requests: int = 600
    key_hold_seconds: float = 5.0
    index_pushed: bool = True
    stop_seconds: float = 10.0
    languages_hold_seconds: float = 10.0
    metrics_hold_seconds: float = 30.0
    idempotency_hours: int = 24
    max_export_articles: int = 1_000_000
    feed_articles: int = 50
