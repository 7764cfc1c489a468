"""How good a ranking is, and whether one system is better than another by more than chance."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Sequence

DEPTH = 10


def ndcg(ranking: Sequence[str], relevant: Collection[str], depth: int = DEPTH) -> float:
    """Give nDCG of the first `depth` ids with binary relevance (Jarvelin and Kekalainen, 2002); 0 to 1."""
    gain = sum(1 / math.log2(place + 2) for place, id_ in enumerate(ranking[:depth]) if id_ in relevant)
    best = sum(1 / math.log2(place + 2) for place in range(min(depth, len(relevant))))
    return gain / best if best else 0.0


def randomization_p(first: Sequence[float], second: Sequence[float], rounds: int = 10_000, seed: int = 0) -> float:
    """Give the two-sided p of the mean difference by paired randomisation (Smucker et al., 2007)."""
    differences = [a - b for a, b in zip(first, second, strict=True)]
    observed = abs(sum(differences))
    chance = random.Random(seed)
    as_large = sum(
        abs(sum(d if chance.random() < 0.5 else -d for d in differences)) >= observed - 1e-12 for _ in range(rounds)
    )
    return as_large / rounds
