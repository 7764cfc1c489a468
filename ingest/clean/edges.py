"""Short lines that are no sentences, at the edges of an article: menus, labels, teasers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.clean.ledger import Ledger
from ingest.clean.lines import Line
from ingest.clean.zones import Zones
from ingest.model import SpanClass

_HEAD_RULE = "edge.section_label"
_FOOTER_RULE = "edge.footer"
_MENU_RULE = "edge.menu"
_BULLET_RULE = "edge.bullet_links"
_LABEL_CHARS = 24
_LABEL_WORDS = 2
_HEADLINE_WORDS = 4
_HEADLINE_CHARS = 160
_FEWEST_LINKS = 3
_TAIL_LINE_CHARS = 140
_FEWEST_MENU_LINES = 6
_MENU_CHARS = 36
_MENU_WORDS = 5
_MOST_LONE = 2
_LONE_CHARS = 200
_LINES_TO_LONE = 6
_FEWEST_SURE_MENU_LINES = 12
_SURE_MENU_WORDS = 2
_MOST_SECTIONS = 12
_SECTION_CHARS = 32
_SECTION_WORDS = 3


def cut_edges(lines: Sequence[Line], ledger: Ledger, zones: Zones) -> None:
    """Cut menus, section labels above a headline and links between paragraphs."""
    article = lines[: zones.end]
    free = [line for line in article if not ledger.holds(line.start, line.end)]
    for line in _menus(article, ledger, zones):
        ledger.take(line.start, line.end, SpanClass.NAVIGATION, _MENU_RULE)
    free = [line for line in free if not ledger.holds(line.start, line.end)]
    for line in _section_labels(free):
        ledger.take(line.start, line.end, SpanClass.NAVIGATION, _HEAD_RULE)
    for line in _bullet_links(article):
        ledger.take(line.start, line.end, SpanClass.RELATED, _BULLET_RULE)


def _menus(lines: Sequence[Line], ledger: Ledger, zones: Zones) -> Iterator[Line]:
    """Give the items of menus: long runs of short bulleted lines before all prose, or after it below chrome."""
    prose = max(zones.last_solid, zones.first_prose if zones.first_prose < zones.end else 0)
    last = next((line.index for line in lines[prose + 1 :] if ledger.holds(line.start, line.end)), len(lines))
    run: list[Line] = []
    for line in [*lines, None]:
        if line is not None and not zones.first_prose <= line.index <= prose and _is_item(line):
            run.append(line)
            continue
        announced = bool(run) and (run[0].index < zones.first_prose or run[0].index > last)
        if len(run) >= (_FEWEST_MENU_LINES if announced else _FEWEST_SURE_MENU_LINES) and (announced or _is_sure(run)):
            yield from run
        run = []


def _is_sure(run: Sequence[Line]) -> bool:
    """Tell whether a long row of items is a menu whatever stands before it: its items have a word or two each."""
    return sum(len(line.text.split()) - 1 for line in run) <= _SURE_MENU_WORDS * len(run)


def _is_item(line: Line) -> bool:
    bulleted = line.text[0] in "•◦▪·*" and len(line) <= _MENU_CHARS and len(line.text.split()) <= _MENU_WORDS + 1
    words = line.text[1:].strip()
    return bulleted and line.text[-1] not in ".!?:,;" and (words.isdigit() or not any(map(str.isdigit, words)))


def _section_labels(lines: Sequence[Line]) -> Sequence[Line]:
    """Give the one or two short lines before a headline that has prose after it, or the row of them."""
    for place in (1, 2):
        if len(lines) > place + 1 and all(_is_label(line) for line in lines[:place]) and _is_headline(lines[place]):
            return lines[:place]
    row = next((place for place, line in enumerate(lines[: _MOST_SECTIONS + 1]) if not _is_section(line)), 0)
    return lines[:row] if row > 2 and len(lines) > row + 1 and _is_headline(lines[row]) else ()


def _is_section(line: Line) -> bool:
    words = len(line) <= _SECTION_CHARS and len(line.text.split()) <= _SECTION_WORDS and line.text[-1].isalpha()
    return words and not any(map(str.isdigit, line.text))


def _is_label(line: Line) -> bool:
    return len(line) <= _LABEL_CHARS and len(line.text.split()) <= _LABEL_WORDS and line.text[-1].isalnum()


def _is_headline(line: Line) -> bool:
    ends = line.is_sentence or line.text[-1] in ":,;"
    return len(line.text.split()) >= _HEADLINE_WORDS and len(line) <= _HEADLINE_CHARS and not ends


def _bullet_links(lines: Sequence[Line]) -> Sequence[Line]:
    """Give single bulleted titles between paragraphs, three or more in a text; bullets in a row are a list."""
    links = [line for line in lines if line.text.startswith("•") and _is_title(line) and _is_between_prose(lines, line)]
    return links if len(links) >= _FEWEST_LINKS else ()


def _is_title(line: Line) -> bool:
    words = line.text[1:].split()
    return (
        len(words) >= _HEADLINE_WORDS
        and len(line) <= _TAIL_LINE_CHARS
        and not line.is_sentence
        and (words[0][0].isupper() or words[0][0].isdigit())
    )


def _is_between_prose(lines: Sequence[Line], line: Line) -> bool:
    before, after = lines[max(0, line.index - 1)], lines[min(len(lines) - 1, line.index + 1)]
    return before.is_sentence and not before.is_entry and not after.is_entry


def cut_footer(lines: Sequence[Line], ledger: Ledger) -> None:
    """Cut what follows a thread of comments, where next to none of it is prose: a lone sentence among many lines."""
    free = [line for line in lines if not ledger.holds(line.start, line.end)]
    prose = [line for line in free if line.is_prose or len(line) > _TAIL_LINE_CHARS]
    lone = all(len(line) <= _LONE_CHARS for line in prose) and len(free) >= _LINES_TO_LONE * len(prose)
    if prose and (len(prose) > _MOST_LONE or not lone):
        return
    for line in lines:
        ledger.take(line.start, line.end, SpanClass.RELATED, _FOOTER_RULE)
