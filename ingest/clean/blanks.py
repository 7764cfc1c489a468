"""The blanks around cuts: which of them go too, so that a body has no holes and no two words are glued."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ingest.clean.ledger import gaps
from ingest.model import Span, SpanClass

_SPACE = re.compile(r"\s+")
_RULE = "whitespace"


def close_blanks(text: str, cuts: Sequence[Span]) -> list[Span]:
    """Add to sorted, disjoint cuts the blank spans that they and the text's ends leave behind.

    At the ends of the text all blanks go. Between two kept words the longer of the two sides stays, of it at most one
    blank line; where neither side has any, one blank inside the cut is kept.
    """
    if not cuts and text and not (text[0].isspace() or text[-1].isspace()):
        return []
    spans: list[Span] = []
    for group in _groups(text, cuts):
        spans += _close_group(text, group)
    return spans


def _groups(text: str, cuts: Sequence[Span]) -> Iterator[list[Span]]:
    """Give runs of cuts with nothing but blanks between them; the text's two ends count as empty cuts."""
    ends = [_blank(0, 0), _blank(len(text), len(text))]
    group: list[Span] = ends[:1]
    for cut in [*cuts, ends[1]]:
        if text[group[-1].end : cut.start].strip():
            yield group
            group = []
        group.append(cut)
    yield group


def _close_group(text: str, group: list[Span]) -> Iterator[Span]:
    start, end = group[0].start, group[-1].end
    left, right = start, end + _run_length(text, end)
    while left > 0 and text[left - 1].isspace():
        left -= 1
    keep = _kept_blanks(text, (left, start), (end, right)) if left > 0 and right < len(text) else None
    if keep is None and left > 0 and right < len(text):
        keep = _inner_blank(text, group, start, end)
    pieces = [*group, *(_blank(a, b) for a, b in _blank_gaps(group, left, right))]
    for piece in sorted(pieces, key=lambda each: each.start):
        yield from _without(piece, keep)


def _run_length(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return len(match.group()) if match else 0


def _kept_blanks(text: str, left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int] | None:
    """Choose the side with more line feeds, cut after its second one; None where both are empty."""
    sides = [side for side in (left, right) if side[0] < side[1]]
    if not sides:
        return None
    start, end = max(sides, key=lambda side: text.count("\n", *side))
    second = text.find("\n", text.find("\n", start, end) + 1, end) if text.count("\n", start, end) > 1 else -1
    return start, (second + 1 if second >= 0 else end)


def _inner_blank(text: str, group: Sequence[Span], start: int, end: int) -> tuple[int, int] | None:
    """Find one blank inside a group that stands between two words: the first between its cuts, else inside one."""
    for first, second in pairwise(group):
        if first.end < second.start:
            return first.end, second.start
    match = _SPACE.search(text, start, end)
    return match.span() if match else None


def _blank_gaps(group: Iterable[Span], left: int, right: int) -> Iterator[tuple[int, int]]:
    return gaps((span for span in group if span.start < span.end), left, right)


def _without(span: Span, keep: tuple[int, int] | None) -> Iterator[Span]:
    holes = [_blank(*keep)] if keep else []
    for start, end in gaps(holes, span.start, span.end):
        yield Span(start=start, end=end, span_class=span.span_class, rule=span.rule)


def _blank(start: int, end: int) -> Span:
    return Span(start=start, end=end, span_class=SpanClass.WHITESPACE, rule=_RULE)
