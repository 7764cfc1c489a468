"""Chooses the weight of exact forms on half of the queries, and tells what it is worth on the other half."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from benchmarks.elasticsearch import find_server
from benchmarks.relevance.ranking import (
    COLLECTIONS,
    SETTINGS,
    Scores,
    compare,
    indexed,
    mean_of,
    score,
    take_half,
)

WEIGHTS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
CHOSEN_ON, TESTED_ON = "chosen_on", "tested_on"


def tune(url: str | None = None, weights: Sequence[float] = WEIGHTS) -> dict[str, Any]:
    """Score every weight on Elasticsearch; give the best on the first half, with its difference on the second."""
    scores: dict[float, dict[str, Scores]] = {weight: {} for weight in weights}
    with find_server(url) as address:
        for collection in COLLECTIONS:
            with indexed(collection, address) as place:
                for weight in weights:
                    scores[weight][collection] = score(collection, place, replace(SETTINGS, exact_weight=weight))
    means = {weight: mean_of(take_half(scores[weight], CHOSEN_ON)) for weight in weights}
    best = max(means, key=lambda weight: (means[weight], -weight))
    return {
        "chosen_on": means,
        "best": best,
        "tested_on": {weight: mean_of(take_half(scores[weight], TESTED_ON)) for weight in weights},
        "p_of_best_against_none": compare(pool(scores[best]), pool(scores[0.0])),
        "p_of_best_against_default": compare(pool(scores[best]), pool(scores[SETTINGS.exact_weight])),
    }


def pool(scores: dict[str, Scores]) -> Scores:
    """Give the queries of the second half of all collections as one."""
    half = take_half(scores, TESTED_ON)
    return {f"{name} {query}": value for name, by_query in half.items() for query, value in by_query.items()}
