"""What two cleanings of one text leave differently, by word, with a little of what both leave around it.

Both bodies come from one text, so the difference follows from the spans and need not be searched for.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ingest.model import Span

_CONTEXT_WORDS = 8
_WORD = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch that both leave (`=`), that only the first leaves (`-`) or only the second (`+`), and whose rule.

    `start` is where it begins in the text, in code points; what both cut is left out of `text`.
    """

    sign: str
    start: int
    text: str
    rule: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Give its fields by name."""
        return {"sign": self.sign, "text": self.text, "rule": self.rule}


def diff_bodies(text: str, before: Sequence[Span], after: Sequence[Span]) -> list[list[Piece]]:
    """Give the changes between what two ledgers leave of a text, as hunks of pieces in order."""
    return list(_cut_hunks(list(_unite(_compare(text, before, after)))))


def _compare(text: str, before: Sequence[Span], after: Sequence[Span]) -> Iterator[Piece]:
    edges = {0, len(text), *(edge for spans in (before, after) for span in spans for edge in (span.start, span.end))}
    for start, end in pairwise(sorted(edges)):
        first, second = _find(before, start), _find(after, start)
        if first is None or second is None:
            sign = "-" if second else "+" if first else "="
            owner = second or first
            yield Piece(sign, start, text[start:end], owner.rule if owner else None)


def _find(spans: Sequence[Span], at: int) -> Span | None:
    place = bisect_right(spans, at, key=lambda span: span.start) - 1
    return spans[place] if place >= 0 and spans[place].end > at else None


def _unite(pieces: Iterable[Piece]) -> Iterator[Piece]:
    last: Piece | None = None
    for piece in pieces:
        if last is not None and (last.sign, last.rule) == (piece.sign, piece.rule):
            last = Piece(last.sign, last.start, last.text + piece.text, last.rule)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _cut_hunks(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Shorten what is common to the words next to a change, and begin a new hunk where words are left out."""
    hunk: list[Piece] = []
    for place, piece in enumerate(pieces):
        if piece.sign != "=":
            hunk.append(piece)
            continue
        words = list(_WORD.finditer(piece.text))
        is_first, is_last = place == 0, place == len(pieces) - 1
        if not is_first and not is_last and len(words) <= 2 * _CONTEXT_WORDS:
            hunk.append(piece)
            continue
        if not is_first:
            yield [*hunk, _part(piece, 0, words[_CONTEXT_WORDS].start() if len(words) > _CONTEXT_WORDS else None)]
        hunk = []
        if not is_last:
            hunk = [_part(piece, words[-_CONTEXT_WORDS].start() if len(words) >= _CONTEXT_WORDS else 0, None)]
    if any(piece.sign != "=" for piece in hunk):
        yield hunk


def _part(piece: Piece, start: int, end: int | None) -> Piece:
    return Piece(piece.sign, piece.start, piece.text[start:end])
