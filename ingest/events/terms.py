"""The terms of an article, and how rare each is in its language.

Weights are TF-IDF with a logarithm on both sides (Salton and Buckley 1988, `ltc`): counts of one article are damped, a
term is worth what it tells apart, and a vector has length 1.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.events.settings import EventSettings

Vector = dict[str, float]

_WORD = re.compile(r"[^\W_]{2,40}")
# Shorter words of scripts with spaces are articles and prepositions before they are names.
_FEWEST_LETTERS = 3
# Scripts without spaces: their words are told by pairs of neighbours.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")
# Articles that are taken as seen without any term, so that the first of a language are compared by more than chance.
_PRIOR = 100
# An event is told in an article's beginning; what follows is background that other events share.
MOST_CHARACTERS = 6_000


def count_terms(title: str | None, body: str, settings: EventSettings) -> Counter[str]:
    """Count an article's terms in lower case, those of its title several times; only its beginning is read."""
    terms = Counter(_split(body[:MOST_CHARACTERS]))
    for term in _split((title or "")[:MOST_CHARACTERS]):
        terms[term] += settings.title_weight
    return terms


def _split(text: str) -> list[str]:
    terms: list[str] = []
    for word in _WORD.findall(text.casefold()):
        if run := _UNSPACED.search(word):
            terms += [run[0][place : place + 2] for place in range(max(1, len(run[0]) - 1))]
        elif len(word) >= _FEWEST_LETTERS:
            terms.append(word)
    return terms


@dataclass(slots=True)
class TermCounts:
    """How many articles of one language were seen, and how many of them had each term; bounded."""

    documents: int = 0
    terms: Counter[str] = field(default_factory=Counter)

    def add(self, terms: Mapping[str, int], most: int) -> None:
        """Count one article; of more than twice as many terms as are kept, forget the rarest."""
        self.documents += 1
        self.terms.update(terms.keys())
        if len(self.terms) > 2 * most:
            self.terms = Counter(dict(self.terms.most_common(most)))

    def merge(self, other: TermCounts, most: int) -> None:
        """Add what another has counted."""
        self.documents += other.documents
        self.terms.update(other.terms)
        self.terms = Counter(dict(self.terms.most_common(most)))

    def weigh(self, terms: Mapping[str, int], most: int) -> Vector:
        """Give an article's vector: its heaviest terms, of length 1."""
        weights = {
            term: (1 + math.log(count)) * math.log((self.documents + _PRIOR) / (self.terms[term] + 0.5))
            for term, count in terms.items()
        }
        heaviest = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
        # Thousands of events hold these terms: one string for all of them.
        return normalise({sys.intern(term): weight for term, weight in heaviest if weight > 0})


def normalise(vector: Vector) -> Vector:
    """Give a vector the length 1; an empty one stays empty."""
    length = math.sqrt(sum(weight * weight for weight in vector.values()))
    return {term: weight / length for term, weight in vector.items()} if length else {}
