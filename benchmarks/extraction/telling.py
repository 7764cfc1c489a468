"""Which pages a figure of extraction comes from, with what they lost and what was left in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.corpora import read_lines
from benchmarks.extraction.metrics import shingles, snippets_lost, words_held
from benchmarks.extraction.scoring import GOLD, SNIPPETS, ours

MOST_PAGES = 5
_SHOWN_WORDS = 16

Told = tuple[float, str]


def explain(figure: str) -> list[str]:
    """Name the worst pages of a figure, each with the first words that it lost or that were left."""
    name, _, measured = figure.partition(".")
    if name in GOLD:
        told = [tell_page(row, place) for place, row in enumerate(read_lines(f"html/{name}.jsonl.gz"))]
    elif name == SNIPPETS:
        told = [tell_snippets(row, place, measured) for place, row in enumerate(read_lines(f"html/{name}.jsonl.gz"))]
    else:
        return []
    return [said for harm, said in sorted(told, reverse=True)[:MOST_PAGES] if harm > 0]


def tell_page(row: dict[str, Any], place: int) -> Told:
    """Tell what of a page's article is missing and what stands in it besides, in runs of four words."""
    wanted, found = shingles(row["body"]), shingles(ours(row["html"])[0])
    lost, left = list((wanted - found).elements()), list((found - wanted).elements())
    harm = (len(lost) + len(left)) / max(1, wanted.total() + found.total())
    return harm, f"page {place} ({row['url']}): lost {len(lost)} {quote(lost)}; left {len(left)} {quote(left)}"


def quote(runs: Sequence[tuple[str, ...]]) -> str:
    """Give the beginning of what runs of words cover."""
    return repr(" ".join(run[0] for run in runs[:_SHOWN_WORDS]))


def tell_snippets(row: dict[str, Any], place: int, measured: str) -> Told:
    """Tell which snippets a page lost, or which of its comments stand in the article."""
    text = ours(row["html"])[0]
    if measured == "body_snippets_lost":
        gone = [each for each in row["with_"] if snippets_lost([each], text)[0]]
        return len(gone), f"page {place} ({row.get('url')}): lost {gone[:3]!r}"
    leaked = [each for each in row["comments"] if words_held([each], text)[0]]
    return sum(map(len, leaked)), f"page {place} ({row.get('url')}): comments left {[e[:90] for e in leaked[:3]]!r}"
