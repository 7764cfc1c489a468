"""What may be set about the lake."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeSettings:
    """Where the lake is, and how long to wait for it.

    Attributes:
        url: The folder that holds the lake; it is created where it is missing.
        lock_timeout_seconds: How long to wait while another process writes to the lake.
    """

    url: str = ".broadsheet/lake"
    lock_timeout_seconds: float = 30.0
