"""Counting words, in scripts with and without spaces between them."""

from __future__ import annotations

import re

UNSPACED = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U0001b000-\U0001b16f\U00020000-\U000323af]"
)
"""Han, hiragana and katakana: each character counts as a word. Hangul is written with spaces and is not here."""

WORD = re.compile(r"[^\W_]+(?:['’.,\-‐‑][^\W_]+)*")


def count_words(text: str) -> int:
    """Count words: runs of letters and digits with inner hyphens, apostrophes, points; each unspaced character."""
    if text.isascii():
        return len(WORD.findall(text))
    spaced, characters = UNSPACED.subn(" ", text)
    return characters + len(WORD.findall(spaced))
