"""Where a thread of readers' comments begins and ends, as headers and marks tell."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.clean.lines import Line
from ingest.clean.marks import Mark
from ingest.clean.matcher import Hit
from ingest.clean.moments import reads_as_age
from ingest.model import SpanClass

_HEADER_REACH_LINES = 14
_LINES_PER_MARK = 30
_NAME_CHARS = 60
_FEWEST_TIMES = 3
_MOST_TIMES_THE_ARTICLE = 2
_FEWEST_TURNS = 4
_PRONOUNS = frozenset(("He", "She", "They", "I", "We", "It", "he", "she", "they"))
_CHARS_PER_MARK = 700
_MOST_TRIES = 50
_INITIAL = re.compile(r"\s(?:[^\W\d_]|[JS]r)\.$")
_COMMENT = (SpanClass.COMMENT, SpanClass.COMMENT_UI)


@dataclass(frozen=True, slots=True)
class Thread:
    """Lines `[first, last]` of a text that are readers' comments, the marks among them, and the rule that found it."""

    first: int
    last: int
    marks: tuple[Mark, ...]
    rule: str = "thread.comment"


def find_marked_thread(
    lines: Sequence[Line], marks: Sequence[Mark], hits: Mapping[int, Sequence[Hit]]
) -> Thread | None:
    """Find the thread: from a header that marks follow, else from marks that name authors after the article."""
    if not marks:
        return None
    start = _find_header(lines, marks, hits)
    if start is None:
        start = _find_unannounced(lines, marks)
    if start is None:
        return None
    inside = _without_quotes([mark for mark in marks if mark.line.index >= start])
    return Thread(start, _find_end(lines, inside, hits), inside)


def _without_quotes(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Leave out `X said:` where comments begin with a name and a time: there it quotes."""
    dated = sum(mark.kind == "dated" for mark in marks)
    quoting = dated > 1 and dated * 2 >= len(marks)
    return tuple(mark for mark in marks if not (quoting and mark.kind == "says" and mark.time is None))


def _find_header(lines: Sequence[Line], marks: Sequence[Mark], hits: Mapping[int, Sequence[Hit]]) -> int | None:
    """Give the first header with a mark soon after it and no article between."""
    places = [mark.line.index for mark in marks]
    for line in lines:
        if any(hit.rule.opens for hit in hits.get(line.index, ())):
            first = bisect_right(places, line.index)
            near = first < len(places) and places[first] - line.index <= _HEADER_REACH_LINES
            if near and not _has_article(lines[line.index + 1 : places[first]]):
                return line.index if _is_in_proportion(lines, line.index, marks[first:]) else None
    return None


def _has_article(lines: Sequence[Line]) -> bool:
    return sum(line.is_prose for line in lines) > 1


def _is_in_proportion(lines: Sequence[Line], start: int, marks: Sequence[Mark]) -> bool:
    """Tell whether what would be comments is small beside the article, or short for each mark that names its author.

    A counter above an article and the times of posts within it would else make comments of the article.
    """
    before = sum(map(len, lines[:start]))
    after = sum(map(len, lines[start:]))
    named = [mark for mark in marks if _author_of(lines, mark) is not None and not is_age(mark)]
    short = len(named) >= _FEWEST_TIMES and len(named) * 2 >= len(marks) and after <= _CHARS_PER_MARK * len(marks)
    return after <= _MOST_TIMES_THE_ARTICLE * before or short


def _find_unannounced(lines: Sequence[Line], marks: Sequence[Mark]) -> int | None:
    """Give the first of the marks that follow prose, run to the end, and are those of comments."""
    prose = next((line.index for line in lines if line.is_prose), len(lines))
    later = [place for place, mark in enumerate(marks) if _start_of(lines, mark) > prose]
    for place in later[:_MOST_TRIES]:
        start, rest = _start_of(lines, marks[place]), marks[place:]
        dense = len(lines) - start <= _LINES_PER_MARK * len(rest)
        if dense and _is_thread(lines, rest) and _is_in_proportion(lines, start, rest):
            return start
    return None


def _is_thread(lines: Sequence[Line], marks: Sequence[Mark]) -> bool:
    """Tell whether marks are those of comments: two that name authors, or one with its time beside it.

    Times alone are not enough: a live report has them too.
    """
    if is_age(marks[0]) or not (any(mark.time for mark in marks) or _is_roll(lines, marks)):
        return False
    named = [mark for mark in marks if _author_of(lines, mark) is not None and not is_age(mark)]
    if not named or named[0] is not marks[0]:
        return False
    return len(named) * 10 >= len(marks) * 4 and (len(named) > 1 or _is_dated(marks, named[0]))


def _is_roll(lines: Sequence[Line], marks: Sequence[Mark]) -> bool:
    """Tell whether marks without times are several readers' turns, not an article that quotes: no quotation follows."""
    turns = [mark for mark in marks if mark.kind == "says" and mark.line.text[:1] not in "\"'"]
    quoted = [mark for mark in turns if _is_quoted(lines, mark.line.index + 1)]
    names = {mark.author for mark in turns}
    return len(turns) >= _FEWEST_TURNS and len(names) * 2 >= len(turns) and not quoted and not names & _PRONOUNS


def _is_quoted(lines: Sequence[Line], index: int) -> bool:
    return index >= len(lines) or lines[index].text[0] in "\"'«-"


def _is_dated(marks: Sequence[Mark], mark: Mark) -> bool:
    """Tell whether a lone `says` has its time on the next line."""
    return mark.kind == "says" and any(each.kind == "time" and each.line.index == mark.line.index + 1 for each in marks)


def is_age(mark: Mark) -> bool:
    """Tell whether a mark is no more than an age (`3 hours ago`), which teasers carry too."""
    return mark.kind == "time" and mark.time is not None and reads_as_age(mark.time)


def _author_of(lines: Sequence[Line], mark: Mark) -> str | None:
    """Give the author that a mark names, or the short line before a mere time."""
    if mark.author or mark.kind == "number":
        return mark.author or ""
    before = lines[mark.line.index - 1] if mark.line.index else None
    return before.text if before is not None and is_name(before) else None


def is_name(line: Line) -> bool:
    """Tell whether a line may be an author's name: short, and no sentence (`Irena K.` is none)."""
    return (
        len(line) <= _NAME_CHARS
        and (not line.is_sentence or _INITIAL.search(line.text) is not None)
        and not line.text.endswith(":")
        and len(line.text.split()) <= 6
    )


def _start_of(lines: Sequence[Line], mark: Mark) -> int:
    """Give the line where the comment of a first mark begins: a trailing mark's is the paragraph before it."""
    before = lines[mark.line.index - 1] if mark.line.index else None
    back = mark.kind == "trailer" or (mark.kind == "time" and before is not None and is_name(before))
    return max(0, mark.line.index - back)


def _find_end(lines: Sequence[Line], marks: Sequence[Mark], hits: Mapping[int, Sequence[Hit]]) -> int:
    """Give the last line: the interface line that closes the last comment, else the line before other chrome."""
    last = marks[-1].line.index
    if marks[-1].kind == "trailer":
        return last
    closing = [line.index for line in lines[last + 1 :] if _is_interface(hits.get(line.index, ()))]
    if closing and _are_closed(marks, hits):
        return _run_of_interface(lines, closing[0], hits)
    for line in lines[last + 1 :]:
        if any(hit.is_whole and hit.rule.span_class not in _COMMENT for hit in hits.get(line.index, ())):
            return line.index - 1
    return len(lines) - 1


def _are_closed(marks: Sequence[Mark], hits: Mapping[int, Sequence[Hit]]) -> bool:
    """Tell whether comments usually end with a line of the interface (`Reply`)."""
    before = [_is_interface(hits.get(mark.line.index - 1, ())) for mark in marks[1:] if mark.kind != "time"]
    return len(before) == 0 or sum(before) * 2 >= len(before)


def _run_of_interface(lines: Sequence[Line], start: int, hits: Mapping[int, Sequence[Hit]]) -> int:
    end = start
    while end + 1 < len(lines) and _is_interface(hits.get(end + 1, ())):
        end += 1
    return end


def _is_interface(hits: Sequence[Hit]) -> bool:
    return any(hit.rule.span_class is SpanClass.COMMENT_UI and hit.is_whole for hit in hits)
