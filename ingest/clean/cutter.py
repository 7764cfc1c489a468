"""One pass over a text: threads first, then the rules in order, then what only its surroundings give away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.clean.blocks import find_block_end
from ingest.clean.comment_zone import find_thread
from ingest.clean.comments import interface_hit, is_complete, parse_thread
from ingest.clean.edges import cut_edges, cut_footer
from ingest.clean.figures import cut_figures
from ingest.clean.frame import cut_frame, find_headline
from ingest.clean.inline import cut_inline_captions
from ingest.clean.ledger import Ledger
from ingest.clean.lines import Line, split_lines
from ingest.clean.marks import find_marks
from ingest.clean.masthead import cut_masthead
from ingest.clean.matcher import Hit, Matcher, Matchers
from ingest.clean.signatures import cut_signatures
from ingest.clean.teasers import cut_teasers
from ingest.clean.thread import Thread
from ingest.clean.zones import Zones, measure_zones
from ingest.model import Comment, SpanClass

_SENTENCE_CHARS = 60
_NAME_CLASSES = (SpanClass.NAVIGATION, SpanClass.METADATA)


@dataclass(slots=True)
class Pass:
    """What one pass over a text works on and finds; offsets are the text's."""

    text: str
    lines: list[Line]
    hits: Mapping[int, list[Hit]]
    zones: Zones
    ledger: Ledger = field(default_factory=Ledger)
    comments: list[Comment] = field(default_factory=list)
    comments_complete: bool | None = None


def cut_chrome(text: str, matcher: Matcher | Matchers, *, surroundings: bool, names: Sequence[str | None] = ()) -> Pass:
    """Find the chrome of a text; `surroundings` also takes what its place and its neighbours give away."""
    lines = split_lines(text)
    hits = _by_line(matcher, lines)
    thread = find_thread(lines, find_marks(lines), hits) if surroundings else None
    found = Pass(text, lines, hits, measure_zones(lines, hits, thread.first if thread else len(lines)))
    if thread:
        _cut_thread(found, thread)
    _cut_rules(found, thread)
    _cut_names(found, names)
    if surroundings:
        cut_figures(found.lines, found.ledger)
        cut_inline_captions(found.lines, found.ledger)
        headline = find_headline(lines, names)
        cut_masthead(found.lines, found.ledger, found.zones, headline)
        cut_signatures(found.lines, found.ledger, found.zones)
        cut_edges(found.lines, found.ledger, found.zones)
        cut_teasers(found.lines, found.ledger, found.zones, headline)
        cut_frame(found.lines, found.ledger, found.zones, headline)
        if thread:
            cut_footer(found.lines[thread.last + 1 :], found.ledger)
    fired = [hit for hits in found.hits.values() for hit in hits]
    found.comments_complete = is_complete(found.comments, fired) if fired or found.comments else None
    return found


def _by_line(matcher: Matcher | Matchers, lines: Sequence[Line]) -> dict[int, list[Hit]]:
    hits: dict[int, list[Hit]] = defaultdict(list)
    for hit in matcher.match(lines):
        hits[hit.line.index].append(hit)
    return hits


def _cut_thread(found: Pass, thread: Thread) -> None:
    found.comments = parse_thread(found.text, found.lines, thread, found.hits)
    marks = {mark.line.index: mark for mark in thread.marks}
    for line in found.lines[thread.first : thread.last + 1]:
        interface = interface_hit(found.hits.get(line.index, ()))
        mark = marks.get(line.index)
        if mark is not None and mark.kind == "number":
            found.ledger.take(line.start, line.end, SpanClass.COMMENT_UI, "thread.number")
        elif interface is not None:
            found.ledger.take(line.start, line.end, SpanClass.COMMENT_UI, interface.rule.id)
        else:
            found.ledger.take(line.start, line.end, SpanClass.COMMENT, thread.rule)


def _cut_rules(found: Pass, thread: Thread | None) -> None:
    """Let the rules fire line by line, outside the thread.

    What is glued into a line comes first, and spares a sentence beside it from the rules of its class.
    """
    blocked = -1
    for index in sorted(found.hits):
        if index <= blocked or (thread and thread.first <= index <= thread.last):
            continue
        hits = [hit for hit in found.hits[index] if found.zones.hold(index, hit.rule.zone)]
        spared = _spared_classes(hits)
        for hit in sorted(hits, key=lambda each: each.rule.scope != "span"):
            if hit.rule.scope != "span" and hit.rule.span_class in spared:
                continue
            if hit.rule.scope == "block":
                blocked = max(blocked, _cut_block(found, hit, thread))
            elif _is_safe(found.text, hit):
                found.ledger.take(hit.start, hit.end, hit.rule.span_class, hit.rule.id)


def _spared_classes(hits: Sequence[Hit]) -> set[SpanClass]:
    """Give the classes that glued chrome accounts for, where it leaves enough of its line to be a sentence."""
    glued = [hit for hit in hits if hit.rule.scope == "span"]
    rest = len(hits[0].line) - sum(hit.end - hit.start for hit in glued) if glued else 0
    return {hit.rule.span_class for hit in glued} if rest >= _SENTENCE_CHARS else set()


def _cut_names(found: Pass, names: Sequence[str | None]) -> None:
    """Cut lines that only repeat the document's address or its publisher's name."""
    known = {name.casefold(): _NAME_CLASSES[":" in name] for name in names if name}
    for line in found.lines if known else ():
        if span_class := known.get(line.text.casefold()):
            found.ledger.take(line.start, line.end, span_class, "name.repeated")


def _cut_block(found: Pass, hit: Hit, thread: Thread | None) -> int:
    """Cut a header and the lines that it heads; give the last line's index."""
    end = thread.first if thread and thread.first > hit.line.index else len(found.lines)
    last = find_block_end(found.lines, end, hit, found.hits, found.zones)
    for line in found.lines[hit.line.index : last + 1]:
        found.ledger.take(line.start, line.end, hit.rule.span_class, hit.rule.id)
    return last


def _is_safe(text: str, hit: Hit) -> bool:
    """Refuse a cut from the middle of a word to the middle of another."""
    if hit.start >= hit.end:
        return False
    before, after = text[hit.start - 1 : hit.start] if hit.start else "", text[hit.end : hit.end + 1]
    return not (before.isalnum() and after.isalnum())
