"""The span algebra: disjoint cuts over a text, the body that they leave, and the law that both obey."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ingest.errors import ConservationLawBroken
from ingest.model import Cleaning, Span, SpanClass

_LAYOUT = (SpanClass.WHITESPACE, SpanClass.CONTROL)


class Ledger:
    """Disjoint cuts, first come first served: a later cut gets what no earlier one holds."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._spans: list[Span] = []

    def __iter__(self) -> Iterator[Span]:
        return iter(self._spans)

    def __bool__(self) -> bool:
        return bool(self._spans)

    def take(self, start: int, end: int, span_class: SpanClass, rule: str) -> None:
        """Cut `[start, end)` where it is still free."""
        at = max(0, bisect_right(self._starts, start) - 1)
        held = [span for span in self._spans[at : bisect_right(self._starts, end)] if span.end > start]
        for gap_start, gap_end in gaps(held, start, end):
            place = bisect_right(self._starts, gap_start)
            self._starts.insert(place, gap_start)
            self._spans.insert(place, Span(start=gap_start, end=gap_end, span_class=span_class, rule=rule))

    def holds(self, start: int, end: int) -> bool:
        """Tell whether any of `[start, end)` is cut."""
        if not self._spans:
            return False
        at = max(0, bisect_right(self._starts, start) - 1)
        return any(span.start < end and span.end > start for span in self._spans[at : at + 2])


def gaps(spans: Iterable[Span], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the stretches of `[start, end)` that sorted, disjoint spans leave free."""
    at = start
    for span in spans:
        if span.start >= end:
            break
        if span.start > at:
            yield at, span.start
        at = max(at, span.end)
    if at < end:
        yield at, end


def splice_out(text: str, spans: Iterable[Span]) -> str:
    """Give what sorted, disjoint spans leave of a text."""
    return "".join(text[start:end] for start, end in gaps(spans, 0, len(text)))


def rebase(spans: Iterable[Span], cuts: Sequence[Span], length: int) -> list[Span]:
    """Move spans over a body onto the text that `cuts` made it from; a span across a cut falls into pieces."""
    kept = list(gaps(cuts, 0, length))
    origins = [0]
    for start, end in kept:
        origins.append(origins[-1] + end - start)
    moved: list[Span] = []
    for span in spans:
        at = bisect_right(origins, span.start) - 1
        while at < len(kept) and origins[at] < span.end:
            shift = kept[at][0] - origins[at]
            start, end = max(span.start, origins[at]) + shift, min(span.end, origins[at + 1]) + shift
            moved.append(Span(start=start, end=end, span_class=span.span_class, rule=span.rule))
            at += 1
    return moved


def unite(spans: Iterable[Span]) -> list[Span]:
    """Join neighbours of one class and rule, also over the blanks and control characters cut between them."""
    united: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        united.append(span)
        while len(united) > 1 and (back := _joinable(united)):
            united[-back:] = [_joined(united[-back], united[-1])]
    return united


def _joinable(spans: list[Span]) -> int:
    last = spans[-1]
    for back in (2, 3, 4):
        if back > len(spans) or spans[-back].end != spans[-back + 1].start:
            return 0
        first = spans[-back]
        if (first.span_class, first.rule) == (last.span_class, last.rule):
            return back
        if first.span_class not in _LAYOUT:
            return 0
    return 0


def _joined(first: Span, last: Span) -> Span:
    return Span(start=first.start, end=last.end, span_class=last.span_class, rule=last.rule)


def verify_conservation(text: str, cleaning: Cleaning) -> None:
    """Raise ConservationLawBroken unless body and spans cover the text exactly once, in order."""
    spans = cleaning.spans
    if any(not 0 <= span.start < span.end <= len(text) for span in spans):
        raise ConservationLawBroken("a span is empty or leaves the text")
    if any(first.end > second.start for first, second in pairwise(spans)):
        raise ConservationLawBroken("two spans overlap or are out of order")
    if splice_out(text, spans) != cleaning.body:
        raise ConservationLawBroken("body and spans do not give the text back")
