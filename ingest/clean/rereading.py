"""The comments of a text after a person's corrections: those that a correction touched are read anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ingest.clean.comments import parse_thread
from ingest.clean.corrections import HAND_CUT, Corrected
from ingest.clean.lines import split_lines
from ingest.clean.marks import find_marks
from ingest.clean.matcher import Hit, Matcher, Matchers
from ingest.clean.thread import Thread
from ingest.model import Comment, Span, SpanClass

_THREAD = (SpanClass.COMMENT, SpanClass.COMMENT_UI)

Place = tuple[int, int]


def reread_comments(
    text: str, comments: Sequence[Comment], corrected: Corrected, matcher: Matcher | Matchers
) -> list[Comment]:
    """Give the comments that the cuts hold now: untouched ones as they were, the rest read from what is still cut."""
    touched = [each for each in comments if any(_overlap(_place_of(each), place) for place in corrected.decided)]
    by_hand = [_place(cut) for cut in corrected.cuts if cut.rule == HAND_CUT and cut.span_class is SpanClass.COMMENT]
    within = [*map(_place_of, touched), *by_hand]
    read = [
        comment
        for start, end in _threads(text, corrected.cuts)
        for place in _merge(text, _clip(within, start, end))
        for comment in _read(text, place, matcher)
    ]
    return sorted([*(each for each in comments if each not in touched), *read], key=_place_of)


def _threads(text: str, cuts: Iterable[Span]) -> list[Place]:
    """Give the stretches that are cut as readers' comments."""
    return _merge(text, (_place(cut) for cut in cuts if cut.span_class in _THREAD))


def _merge(text: str, places: Iterable[Place]) -> list[Place]:
    """Join places that overlap or have only blanks between them."""
    merged: list[Place] = []
    for start, end in sorted(places):
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged


def _clip(places: Iterable[Place], start: int, end: int) -> Iterator[Place]:
    clipped = ((max(a, start), min(b, end)) for a, b in places)
    return ((a, b) for a, b in clipped if a < b)


def _read(text: str, place: Place, matcher: Matcher | Matchers) -> list[Comment]:
    """Read a stretch as a thread."""
    start, end = place
    lines = [replace(line, start=line.start + start, end=line.end + start) for line in split_lines(text[start:end])]
    if not lines:
        return []
    hits: dict[int, list[Hit]] = defaultdict(list)
    for hit in matcher.match(lines):
        hits[hit.line.index].append(hit)
    return parse_thread(text, lines, Thread(0, len(lines) - 1, tuple(find_marks(lines))), hits)


def _place(span: Span) -> Place:
    return span.start, span.end


def _place_of(comment: Comment) -> Place:
    return comment.start or 0, comment.end or 0


def _overlap(one: Place, other: Place) -> bool:
    return one[0] < other[1] and other[0] < one[1]
