"""The metric of scrapinghub/article-extraction-benchmark, and what of given snippets a text holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import mean

SHINGLE = 4
_TOKEN = re.compile(r"\w+")


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Count a text's runs of four words; of a shorter text the one run there is."""
    words = _TOKEN.findall(text)
    if len(words) < SHINGLE:
        return Counter([tuple(words)] if words else [])
    return Counter(tuple(words[place : place + SHINGLE]) for place in range(len(words) - SHINGLE + 1))


def precision_recall(gold: str, given: str) -> tuple[float, float]:
    """Compare two texts by their shingles."""
    wanted, found = shingles(gold), shingles(given)
    common = (wanted & found).total()
    if not wanted and not found:
        return 1.0, 1.0
    return common / found.total() if found else 0.0, common / wanted.total() if wanted else 0.0


def shingle_f1(pairs: Sequence[tuple[float, float]]) -> float:
    """Average precision and recall over documents, then take the harmonic mean."""
    precision, recall = mean(pair[0] for pair in pairs), mean(pair[1] for pair in pairs)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def words_held(snippets: Iterable[str], text: str) -> tuple[int, int]:
    """Count the words of those snippets that the text holds whole, and the words of all."""
    flat = " ".join(_TOKEN.findall(text))
    held = total = 0
    for snippet in snippets:
        words = _TOKEN.findall(snippet)
        total += len(words)
        held += len(words) if words and f" {' '.join(words)} " in f" {flat} " else 0
    return held, total


def holds(text: str, snippet: str) -> int:
    """Count how often a text holds a snippet, letters and digits taken alone."""
    wanted = "".join(_TOKEN.findall(snippet))
    return "".join(_TOKEN.findall(text)).count(wanted) if wanted else 0


def snippets_lost(snippets: Iterable[str], text: str) -> tuple[int, int]:
    """Count the snippets that the text lacks, and all of them; white space is taken as equal."""
    flat = "".join(text.split())
    wanted = ["".join(snippet.split()) for snippet in snippets]
    return sum(snippet not in flat for snippet in wanted), len(wanted)
