"""Captions that no wording gives away, only their form and their neighbours."""

from __future__ import annotations

from collections.abc import Sequence

import re2

from ingest.clean.ledger import Ledger
from ingest.clean.lines import Line
from ingest.model import SpanClass

_ADJACENT = "figure.above_credit"
_FUSED = "figure.fused_sentences"
_MOST_CHARS = 220
_FEWEST_CHARS = 60
# A caption and its explanation run together: no stop between them, none at the end.
_SEAM = re2.compile(
    r"\p{Ll}[\p{Ll})]+ (?:As|But|He|If|In|It|Its|Mr|Mrs|Ms|She|The|Their|There|They|This|Those|We|When|With) \p{L}"
)
_PRESENT = re2.compile(
    r"^(?:An?|Some|Two|Three|People|Protesters|Police|\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+|\p{Lu}\p{Ll}+ \p{Ll}+) "
)
_CREDIT_RULES = ("caption.credit_line", "caption.label_line")


def cut_figures(lines: Sequence[Line], ledger: Ledger) -> None:
    """Cut captions above a line that is only a picture's credit, and captions run into their explanation."""
    credits = {span.start for span in ledger if span.rule in _CREDIT_RULES}
    for line in lines:
        below = lines[line.index + 1].start if line.index + 1 < len(lines) else -1
        if below in credits and _may_be_caption(line):
            ledger.take(line.start, line.end, SpanClass.CAPTION, _ADJACENT)
        elif _is_fused(line):
            ledger.take(line.start, line.end, SpanClass.CAPTION, _FUSED)


def _may_be_caption(line: Line) -> bool:
    return len(line) <= _MOST_CHARS and not line.is_entry and not line.is_sentence and len(line.text.split()) >= 4


def _is_fused(line: Line) -> bool:
    if len(line) < _FEWEST_CHARS or line.is_sentence or line.is_entry or line.text[-1] in ":,;-\"'":
        return False
    return _PRESENT.search(line.text) is not None and _SEAM.search(line.text) is not None
