"""The line model: what rules and heuristics look at. Offsets are code points of the text that was split."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PROSE_CHARS = 60
_LONG_PROSE_CHARS = 160
_BREAK = re.compile(r"[^\r\n\u2028\u2029]+")
_TERMINAL = frozenset(".!?…。！？؟।")
_CLOSING = "\"'”’»)]*"
_ENTRY = re.compile(r"(?:[•◦‣▪·*–-]|\d{1,3}[.)])\s")
# One character for one, so that offsets stay: blanks of every width, quotation marks and dashes.
_FOLD = (
    [
        (char, " ")
        for char in "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
    ]
    + [(char, "'") for char in "‘’‚‛ʼ´`"]
    + [(char, '"') for char in "“”„‟"]
    + [(char, "-") for char in "‐‑‒–—―−"]
)


@dataclass(frozen=True, slots=True)
class Line:
    """A visible line without its surrounding blanks, folded for matching; `indent` counts the blanks before it.

    `is_entry` tells whether it begins as an item of a list, `is_sentence` whether it ends as a sentence does, and
    `is_prose` whether it reads as a paragraph: long enough and ended like one, or long with a sentence inside.
    """

    index: int
    start: int
    end: int
    indent: int
    text: str
    is_entry: bool
    is_sentence: bool
    is_prose: bool

    def __len__(self) -> int:
        return self.end - self.start


def fold(text: str) -> str:
    """Give the text with plain blanks, quotation marks and dashes, code point for code point."""
    if text.isascii():
        return text.replace("\t", " ").replace("`", "'")
    # Few of them occur in any one text, and looking for a character is faster than translating all.
    for char, plain in _FOLD:
        if char in text:
            text = text.replace(char, plain)
    return text


def split_lines(text: str) -> list[Line]:
    """Split a text into its visible lines."""
    folded = fold(text)
    lines: list[Line] = []
    for match in _BREAK.finditer(folded):
        raw = match.group()
        left = raw.lstrip()
        if left:
            indent = len(raw) - len(left)
            start = match.start() + indent
            shown = left.rstrip()
            lines.append(Line(len(lines), start, start + len(shown), indent, shown, *_read_form(shown)))
    return lines


def _read_form(text: str) -> tuple[bool, bool, bool]:
    """Tell whether a line is an entry, a sentence, and prose; nearly everything asks, so it is told once."""
    is_entry = _ENTRY.match(text) is not None
    is_sentence = text.rstrip(_CLOSING)[-1:] in _TERMINAL
    ended = is_sentence or (len(text) >= _LONG_PROSE_CHARS and ". " in text)
    return is_entry, is_sentence, ended and len(text) >= _PROSE_CHARS and not is_entry
