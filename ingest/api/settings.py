"""What may be set about the API."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """What one request may send, and when a caller is told to come again.

    Attributes:
        max_body_bytes: Longest body of a request, in bytes.
        retry_after_seconds: How long a caller is told to wait while the index does not answer.
    """

    max_body_bytes: int = 10_000_000
    retry_after_seconds: int = 5
