"""What two bodies are compared by: their words, sentences and shingles. Pure; nothing here decides."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

from rensa import RMinHash

# Scripts written without spaces between words: Thai, Lao, Myanmar, Khmer, kana, Bopomofo, Han (with its extensions).
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
UNSPACED += "\uf900-\ufaff\uff66-\uff9f\U00020000-\U000323af"
# Scripts whose vowel signs are combining marks, which `\w` does not count as part of a word.
MARKED = "\u0300-\u036f\u0590-\u05cf\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0f00-\u0fff"

PLAIN_WORD = re.compile(r"\w+")
ANY_WORD = re.compile(rf"[{UNSPACED}]+|(?:[^\W{UNSPACED}]|[{MARKED}])+")
SPECIAL = re.compile(f"[{UNSPACED}{MARKED}]")
UNSPACED_RUN = re.compile(f"[{UNSPACED}]")
# Typography that a plain keyboard has too. Without it most English text is ASCII, which splits three times as fast.
TYPOGRAPHIC = tuple(zip("\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00a0\u00a3\u20ac", "''\"\"--. $$", strict=True))
BREAK = " \0 "
ASCII_GAPS = {code: " " for code in range(1, 128) if not chr(code).isalnum() and chr(code) != "_"}
# One set of characters comes first, which lets the search skip to it.
SENTENCE_END = re.compile(r"[.!?。！？｡\n](?:(?<=[。！？｡\n])|[\"')\]]*\s)\s*")


def fold(body: str) -> str:
    """Fold what does not make a different text, save for white space: canonical composition and case."""
    return unicodedata.normalize("NFC", body).casefold()


def collapse(folded: str) -> str:
    """Make every run of white space one space, and none at the ends."""
    return " ".join(folded.split())


def hash_content(collapsed: str) -> bytes:
    """Hash a folded and collapsed body to 16 bytes: equal for exact copies."""
    return blake2b(collapsed.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def split_sentences(folded: str) -> list[str]:
    """Split a folded body into its sentences, each as its words with a space between.

    A run of a script without spaces gives its character pairs: three pairs in a row are four characters, which carry
    about what three words do.
    """
    plain = folded
    if not plain.isascii():
        for typographic, keyed in TYPOGRAPHIC:
            plain = plain.replace(typographic, keyed)
    if plain.isascii():
        words = SENTENCE_END.sub(BREAK, plain).translate(ASCII_GAPS).split()
        return [sentence for part in " ".join(words).split(BREAK.strip()) if (sentence := part.strip())]
    find_words = split_any_words if SPECIAL.search(plain) else PLAIN_WORD.findall
    return [" ".join(words) for sentence in SENTENCE_END.split(plain) if (words := find_words(sentence))]


def split_any_words(sentence: str) -> list[str]:
    """Split a sentence of any script into words and character pairs."""
    words: list[str] = []
    for run in ANY_WORD.findall(sentence):
        if UNSPACED_RUN.match(run):
            words.extend(run[place : place + 2] for place in range(max(1, len(run) - 1)))
        else:
            words.append(run)
    return words


def list_words(sentences: Sequence[str]) -> list[str]:
    """Give the words of sentences, in order."""
    return " ".join(sentences).split()


def join_shingles(words: Sequence[str], size: int) -> Iterator[str]:
    """Give the runs of `size` words, in order; a shorter text is one shingle, an empty one has none."""
    if len(words) < size:
        return iter([" ".join(words)] if words else [])
    return map(" ".join, zip(*(words[offset:] for offset in range(size)), strict=False))


def hash_shingles(words: Sequence[str], size: int) -> array[int]:
    """Hash the distinct shingles of a text to 64 bits each, in the order of their first occurrence."""
    hashes: list[int] = RMinHash.hash_token_sets([list(join_shingles(words, size))])[0]
    return array("Q", dict.fromkeys(hashes))


class Parts(NamedTuple):
    """What two bodies are compared by: their distinct shingles in text order, and their distinct whole sentences."""

    shingles: array[int]
    sentences: array[int]


def hash_parts(sentences: Sequence[str], shingle_words: int, min_sentence_words: int) -> Parts:
    """Hash the shingles of a text and its sentences of enough words, to 64 bits each."""
    long = [sentence for sentence in sentences if sentence.count(" ") >= min_sentence_words - 1]
    hashes: list[int] = RMinHash.hash_token_sets([long])[0]
    return Parts(hash_shingles(list_words(sentences), shingle_words), array("Q", dict.fromkeys(hashes)))
