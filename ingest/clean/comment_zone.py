"""The readers' comments of a text: as their marks tell, as the writing tells, or as both do together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ingest.clean.change_point import Judged, Model, Stretch, best_stretch, first_place, judge, load_model, reach
from ingest.clean.layout import name_kinds
from ingest.clean.lines import Line
from ingest.clean.marks import Mark
from ingest.clean.matcher import Hit
from ingest.clean.register import has_voice
from ingest.clean.thread import Thread, find_marked_thread
from ingest.model import SpanClass

CHANGE_POINT = "thread.change_point"
_COMMENT = (SpanClass.COMMENT, SpanClass.COMMENT_UI)
_NAMES = ("handle", "person")
_PROSE = ("prose", "open prose", "sentence", "dated prose")
_SPOKEN = (*_PROSE, "short", "time", "moment")
_LINES_PER_VOICE = 3
_QUOTES = "\"'«"
# What a thread has between its paragraphs, and articles of plain paragraphs do not.
_SIGNS = frozenset({"author", "time", "moment", "handle", "person", "button", "header", "short", "sentence"})
_FEWEST_LINES = 2
_FEWEST_SPOKEN_CHARS = 60
# A zone this many times as long as what stands before it must have authors and many lines to show for it.
_MOST_TIMES_THE_ARTICLE = 3
_FEWEST_LINES_OF_A_LONG_ZONE = 8
# A zone that an article goes on after must be this many times as sure.
_INSIDE = 2.5
_FEWEST_PARAGRAPHS_AFTER = 2


def find_thread(lines: Sequence[Line], marks: Sequence[Mark], hits: Mapping[int, Sequence[Hit]]) -> Thread | None:
    """Find the thread by its marks, by the change point, or from the change point on to where marks say it ends."""
    marked = find_marked_thread(lines, marks, hits)
    first = first_place(lines)
    if first >= len(lines):
        return marked
    kinds = name_kinds(lines, marks, hits)
    if not _may_hold_comments(kinds[first:]):
        return marked
    model = load_model()
    judged = judge(lines, kinds, model)
    stretch = best_stretch(judged, first)
    if marked is not None:
        earlier = stretch.first < marked.first and gain(judged, stretch.first, marked.first) >= model.min_gain
        return _read_thread(lines, marks, judged, range(stretch.first, marked.last + 1)) if earlier else marked
    last = reach(judged, stretch.last, model.max_drop)
    if not is_sure(lines, judged, stretch, last, model):
        return None
    return _read_thread(lines, marks, judged, range(stretch.first, _before_chrome(stretch, last, hits) + 1))


def _may_hold_comments(kinds: Sequence[str]) -> bool:
    """Tell whether lines are worth weighing: readers seldom write long paragraphs alone, and most articles do."""
    return any(kind in _SIGNS for kind in kinds)


def is_sure(lines: Sequence[Line], judged: Judged, stretch: Stretch, last: int, model: Model) -> bool:
    """Tell whether a stretch that reaches to `last` is comments: sure, spoken, and in proportion to the article.

    Where an article goes on after it, it must also be signed: captions and asides stand among paragraphs too.
    """
    after = sum(line.is_prose for line in lines[last + 1 :])
    inside = after >= _FEWEST_PARAGRAPHS_AFTER
    if inside and not _is_signed(judged, stretch):
        return False
    least = model.min_score[judged.side] * (_INSIDE if inside else 1)
    return stretch.score >= least and _is_spoken(lines, judged, stretch) and _is_in_proportion(lines, judged, stretch)


def _is_spoken(lines: Sequence[Line], judged: Judged, stretch: Stretch) -> bool:
    """Tell whether enough is said there that does not stand in quotation marks, as an article's speakers do."""
    inside = range(stretch.first, stretch.last + 1)
    prose = [lines[place] for place in inside if judged.kinds[place] in _PROSE]
    spoken = sum(len(line) for line in prose if line.text[0] not in _QUOTES)
    if len(inside) < _FEWEST_LINES or spoken < max(_FEWEST_SPOKEN_CHARS, sum(map(len, prose)) // 2):
        return False
    # Rows of teasers and entries of a live report are set like comments, but nobody speaks in them.
    return _is_signed(judged, stretch) or sum(has_voice(line.text) for line in prose) * _LINES_PER_VOICE >= len(prose)


def _is_signed(judged: Judged, stretch: Stretch) -> bool:
    return "author" in judged.kinds[stretch.first : stretch.last + 1]


def _is_in_proportion(lines: Sequence[Line], judged: Judged, stretch: Stretch) -> bool:
    """Tell whether a zone is not long beside what stands before it, or has authors' marks and many lines to show."""
    before = sum(map(len, lines[: stretch.first]))
    after = sum(map(len, lines[stretch.first : stretch.last + 1]))
    shown = _is_signed(judged, stretch) and stretch.last - stretch.first >= _FEWEST_LINES_OF_A_LONG_ZONE
    return after <= _MOST_TIMES_THE_ARTICLE * before or shown


def gain(judged: Judged, first: int, later: int) -> float:
    """Give what a zone gains by beginning at `first` rather than `later`."""
    return sum(judged.odds[first:later]) + judged.starts[first] - judged.starts[later]


def _before_chrome(stretch: Stretch, last: int, hits: Mapping[int, Sequence[Hit]]) -> int:
    """Give the last line before other chrome."""
    for place in range(stretch.last + 1, last + 1):
        if any(hit.is_whole and hit.rule.span_class not in _COMMENT for hit in hits.get(place, ())):
            return place - 1
    return last


def _read_thread(lines: Sequence[Line], marks: Sequence[Mark], judged: Judged, zone: range) -> Thread:
    """Make a thread of a zone; where no mark names an author there, short lines above what is said do."""
    inside = [mark for mark in marks if mark.line.index in zone]
    if all(mark.kind == "time" for mark in inside):
        inside = sorted([*inside, *_names(lines, judged.kinds, zone)], key=lambda mark: mark.line.index)
    return Thread(zone[0], zone[-1], tuple(inside), CHANGE_POINT)


def _names(lines: Sequence[Line], kinds: Sequence[str], zone: range) -> Iterator[Mark]:
    for place in zone[:-1]:
        if kinds[place] in _NAMES and kinds[place + 1] in _SPOKEN:
            yield Mark(lines[place], "says", author=lines[place].text)
