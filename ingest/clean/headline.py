"""The headline that a text carries; it stays in the body and is repeated as the title."""

from __future__ import annotations

import re

from ingest.clean.lines import split_lines

_MOST_CHARS = 200
_FEWEST_WORDS = 2
# Scripts without blanks between words: counted by their characters.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_FEWEST_UNSPACED_CHARS = 6
_HEAD_CHARS = 1000


def find_title(body: str) -> str | None:
    """Give a body's first line where it reads as a headline: short, no full stop, and something after it."""
    lines = split_lines(body[:_HEAD_CHARS])
    if len(lines) < 2 or lines[0].text[0].islower():
        return None
    first = body[lines[0].start : lines[0].end]
    words = len(first.split()) >= _FEWEST_WORDS or len(_UNSPACED.findall(first)) >= _FEWEST_UNSPACED_CHARS
    short = words and len(first) <= _MOST_CHARS
    return (
        first
        if short and not first.endswith((".", ":", ",", ";", "。", "：", "；")) and len(lines[1]) > len(lines[0]) // 2
        else None
    )
