"""What may weigh beside the words, where the settings say so: how new an article is, and how good. Pure.

Each adds steps of a constant score, which every backend can: up to the whole weight for an article of this moment, half
of it after the half-life and a third after twice that time; and in tenths for quality.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ingest.search.matching import timestamp
from ingest.search.settings import SearchSettings

Body = dict[str, Any]

# Ages at which recency loses a step, in half-lives; beyond the last it adds nothing.
AGES = (0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
QUALITIES = tuple(tenth / 10 for tenth in range(1, 11))


def weigh(settings: SearchSettings, now: datetime | None) -> list[Body]:
    """Make the clauses that add to the score of new and of good articles; none where neither weighs."""
    return [*_recency(settings, now), *_quality(settings.quality_weight)]


def _recency(settings: SearchSettings, now: datetime | None) -> list[Body]:
    if settings.recency_weight <= 0 or now is None:
        return []
    shares = [1 / (1 + age) for age in AGES]
    steps = [share - lower for share, lower in zip(shares, [*shares[1:], 0.0], strict=True)]
    half_life = timedelta(days=settings.recency_half_life_days)
    return [
        _add({"range": {"published_at": {"gte": timestamp(now - half_life * age)}}}, settings.recency_weight * step)
        for age, step in zip(AGES, steps, strict=True)
    ]


def _quality(weight: float) -> list[Body]:
    if weight <= 0:
        return []
    return [_add({"range": {"quality": {"gte": quality}}}, weight / len(QUALITIES)) for quality in QUALITIES]


def _add(condition: Body, score: float) -> Body:
    return {"constant_score": {"filter": condition, "boost": round(score, 6)}}
