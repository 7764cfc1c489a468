"""What the dictionary of a tantivy index says of words: those that mark a sample, and those that were meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tantivy import Searcher

from ingest.index.backends.tantivy_analysis import exact_analyzer

Body = Mapping[str, Any]
MOST_EDITS = 2


def find_significant(searcher: Searcher, texts: Iterable[str], options: Body) -> list[dict[str, Any]]:
    """Give the words that are commoner in the texts than in the index, by the score of JLH, best first."""
    sets = [set(exact_analyzer().terms(text)) for text in texts]
    counts = Counter(term for terms in sets for term in terms)
    everything, sample = max(1, searcher.num_docs), max(1, len(sets))
    found: list[dict[str, Any]] = []
    for term, count in counts.items():
        if count < options.get("min_doc_count", 3):
            continue
        background = max(count, searcher.doc_freq(options["field"], term))
        here, there = count / sample, background / everything
        if here > there:
            score = (here - there) * (here / there)
            found.append({"key": term, "doc_count": count, "bg_count": background, "score": score})
    return sorted(found, key=lambda bucket: (-bucket["score"], bucket["key"]))[: options.get("size", 10)]


def suggest_words(searcher: Searcher, text: str, options: Body) -> list[dict[str, Any]]:
    """Give, for each word that the index does not hold, those that it does and that are nearly the same."""
    entries = []
    for word in exact_analyzer().terms(text):
        options_of = _suggest(searcher, word, options) if len(word) >= options.get("min_word_length", 4) else []
        entries.append({"text": word, "options": options_of})
    return entries


def _suggest(searcher: Searcher, word: str, options: Body) -> list[dict[str, Any]]:
    field = options["field"]
    if searcher.doc_freq(field, word):
        return []
    found: list[dict[str, Any]] = []
    for term, count in searcher.terms_with_prefix(field, word[: options.get("prefix_length", 1)]):
        if abs(len(term) - len(word)) <= MOST_EDITS and (edits := count_edits(word, term)) <= MOST_EDITS:
            found.append({"text": term, "freq": count, "score": 1 - edits / min(len(word), len(term))})
    return sorted(found, key=lambda each: (-each["score"], -each["freq"], each["text"]))[: options.get("size", 5)]


def count_edits(first: Sequence[str], second: Sequence[str], most: int = MOST_EDITS) -> int:
    """Count the letters to put in, take out, change or swap with the next; `most` + 1 where there are more.

    The optimal string alignment distance (Damerau, 1964).
    """
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, start=1):
        before, row, last = row, [i], before
        for j, other in enumerate(second, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
