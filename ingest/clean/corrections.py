"""What a person decided about stretches of one article: found again by their text, and laid over the rules' cuts.

What an outlet changes in its own article is a published correction (`index/corrections.py`).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from ingest.clean.blanks import close_blanks
from ingest.clean.ledger import gaps, unite
from ingest.model import LostCorrection, Span, SpanClass

HAND_CUT = "hand.cut"
CORRECTION_LOST = "correction_lost"
CONTEXT_CHARS = 40
HEAD_CHARS = 2000
# A stretch that begins like so many others is not looked for: each look costs its length.
MOST_PLACES = 1000
MOST_LONG_PLACES = 20
# Neither can be kept as JSON; each stands for one code point, so that offsets stay.
_UNKEPT = re.compile("[\ud800-\udfff\0]")

Action = Literal["restore", "cut"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A stretch of a text, described so that it is found again where the text around it has changed.

    `head` is its beginning (all of it up to 2,000 characters), `length` and `digest` are those of the whole; `before`
    and `after` stand beside it, shorter at the text's ends. It stood at `start` in the text with the digest `of`.
    """

    head: str
    length: int
    digest: str
    before: str
    after: str
    start: int
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One decision: a stretch is body (`restore`), or is chrome of a class (`cut`).

    `number` is the article's own count. `rule` and `rule_class` are what had taken the stretch, where anything had.
    `at` is a time in UTC.
    """

    number: int
    action: Action
    anchor: Anchor
    span_class: SpanClass | None = None
    by: str = ""
    at: str = ""
    reason: str = ""
    rule: str | None = None
    rule_class: SpanClass | None = None

    def to_record(self) -> dict[str, Any]:
        """Give it as JSON."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Correction:
        """Read it back."""
        classes = {key: record[key] and SpanClass(record[key]) for key in ("span_class", "rule_class")}
        return cls(**{**record, **classes, "anchor": Anchor(**record["anchor"])})


@dataclass(slots=True)
class Corrected:
    """Cuts as corrections left them, where those took effect, and which did not."""

    cuts: list[Span]
    decided: list[tuple[int, int]] = field(default_factory=list)
    lost: list[LostCorrection] = field(default_factory=list)


def describe_place(text: str, start: int, end: int) -> Anchor:
    """Make the anchor of `[start, end)`."""
    plain = _to_plain(text)
    return Anchor(
        head=plain[start : min(end, start + HEAD_CHARS)],
        length=end - start,
        digest=_digest(plain[start:end]),
        before=_before(plain, start),
        after=_after(plain, end),
        start=start,
        of=_digest(plain),
    )


def locate(text: str, anchor: Anchor) -> int | None:
    """Find where an anchor's stretch begins; None where that is not beyond doubt.

    In the very text that it was taken from it is where it was. In another it must occur once between the same
    neighbours, or once at all beside one of them.
    """
    plain = _to_plain(text)
    if _digest(plain) == anchor.of:
        return anchor.start
    places = _places(plain, anchor) or []
    sides = {
        at: (_before(plain, at) == anchor.before, _after(plain, at + anchor.length) == anchor.after) for at in places
    }
    between = [at for at, same in sides.items() if all(same)]
    if between:
        return between[0] if len(between) == 1 else None
    return places[0] if len(places) == 1 and any(sides[places[0]]) else None


def correct(text: str, controls: Sequence[Span], cuts: Iterable[Span], corrections: Sequence[Correction]) -> Corrected:
    """Lay corrections over disjoint cuts in the order of their numbers: of two over one stretch the later holds.

    Control characters stay cut. A correction whose stretch is not found, or that would halve or join words in this
    text, is lost: it changes nothing.
    """
    done = Corrected(sorted(cuts, key=lambda span: span.start))
    for correction in sorted(corrections, key=lambda each: each.number):
        start = locate(text, correction.anchor)
        if start is None:
            done.lost.append(LostCorrection(number=correction.number, reason="its text is not found once any more"))
            continue
        place = (start, start + correction.anchor.length)
        changed = _lay(controls, done.cuts, correction, place)
        if problem := _find_problem(text, controls, done.cuts, changed, place):
            done.lost.append(LostCorrection(number=correction.number, reason=problem))
            continue
        done.cuts = changed
        done.decided.append(place)
    return done


def take_away(cuts: Iterable[Span], places: Iterable[tuple[int, int]]) -> list[Span]:
    """Give what is left of disjoint cuts without some places."""
    left = list(cuts)
    for start, end in places:
        hole = [Span(start=start, end=end, span_class=SpanClass.WHITESPACE, rule="")]
        left = [replace(cut, start=a, end=b) for cut in left for a, b in gaps(hole, cut.start, cut.end)]
    return left


def _lay(controls: Sequence[Span], cuts: Sequence[Span], correction: Correction, place: tuple[int, int]) -> list[Span]:
    changed = take_away(cuts, [place])
    if correction.action == "cut" and correction.span_class is not None:
        free = gaps(controls, *place)
        changed += [Span(start=a, end=b, span_class=correction.span_class, rule=HAND_CUT) for a, b in free]
    return sorted(changed, key=lambda span: span.start)


def _find_problem(
    text: str, controls: Sequence[Span], cuts: Sequence[Span], changed: Sequence[Span], place: tuple[int, int]
) -> str | None:
    """Say how a change would spoil words; edges that the rules' own cuts had before are not its doing."""
    edges = {edge for cut in cuts for edge in (cut.start, cut.end)}
    if any(at not in edges and _is_in_word(text, at) for at in place if 0 < at < len(text)):
        return "it would halve a word"
    spans = close_blanks(text, unite(sorted([*controls, *changed], key=lambda span: span.start)))
    for start, end in _runs(spans):
        touches = start <= place[1] and end >= place[0]
        if touches and start > 0 and end < len(text) and _are_one_word(text[start - 1], text[end]):
            return "it would join two words"
    return None


def _runs(spans: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """Give the stretches that touching spans make up."""
    at = 0
    while at < len(spans):
        first = at
        while at + 1 < len(spans) and spans[at].end == spans[at + 1].start:
            at += 1
        yield spans[first].start, spans[at].end
        at += 1


def _is_in_word(text: str, at: int) -> bool:
    return unicodedata.category(text[at]).startswith("M") or _are_one_word(text[at - 1], text[at])


def _are_one_word(left: str, right: str) -> bool:
    """Tell whether two characters side by side belong to one word; wide scripts put no blanks between words."""
    wide = "W" in (unicodedata.east_asian_width(left), unicodedata.east_asian_width(right))
    return left.isalnum() and right.isalnum() and not wide


def _places(plain: str, anchor: Anchor) -> list[int] | None:
    """Give where the stretch stands; None where its beginning stands too often to look at each place."""
    most = MOST_PLACES if anchor.length <= HEAD_CHARS else MOST_LONG_PLACES
    heads: list[int] = []
    at = plain.find(anchor.head)
    while at >= 0:
        if len(heads) == most:
            return None
        heads.append(at)
        at = plain.find(anchor.head, at + 1)
    return [at for at in heads if _digest(plain[at : at + anchor.length]) == anchor.digest]


def _before(plain: str, at: int) -> str:
    return plain[max(0, at - CONTEXT_CHARS) : at]


def _after(plain: str, at: int) -> str:
    return plain[at : at + CONTEXT_CHARS]


def _to_plain(text: str) -> str:
    return _UNKEPT.sub("\ufffd", text)


def _digest(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()[:32]
