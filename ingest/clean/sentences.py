"""Where sentences end within a line, and where two run together without a full stop. Offsets are the given text's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import re2

_FEWEST_CAPTION_CHARS = 15
# A full stop, what closes with it, and the begin of another sentence or the end.
_STOP = re2.compile(r"([.!?][\"')\]]*)(?: [\"'(]?[\p{Lu}\d]|$)")
_WORD_CHARS = 12
_STRONG_SEAM = re2.compile(
    r"(\p{L}[\p{L}'-]*|\d+)[\"')]? (?:After|Although|And|As|At|But|Following|He|However|I|If|In|It|Its|Meanwhile|Mr|Mrs"
    r"|Ms|On|She|Since|The|Their|There|These|They|This|Those|We|When|While|You) \p{Ll}"
)
_QUOTE_SEAM = re2.compile(r"(\p{L}[\p{L}'-]*|\d+) [\"']\p{Lu}")
_WEAK_SEAM = re2.compile(r"(\p{Ll}[\p{Ll}'-]*|\d+)[\"')]? [\"']?\p{Lu}")
# No sentence ends with one of these, and a name may follow them.
_NO_SEAM = frozenset(
    re2.split(
        " ",
        "a about after against alongside an and as at author before behind beside between but by called candidate "
        "captain coach director driver during for former from her his in into late leader like mayor minister named "
        "near new of on or outside over player president prime rival secretary singer star team than that the through "
        "to under versus via when where while who with",
    )
)
_ABBREVIATED = frozenset(
    re2.split(" ", "jan feb mar apr aug sept sep oct nov dec st mr mrs ms dr gov sen rep gen lt jr")
)


def find_stop(text: str, marks: str = ".!?") -> int | None:
    """Give where the first sentence of a text ends with one of the marks, after it and what closes with it."""
    return next((end for end in _ends(text) if text[:end].rstrip("\"')]")[-1:] in marks), None)


def sentence_start(text: str, start: int, end: int) -> int:
    """Give where the last sentence that begins within `[start, end)` does."""
    part = text[start:end].rstrip()
    return start + max((after + 1 for after in _ends(part) if after < len(part)), default=0)


def _ends(text: str) -> Iterator[int]:
    """Give where sentences end; the dots of abbreviations and of a spaced-out ellipsis end none."""
    for match in _STOP.finditer(text):
        before = text[max(0, match.start() - _WORD_CHARS) : match.start()]
        word = before[before.rfind(" ") + 1 :].strip("\"'(")
        initial = len(word) == 1 and word.isupper()
        if word and not (text[match.start()] == "." and (initial or word.casefold() in _ABBREVIATED)):
            yield int(match.end(1))


def find_seam(text: str, *, latest: bool = False) -> int | None:
    """Give where one sentence without a full stop ends and another begins; None where nothing tells.

    That is before a word that opens sentences or a quotation (the latest or the first of them), else before the first
    capital after a word that can end a sentence.
    """
    strong = _seams(text, _STRONG_SEAM)
    if latest:
        return max([*strong, *_seams(text, _QUOTE_SEAM)], default=None)
    return next(strong, None) or next(_seams(text, _WEAK_SEAM), None)


def _seams(text: str, pattern: Any) -> Iterator[int]:
    for seam in pattern.finditer(text):
        if seam.start() >= _FEWEST_CAPTION_CHARS and seam[1].casefold() not in _NO_SEAM:
            yield int(seam.end(1))
