"""What kind of line stands where: authors, times, buttons, headers, paragraphs, and what stands around each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate

import re2

from ingest.clean.lines import Line
from ingest.clean.marks import Mark
from ingest.clean.matcher import Hit
from ingest.clean.moments import AGO, DATE, TIME
from ingest.model import SpanClass

_NAME_CHARS = 44
_SHORT_CHARS = 60
_DATED_CHARS = 110
_WINDOW_LINES = 8
_DIGIT = re.compile("[0-9]")
_HANDLE = re.compile(r"@?[a-z][\w.-]{1,24}|@?[A-Za-z][A-Za-z]*[\d_][\w.-]{0,20}|[A-Z]?[a-z]+[A-Z]\w{1,20}")
_PERSON = re.compile(
    r"[^\W\d_][\w'.-]*(?: (?:(?:von|van|de|da|di|le|la|der|den|du|[^\W\d_]\.?|[^\W\d_][\w'.-]+))){0,3}"
)
_OPTIONS = re2.Options()
_OPTIONS.max_mem = 32 << 20
_ELAPSED = (
    r"(?:vor|il y a|hace|há|för) (?:\d+|einem|einer|un|une?|uma?|en) \p{L}+"
    r"|\d+ \p{L}+ (?:her|fa|geleden|sedan|temu|atrás)|\d+ ?(?:d|h|min|mo|yr|w)\b"
)
_MOMENT = re2.compile(rf"(?i)(?:^|[^\p{{L}}\d])(?:{DATE}|{TIME}(?:[^\d]|$)|{AGO}|{_ELAPSED})", _OPTIONS)
_CONTEXT = ("author", "time", "moment", "handle", "person", "button", "prose")


def name_kinds(lines: Sequence[Line], marks: Sequence[Mark], hits: Mapping[int, Sequence[Hit]]) -> list[str]:
    """Name the kind of each line."""
    marked = {mark.line.index: mark for mark in marks}
    return [_kind(line, marked.get(line.index), hits.get(line.index, ())) for line in lines]


def _kind(line: Line, mark: Mark | None, hits: Sequence[Hit]) -> str:
    if mark is not None:
        return "time" if mark.kind == "time" else "author"
    whole = [hit.rule for hit in hits if hit.is_whole]
    if whole:
        if any(rule.opens for rule in whole):
            return "header"
        return "button" if whole[0].span_class is SpanClass.COMMENT_UI else "chrome"
    if len(line) <= _DATED_CHARS and _DIGIT.search(line.text) and _MOMENT.search(line.text):
        return "moment" if len(line) <= _SHORT_CHARS else "dated prose"
    return _kind_of_text(line)


def _kind_of_text(line: Line) -> str:
    if len(line) > _SHORT_CHARS:
        return "prose" if line.is_sentence else "open prose"
    if line.is_entry:
        return "entry"
    if len(line) <= _NAME_CHARS:
        if _HANDLE.fullmatch(line.text):
            return "handle"
        if _PERSON.fullmatch(line.text) and line.text[0].isupper() and not line.text.endswith(".."):
            return "person"
    return "sentence" if line.is_sentence else "short"


def read_layout(lines: Sequence[Line], kinds: Sequence[str]) -> list[dict[str, float]]:
    """Give for each line its kind, the kinds around it, and the share of each kind among the lines near it, by name."""
    padded = ["edge", "edge", *kinds, "edge", "edge"]
    around = [(f"behind:{kind}", f"ahead:{kind}", _shares_around(kinds, kind)) for kind in _CONTEXT if kind in kinds]
    repeated = Counter(line.text for line in lines if len(line) <= _NAME_CHARS)
    found = []
    for place, line in enumerate(lines):
        two_before, before, kind, after, two_after = padded[place : place + 5]
        each = dict.fromkeys(
            (f"kind:{kind}", f"-1:{before}", f"+1:{after}", f"-2:{two_before}", f"+2:{two_after}", f"{before}>{kind}"),
            1.0,
        )
        for name_behind, name_ahead, shares in around:
            behind, ahead = shares[place]
            if behind:
                each[name_behind] = behind
            if ahead:
                each[name_ahead] = ahead
        if repeated.get(line.text, 0) > 1:
            each["repeated"] = 1.0
        if line.indent >= 2:
            each["indent"] = 1.0
        found.append(each)
    return found


def _shares_around(kinds: Sequence[str], kind: str) -> list[tuple[float, float]]:
    """Give the share of lines of a kind among the eight before each line and the eight after it."""
    sums = [0, *accumulate(each == kind for each in kinds)]
    last = len(kinds)
    return [
        (
            (sums[place] - sums[max(0, place - _WINDOW_LINES)]) / _WINDOW_LINES,
            (sums[min(last, place + 1 + _WINDOW_LINES)] - sums[place + 1]) / _WINDOW_LINES,
        )
        for place in range(last)
    ]
