"""Names that are bylines only by where they stand: beside a date line, or at the head of a note about the author."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import re2

from ingest.clean.byline import read_authors
from ingest.clean.ledger import Ledger
from ingest.clean.lines import Line
from ingest.clean.zones import Zones
from ingest.model import SpanClass

BESIDE_DATE = "signature.beside_date"
_ABOUT_AUTHOR = "signature.about_author"
_NAME = re2.compile(
    r"^(?:[•*-] )?\p{Lu}[\p{L}.'-]+(?: \p{Lu}[\p{L}.'-]*){1,3}"
    r"(?:,? (?:\p{L}+ ){0,3}(?i:editor|correspondent|reporter|writer|columnist|analyst|director|producer|journalist"
    r"|contributor)|, \p{Lu}{3,}(?: \p{Lu}{2,})*)?$"
)
_REPORTED = re2.compile(r"(?i)\b(?:said|says|told|added|asked)\b")
_MOST_CHARS = 60


def cut_signatures(lines: Sequence[Line], ledger: Ledger, zones: Zones) -> None:
    """Cut the author's name beside a date line and below a headline, and paragraphs about the author in the tail."""
    cuts = {span.start: span.span_class for span in ledger}
    dated = {line.index for line in lines if cuts.get(line.start) is SpanClass.METADATA}
    titled = next((line.index for line in lines if not ledger.holds(line.start, line.end)), len(lines))
    for line in lines[: zones.end]:
        beside = line.index > titled and not dated.isdisjoint((line.index - 1, line.index + 1))
        if beside and zones.hold(line.index, "head") and len(line) <= _MOST_CHARS and _is_name(line):
            ledger.take(line.start, line.end, SpanClass.BYLINE, BESIDE_DATE)
    authors = _known_authors(lines, cuts)
    for line in lines[: zones.end] if authors else ():
        if not zones.hold(line.index, "tail") or ledger.holds(line.start, line.end):
            continue
        headed = cuts.get(lines[line.index - 1].start) is SpanClass.BYLINE
        if _is_about(line, authors) or (headed and _names(line, authors)):
            ledger.take(line.start, line.end, SpanClass.BYLINE, _ABOUT_AUTHOR)


def _is_name(line: Line) -> bool:
    return _NAME.search(line.text) is not None and not line.text.startswith("The ")


def _known_authors(lines: Iterable[Line], cuts: dict[int, SpanClass]) -> tuple[str, ...]:
    names = (name for line in lines if cuts.get(line.start) is SpanClass.BYLINE for name in read_authors(line.text))
    return tuple({name.casefold() for name in names if " " in name})


def _is_about(line: Line, authors: tuple[str, ...]) -> bool:
    return line.text.casefold().startswith(authors) and _REPORTED.search(line.text) is None


def _names(line: Line, authors: tuple[str, ...]) -> bool:
    """Tell whether a paragraph that stands below a byline names its author: a note about her, under its heading."""
    text = line.text.casefold()
    return any(author in text for author in authors) and _REPORTED.search(line.text) is None
