"""Counting words, in scripts with and without spaces between them."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.settings import WordSettings

UNSPACED = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U0001b000-\U0001b16f\U00020000-\U000323af]"
)
"""Han, hiragana and katakana: each character counts as a word. Hangul is written with spaces and is not here."""

DASHES = str.maketrans("—–/", "   ")
# What is neither letter, digit nor white space goes: no word is left of what had nothing else.
PUNCTUATION: dict[int, str | None] = {
    code: None for code in range(128) if not (chr(code).isalnum() or chr(code).isspace())
}
PUNCTUATION[ord("/")] = " "
# Typography that most English texts have besides ASCII; without it they are counted three times as fast.
TYPOGRAPHIC = tuple(zip("\u2018\u2019\u201c\u201d\u2026\u00a3\u20ac\u2013\u2014\u00a0", "''\"\".$$///", strict=True))


def find_words(draft: Draft, settings: WordSettings) -> Finding:
    """Find how many words the body has, and how many minutes they take to read (rounded up)."""
    count = count_words(draft.cleaning.body)
    minutes = -(-count // max(1, settings.words_per_minute))
    return Finding(replace(draft.metadata, word_count=count, reading_minutes=minutes), ["body"])


def count_words(text: str) -> int:
    """Count what stands between spaces, dashes and slashes with a letter or digit in it; unspaced characters singly."""
    plain = text
    for typographic, keyed in TYPOGRAPHIC if not text.isascii() else ():
        plain = plain.replace(typographic, keyed)
    if plain.isascii():
        return len(plain.translate(PUNCTUATION).split())
    spaced, characters = UNSPACED.subn(" ", text)
    words = spaced.translate(DASHES).split()
    return characters + sum(word.isalnum() or any(map(str.isalnum, word)) for word in words)
