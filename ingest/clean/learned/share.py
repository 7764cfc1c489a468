"""A publisher's usual share of body, in steps by capture, so that a document is judged alike however often it comes."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from ingest.clean.learned.counts import PublisherCounts
from ingest.clean.learned.settings import LearnSettings

Step = tuple[int, int]
"""From which capture on, and how many percent."""

_ROUND = 5
_LEAST_CHANGE = 10
_LEAST_DISTANCE = 15
_FENCE = 3
_MOST_STEPS = 50


def measure_usual_share(counts: PublisherCounts, settings: LearnSettings) -> int | None:
    """Give the percent of body under which a document of this publisher is out of the ordinary; None for too few.

    It is Tukey's outer fence under the shares of the window (the lower quartile less three times the distance of the
    quartiles, 15 points at least), rounded down to 5.
    """
    shares = [document.share for document in counts.originals if document.share >= 0]
    if len(shares) < max(2, settings.min_share_documents):
        return None
    lower, _, upper = statistics.quantiles(shares, n=4)
    fence = lower - max(_LEAST_DISTANCE, _FENCE * (upper - lower))
    return max(0, int(fence // _ROUND) * _ROUND)


def add_step(steps: Sequence[Step], share: int | None, capture: int) -> list[Step]:
    """Let a share hold from a capture on that no document has yet, where it is 10 points or more off the last one."""
    moved = share is not None and (not steps or abs(share - steps[-1][1]) >= _LEAST_CHANGE)
    return [*steps, (capture, share)][-_MOST_STEPS:] if moved and share is not None else list(steps)


def share_at(steps: Sequence[Step], capture: int) -> float | None:
    """Give the usual share (0 to 1) that holds for a capture; None before the first step, and outside a lake."""
    held = [share for first, share in steps if first <= capture]
    return held[-1] / 100 if held else None
