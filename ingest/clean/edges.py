"""Short lines that are no sentences, at the edges of an article: menus, labels, teasers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.clean.ledger import Ledger
from ingest.clean.lines import Line
from ingest.clean.zones import Zones
from ingest.model import SpanClass

_HEAD_RULE = "edge.section_label"
_TAIL_RULE = "edge.short_run"
_LABEL_CHARS = 24
_LABEL_WORDS = 2
_HEADLINE_WORDS = 4
_TAIL_LINE_CHARS = 140
_FEWEST_TAIL_LINES = 4


def cut_edges(lines: Sequence[Line], ledger: Ledger, zones: Zones) -> None:
    """Cut section labels above a headline and runs of short lines after the article; the article itself is prose."""
    free = [line for line in lines[: zones.end] if not ledger.holds(line.start, line.end)]
    for line in _section_labels(free):
        ledger.take(line.start, line.end, SpanClass.NAVIGATION, _HEAD_RULE)
    for line in _tail_run(free):
        ledger.take(line.start, line.end, SpanClass.RELATED, _TAIL_RULE)


def _section_labels(lines: Sequence[Line]) -> Iterable[Line]:
    """Give the one or two short lines before a headline that has prose after it."""
    for place in (1, 2):
        if len(lines) > place + 1 and all(_is_label(line) for line in lines[:place]) and _is_headline(lines[place]):
            return lines[:place]
    return ()


def _is_label(line: Line) -> bool:
    return len(line) <= _LABEL_CHARS and len(line.text.split()) <= _LABEL_WORDS and line.text[-1].isalnum()


def _is_headline(line: Line) -> bool:
    return len(line.text.split()) >= _HEADLINE_WORDS and len(line) <= 200


def _tail_run(lines: Sequence[Line]) -> Sequence[Line]:
    """Give the run of short non-sentences after the last prose, where it is too long to be the article's end."""
    prose = [place for place, line in enumerate(lines) if line.is_prose]
    if not prose:
        return ()
    run = lines[prose[-1] + 1 :]
    short = [line for line in run if not line.is_sentence and len(line) <= _TAIL_LINE_CHARS]
    return run if len(run) >= _FEWEST_TAIL_LINES and len(short) == len(run) else ()
