"""The marks of a reader's comment: lines that name its number, its author or its time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import re2

from ingest.clean.lines import Line
from ingest.clean.moments import AGO, DATE, DAY, MOMENT, MONTH_DAY, TIME, WEEKDAY

Kind = Literal["number", "says", "dated", "trailer", "time", "pingback"]
_MOST_CHARS = 140
_LISTED = r"(?:(?P<number>\d{1,5})[.)]\s+|#?(?P<number2>\d{1,5})\s+|[•*>»-]\s+)?"
_AUTHOR = r"(?P<author>[^\s|.!?,:;][^|!?:;]*?)"
_MOST_AUTHOR_CHARS = 60
_NO_AUTHOR = ("published", "updated", "last updated", "posted", "modified", "created", "first published", "by ", "on ")
_AT = r"\s*(?:\bat\b|@|-|,|\||\()?\s*"
_SAYS = (
    "says|said|wrote|writes|commented|replied|added|responded|sagt"
    "|schreibt|schrieb|meint|dit|a écrit|dice|dijo|escribió"
    "|disse|diz|scrive|zegt|schreef|skriver|pisze"
)
_SOURCES: tuple[tuple[Kind, str], ...] = (
    ("number", r"comment (?:number|no\.?|#)\s*(?P<number>\d{1,5})\s*[.:]?|#(?P<number2>\d{1,5})[.:]?"),
    ("pingback", rf"{_LISTED}(?P<author>pingback|trackback):.*"),
    ("says", rf"(?:on )?(?P<time>{DATE})\s*[/|,·-]\s*{_AUTHOR}\s+(?:{_SAYS})\s*[:,]?"),
    ("says", rf"{_LISTED}{_AUTHOR}\s*\(?(?:{_SAYS})(?:\s*:|\s*\.\.\.|\s*…|,)"),
    ("says", rf"{_LISTED}{_AUTHOR}\s+(?:{_SAYS}),?\s+(?:on |at )?(?P<time>{MOMENT})\s*:?"),
    (
        "trailer",
        rf"(?:comment\s*#?\d+\s*[-:]?\s*)?(?:posted|comment(?:ed)?|submitted|written|left)\s*(?:by)?:?\s+{_AUTHOR}\s*(?:\||,|\bon\b|\bat\b|-|\s\s)\s*(?P<time>{MOMENT}).*",
    ),
    ("trailer", rf"(?:written )?by:?\s+{_AUTHOR}\s*(?:\||,|\bon\b|\bat\b|-)\s*(?P<time>{MOMENT})\.?"),
    ("dated", rf"on (?P<time>{DATE}\s*(?:at|@|-|,|\|)?\s*{TIME})\s+(?P<author>[^|!?:;.]+)"),
    ("dated", rf"(?P<time>{DATE}(?:\s*(?:at|@|-|,|\|)?\s*{TIME})?)\s*(?:\||-)\s*(?P<author>[^|!?:;.]+)"),
    ("time", rf"(?P<time>{AGO}\s*\(\s*{TIME}\s*\))"),
    ("time", rf"(?:posted|on|at|,|\||-|\s)*(?P<time>{MOMENT})(?:\s.*)?"),
    (
        "dated",
        rf"{_LISTED}{_AUTHOR}\s+(?:\||,|on\s|·|-)?\s*(?P<time>{DATE}{_AT}{TIME}\)?)(?:\s.*)?",
    ),
    ("dated", rf"{_LISTED}{_AUTHOR}(?:\||,|·|-)?\s*(?P<time>{DAY}{_AT}{TIME}\)?)(?:\s.*)?"),
    ("dated", rf"by\s+{_AUTHOR}\s+\(\d+\)(?:\s+on\s+(?P<time>.*\d).*)?"),
    ("dated", rf"{_LISTED}{_AUTHOR},?\s+(?:on\s)?(?P<time>{WEEKDAY},?\s+{MONTH_DAY},?{_AT}{TIME}\)?)(?:\s.*)?"),
    ("dated", rf"{_LISTED}{_AUTHOR}\s+{AGO}\s*\(\s*(?P<time>{TIME})\)"),
    ("says", rf"{_AUTHOR}\s+(?:{_SAYS})\s*:\s*(?P<time>{DATE})"),
    ("says", rf"(?:on |at )?(?P<time>{MOMENT}),?\s+{_AUTHOR}\s+(?:{_SAYS})(?:\s*:|\s*\.\.\.|\s*…|,)"),
)
# Shapes that a dateline, a link or a product may have too (`ann_lee`): marks only where they recur.
_FAINT: tuple[tuple[Kind, str], ...] = (
    ("dated", rf"{_LISTED}{_AUTHOR}\s*(?:\||,\s+on\b|,|·|-|\bon\b)\s*(?P<time>{DATE})[.,]?(?:\s+@\S+)?"),
    ("time", rf"(?P<time>{DATE})[.,]?"),
    ("says", r"(?-i:(?P<author>\p{L}+[\d_][\w-]{0,20}|\p{Lu}?\p{Ll}+\p{Lu}\p{Ll}\w{2,20}))"),
    ("dated", r"(?P<time>https?://\S+)\s+(?P<author>[^|!?:;]+)"),
)
_FEWEST_FAINT = 4
_MOST_LINES_BETWEEN_FAINT = 15
_OPTIONS = re2.Options()
_OPTIONS.max_mem = 64 << 20
_SET = re2.Set.FullMatchSet(_OPTIONS)
_PATTERNS = []
for _kind, _source in (*_SOURCES, *_FAINT):
    _SET.Add("(?i)" + _source)
    _PATTERNS.append((_kind, re2.compile("(?i)" + _source, _OPTIONS)))
_SET.Compile()


@dataclass(frozen=True, slots=True)
class Mark:
    """A line that marks a comment, and what it names."""

    line: Line
    kind: Kind
    number: int | None = None
    author: str | None = None
    time: str | None = None


def find_marks(lines: Sequence[Line]) -> list[Mark]:
    """Find the marks among the short lines, in order; a faint shape makes a mark where it recurs."""
    short = (line for line in lines if len(line) <= _MOST_CHARS)
    shapes = [(min(found), line) for line in short if (found := _SET.Match(line.text))]
    recurring = _recurring(shapes)
    read = (_read_mark(line, shape) for shape, line in shapes if shape < len(_SOURCES) or shape in recurring)
    return [mark for mark in read if mark is not None]


def _recurring(shapes: Sequence[tuple[int, Line]]) -> set[int]:
    """Give the faint shapes that occur often and close together, with something said between: fixtures are a list."""
    places: dict[int, list[int]] = defaultdict(list)
    for shape, line in shapes:
        if shape >= len(_SOURCES):
            places[shape].append(line.index)
    return {
        shape
        for shape, at in places.items()
        if len(at) >= _FEWEST_FAINT and 2 * len(at) - 2 <= at[-1] - at[0] <= _MOST_LINES_BETWEEN_FAINT * len(at)
    }


def _read_mark(line: Line, shape: int) -> Mark | None:
    kind, pattern = _PATTERNS[shape]
    fields = pattern.fullmatch(line.text).groupdict()
    number = fields.get("number") or fields.get("number2")
    author = (fields.get("author") or "").strip(" -|·,") or None
    if author is not None and (len(author) > _MOST_AUTHOR_CHARS or author.casefold().startswith(_NO_AUTHOR)):
        return None
    return Mark(line, kind, int(number) if number else None, author, fields.get("time"))
