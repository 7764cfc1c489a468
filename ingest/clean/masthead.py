"""What stands between the headline and the article: dates in any form, counters, the time of day."""

from __future__ import annotations

from collections.abc import Sequence

import re2

from ingest.clean.frame import Headline
from ingest.clean.ledger import Ledger
from ingest.clean.lines import Line
from ingest.clean.stamps import is_age, is_dated, is_stamp
from ingest.clean.zones import Zones
from ingest.model import SpanClass

DATED = "masthead.dated"
_COUNTER = "masthead.counter"
_LAST_DATED = "masthead.last_dated"
_LAST_COUNTER = "masthead.last_counter"
_TITLE_WORDS = 4
_NUMBER = re2.compile(r"(?i)\d[\d.,]{0,6} ?[km]?\+?")
_CLOCK = re2.compile(r"\d{1,2}[:.]\d{2}")
_BY = re2.compile(r"(?i)(?:by|von|par|por|di|door|av|af|autor\p{L}*|text|текст):? ")


def cut_masthead(lines: Sequence[Line], ledger: Ledger, zones: Zones, headline: Headline | None) -> None:
    """Cut dates and bare numbers between the headline and the first prose, and those that end the text.

    The headline is the one that the address tells, or the first line that is left and has some words.
    """
    free = [line for line in lines[: zones.end] if not ledger.holds(line.start, line.end)]
    first = next((line.index for line in free if len(line.text.split()) >= _TITLE_WORDS), zones.first_prose)
    titled, alike = (headline.index, headline.alike) if headline else (first, frozenset())
    for line in free:
        if titled < line.index < zones.first_prose and line.index not in alike:
            _cut_line(line, ledger)
        elif line.index > zones.last_solid > zones.first_prose and _says_when(line):
            ledger.take(line.start, line.end, SpanClass.METADATA, _LAST_DATED)
    last = free[-1] if free else None
    if last is not None and last.index > zones.first_prose and _NUMBER.fullmatch(last.text):
        before = lines[last.index - 1]
        if before.is_prose or ledger.holds(before.start, before.end):
            ledger.take(last.start, last.end, SpanClass.SHARE, _LAST_COUNTER)


def _cut_line(line: Line, ledger: Ledger) -> None:
    if _NUMBER.fullmatch(line.text):
        ledger.take(line.start, line.end, SpanClass.SHARE, _COUNTER)
    elif is_stamp(line) or _CLOCK.fullmatch(line.text) or is_dated(line):
        by = _BY.match(line.text) is not None
        ledger.take(line.start, line.end, SpanClass.BYLINE if by else SpanClass.METADATA, DATED)


def _says_when(line: Line) -> bool:
    """Tell whether a line is a date with its time or its label: a date alone may be the last of a list of events."""
    return ":" in line.text and is_stamp(line) and not is_age(line)
