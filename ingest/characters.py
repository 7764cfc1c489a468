"""Characters that would act on a reader's screen instead of showing there, made visible."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Joiners belong to the spelling of some languages and to emoji: they act only where nothing stands before them.
_ACTING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]|(?<!\\S)[\u200c\u200d]"
)


def split_visible(text: str) -> Iterator[tuple[str, str | None]]:
    """Give a text in pieces: what shows as it is (None), and each acting character with its name.

    Acting are controls, marks of writing direction, invisible characters and lone surrogates. A carriage return before
    a line feed is left out.
    """
    at = 0
    text = text.replace("\r\n", "\n").replace("\t", "    ")
    for match in _ACTING.finditer(text):
        character = match.group()
        if match.start() > at:
            yield text[at : match.start()], None
        yield f"U+{ord(character):04X}", unicodedata.name(character, "control character").lower()
        at = match.end()
    if at < len(text):
        yield text[at:], None


def show(text: str) -> str:
    """Give a text with each acting character written as its code point in angle quotes, such as ‹U+202E›."""
    return "".join(piece if name is None else f"‹{piece}›" for piece, name in split_visible(text))
