"""Logistic regression over sparse features, by AdaGrad with L2; the same rows give the same weights."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

EPOCHS = 8
# The last row seen weighs on a weight; the mean over the last epochs is steadier.
AVERAGED_EPOCHS = 4
RATE = 0.3
DECAY = 2e-5
Row = tuple[Mapping[str, float], bool, float]


@dataclass(slots=True)
class _State:
    weights: list[float]
    squares: list[float]


def fit(rows: Sequence[Row], seed: int) -> dict[str, float]:
    """Fit weights to rows of (features, label, weight); the bias is the feature named ``."""
    places: dict[str, int] = {"": 0}
    packed = [
        ([(places.setdefault(name, len(places)), value) for name, value in (*each.items(), ("", 1.0))], label, weight)
        for each, label, weight in rows
    ]
    rng = random.Random(seed)
    state = _State([0.0] * len(places), [1.0] * len(places))
    totals = [0.0] * len(places)
    for epoch in range(EPOCHS):
        rng.shuffle(packed)
        for row in packed:
            _step(state, row)
        if epoch >= EPOCHS - AVERAGED_EPOCHS:
            totals = [total + weight for total, weight in zip(totals, state.weights, strict=True)]
    return {name: totals[place] / AVERAGED_EPOCHS for name, place in places.items()}


def _step(state: _State, row: tuple[list[tuple[int, float]], bool, float]) -> None:
    features, label, weight = row
    weights, squares = state.weights, state.squares
    total = sum([weights[place] * value for place, value in features])
    error = (1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - label) * weight
    for place, value in features:
        slope = error * value + DECAY * weights[place]
        squares[place] += slope * slope
        weights[place] -= RATE * slope / math.sqrt(squares[place])
