"""Captions that no wording gives away, only their form and their neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import re2

from ingest.clean.ledger import Ledger
from ingest.clean.lines import Line
from ingest.model import SpanClass

_ADJACENT = "figure.above_credit"
_REPEATED = "figure.repeated_credit"
_FUSED = "figure.fused_sentences"
_MOST_CHARS = 220
_FEWEST_CHARS = 60
_FEWEST_CHARS_BEFORE_SEAM = 30
_CREDIT_CHARS = 45
_MOST_FUSED_CHARS = 400
# A caption and its explanation run together: no stop between them, none at the end.
_SEAM = re2.compile(r"(\p{Ll}+)\)? (?:As|But|He|If|In|It|Its|She|The|Their|There|They|This|Those|We|When) \p{Ll}")
_NO_SEAM = frozenset(
    (
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "is",
        "of",
        "on",
        "or",
        "than",
        "that",
        "the",
        "to",
    )
)
_PRESENT = re2.compile(
    r"^(?:An?|Some|Two|Three|People|Protesters|Police|\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+|\p{Lu}\p{Ll}+ \p{Ll}+) "
)
# What may follow a caption's last sentence: a name of two to five words.
_TRAILING = re2.compile(
    r"[.!?][\"']? ((?:\p{Lu}[\p{L}.'&-]*|of|the|de|for|and)(?: (?:\p{Lu}[\p{L}.'&-]*|of|the|de|for|and)){1,4})$"
)
_FEWEST_REPEATED = 2
_CREDIT_RULES = ("caption.credit_line", "caption.image_caption")


def cut_figures(lines: Sequence[Line], ledger: Ledger) -> None:
    """Cut captions above a line that is only a picture's credit, and captions run into their explanation.

    A text's first line is its headline, not a caption, also above a credit.
    """
    short = (span for span in ledger if span.end - span.start <= _CREDIT_CHARS)
    credit_starts = {span.start for span in short if span.rule in _CREDIT_RULES}
    titled = next((line.index for line in lines if not ledger.holds(line.start, line.end)), 0)
    for line in lines:
        below = lines[line.index + 1].start if line.index + 1 < len(lines) else -1
        if below in credit_starts and line.index > titled and _may_be_caption(line):
            ledger.take(line.start, line.end, SpanClass.CAPTION, _ADJACENT)
        elif _is_fused(line):
            ledger.take(line.start, line.end, SpanClass.CAPTION, _FUSED)
    for line in _repeatedly_credited(lines):
        ledger.take(line.start, line.end, SpanClass.CAPTION, _REPEATED)


def _repeatedly_credited(lines: Sequence[Line]) -> Iterator[Line]:
    """Give the lines whose last sentence is followed by a name, the same one in several lines: whose picture it is."""
    names: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if not line.is_sentence and len(line) <= _MOST_FUSED_CHARS and (match := _TRAILING.search(line.text)):
            names[match[1]].append(line)
    for credited in names.values():
        if len(credited) >= _FEWEST_REPEATED:
            yield from credited


def _may_be_caption(line: Line) -> bool:
    return len(line) <= _MOST_CHARS and not line.is_entry and not line.is_sentence and len(line.text.split()) >= 4


def _is_fused(line: Line) -> bool:
    if (
        not _FEWEST_CHARS <= len(line) <= _MOST_FUSED_CHARS
        or line.is_sentence
        or line.is_entry
        or line.text[-1] in ":,;-\"'"
    ):
        return False
    seams = (match[1] for match in _SEAM.finditer(line.text) if match.start() >= _FEWEST_CHARS_BEFORE_SEAM)
    return _PRESENT.search(line.text) is not None and any(word not in _NO_SEAM for word in seams)
