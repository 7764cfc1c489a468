"""What an outlet changed between two versions of its article: a word diff, and the kinds of published correction.

Pure. What people decide about our own cleaning are the corrections of `clean/corrections.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

Sign = Literal["=", "-", "+"]
Kind = Literal["headline", "numbers", "wording", "added", "removed"]

# A line or a word with the blanks that follow it: joined again they are the text.
_LINE = re.compile(r"[^\n]*\n+|[^\n]+")
_WORD = re.compile(r"\s*\S+")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
# What is compared at a time; beyond it a stretch counts as replaced whole, so that no input takes long.
MOST_LINES = 2_000
MOST_WORDS = 2_000
# Fewer new words than this, beside lost ones, are another wording rather than more to read.
_FEWEST_WORDS = 4


class Change(NamedTuple):
    """A stretch that both versions have (`=`), only the earlier (`-`) or only the later (`+`)."""

    sign: Sign
    text: str

    def to_json(self) -> dict[str, Any]:
        """Give its fields by name."""
        return {"sign": self.sign, "text": self.text}


def diff_words(before: str, after: str) -> list[Change]:
    """Give the way from one text to another by word; what carries `=` or `-` is the first, `=` or `+` the second.

    Blanks belong to the word that follows them. Time is bounded: lines are compared first, words only within lines
    that changed.
    """
    changes: list[Change] = []
    for sign, text in _compare(_LINE.findall(before), _LINE.findall(after)):
        if text and changes and changes[-1].sign == sign:
            changes[-1] = Change(sign, changes[-1].text + text)
        elif text:
            changes.append(Change(sign, text))
    return changes


def _compare(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    for tag, i, j, k, m in _match(before, after, MOST_LINES):
        old, new = "".join(before[i:j]), "".join(after[k:m])
        if tag == "equal":
            yield Change("=", old)
        elif tag == "replace":
            yield from _compare_words(_split_words(old), _split_words(new))
        else:
            yield from (Change("-", old), Change("+", new))


def _compare_words(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    for tag, i, j, k, m in _match(before, after, MOST_WORDS):
        old, new = "".join(before[i:j]), "".join(after[k:m])
        yield from (Change("=", old),) if tag == "equal" else (Change("-", old), Change("+", new))


def _split_words(text: str) -> list[str]:
    words = _WORD.findall(text)
    rest = text[sum(map(len, words)) :]
    return [*words, rest] if rest else words


def _match(before: Sequence[str], after: Sequence[str], most: int) -> list[tuple[str, int, int, int, int]]:
    """Align two sequences; a middle that is too long to be compared is replaced whole."""
    shorter = min(len(before), len(after))
    head = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    tail = next((n for n in range(shorter - head) if before[-1 - n] != after[-1 - n]), shorter - head)
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    if max(len(old), len(new)) > most:
        middle = [("replace", head, len(before) - tail, head, len(after) - tail)]
    else:
        codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        middle = [(tag, i + head, j + head, k + head, m + head) for tag, i, j, k, m in codes]
    end = [("equal", len(before) - tail, len(before), len(after) - tail, len(after))]
    return [("equal", 0, head, 0, head), *middle, *end]


def classify(before: tuple[str | None, str], after: tuple[str | None, str]) -> list[Kind]:
    """Name the kinds of a correction from one title and body to the next, in a fixed order.

    `headline`: the title changed. `numbers`: a figure in the body gave way to another. `added`, `removed`: words came
    or went alone. `wording`: words gave way to others.
    """
    kinds: set[Kind] = set()
    if (before[0] or "").split() != (after[0] or "").split():
        kinds.add("headline")
    # A headline stands in the body too, where the text carried it; it is not counted there again.
    bodies = [_without(body, title) for title, body in (before, after)]
    for lost, won in _replacements(diff_words(*bodies)):
        kinds |= _judge(lost, won)
    order: tuple[Kind, ...] = ("headline", "numbers", "wording", "added", "removed")
    return [kind for kind in order if kind in kinds]


def _without(body: str, title: str | None) -> str:
    return body.removeprefix(title) if title else body


def _replacements(changes: Sequence[Change]) -> Iterator[tuple[list[str], list[str]]]:
    """Give, for each place that changed, the words that went and those that came."""
    lost: list[str] = []
    won: list[str] = []
    for sign, text in (*changes, Change("=", "")):
        if sign == "=":
            if lost or won:
                yield lost, won
            lost, won = [], []
        else:
            (lost if sign == "-" else won).extend(text.split())


def _judge(lost: Sequence[str], won: Sequence[str]) -> set[Kind]:
    kinds: set[Kind] = set()
    numbers = [set(_NUMBER.findall(" ".join(words))) for words in (lost, won)]
    if numbers[0] and numbers[1] and numbers[0] != numbers[1]:
        kinds.add("numbers")
        lost, won = ([word for word in words if not _NUMBER.search(word)] for words in (lost, won))
    if lost == won:
        return kinds
    if not lost or len(won) >= len(lost) + _FEWEST_WORDS:
        kinds.add("added")
    if not won or len(lost) >= len(won) + _FEWEST_WORDS:
        kinds.add("removed")
    if lost and won:
        kinds.add("wording")
    return kinds
