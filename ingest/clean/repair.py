"""What repair takes from a given text: characters that say nothing. It only deletes, as spans of class `control`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import re2

from ingest.clean.ledger import rebase, splice_out, unite
from ingest.model import Span, SpanClass

_RULE = "control"
_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
# A run is looked at from its first character alone: from each of them the time would grow with its square.
# Never content: C0 and C1 controls but for the blank ones, the byte order mark, word joiner, surrogates, noncharacters.
_NEVER = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufeff\u2060\u2065\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]+|(?<!\r)\r+(?=\n)"
)
# Blank controls separate words: they go only beside another blank, which then does.
_BLANK = re.compile(
    "(?<=[ \t\n\u00a0])[\x0b\x0c\x1c-\x1f\x85]+|(?<![\x0b\x0c\x1c-\x1f\x85])[\x0b\x0c\x1c-\x1f\x85]+(?=[ \t\n\u00a0])"
)
# Joiners are content in emoji, Persian and Indic scripts: they go only between blanks, ASCII and the text's ends.
_JOINER = re.compile("(?:(?<![^\x00-\x7f])|(?<=[\u200b-\u200d]))[\u200c\u200d]+(?![^\x00-\x7f\u200b-\u200d])")
_ZERO_WIDTH_SPACE = re.compile("(?:^|(?<=\\s))\u200b+|(?<!\u200b)\u200b+(?=\\s|$)")
# Direction marks are content only where something runs from right to left.
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]")


def find_controls(text: str, max_mark_run: int) -> list[Span]:
    """Find what repair takes of a text, as sorted, disjoint spans.

    Combining marks are counted after the rest is gone, since what is taken may stand between them.
    """
    # Most texts are printable but for their line feeds, and that is quicker to see.
    suspect = not text.replace("\n", "").isprintable() and _SUSPECT.search(text) is not None
    controls = _spans(_find_characters(text)) if suspect else []
    if text.isascii():
        return controls
    repaired = splice_out(text, controls)
    marks = _spans(_find_mark_runs(repaired, max_mark_run))
    return unite([*controls, *rebase(marks, controls, len(text))]) if marks else controls


def _find_characters(text: str) -> Iterator[tuple[int, int]]:
    patterns = [_NEVER, _BLANK, _JOINER, _ZERO_WIDTH_SPACE]
    if not _RIGHT_TO_LEFT.search(text.replace("\ufeff", "")):
        patterns.append(_DIRECTION)
    for pattern in patterns:
        for match in pattern.finditer(text):
            yield match.span()


def _find_mark_runs(text: str, most: int) -> Iterator[tuple[int, int]]:
    run = re2.compile(rf"\p{{M}}{{{most + 1},}}")
    for match in run.finditer(text):
        yield match.start() + most, match.end()


def _spans(stretches: Iterator[tuple[int, int]]) -> list[Span]:
    """Make sorted, disjoint spans of stretches that may touch or overlap."""
    spans: list[Span] = []
    for start, end in sorted(stretches):
        if spans and start <= spans[-1].end:
            start, end = spans[-1].start, max(end, spans[-1].end)  # noqa: PLW2901 - the stretch grows backwards
            spans.pop()
        spans.append(Span(start=start, end=end, span_class=SpanClass.CONTROL, rule=_RULE))
    return spans
