"""A second word on each block of text: readability's, which judges containers where trafilatura judges blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement
from trafilatura.external import try_readability

MIN_SHARE_KEPT = 2 / 3
MIN_LEAD_CHARACTERS = 100
MAX_CHILDREN = 25
_BLOCKS = ("p", "h2", "h3", "h4", "li", "blockquote", "td", "pre", "div", "span")
_WORD = re.compile(r"\w+")

Kind = tuple[str, str, str, str]


def trim_unconfirmed(text: str, tree: HtmlElement) -> str:
    """Leave out what follows the last line that readability's choice holds, and short lines before the first.

    A line counts as held where it is an element of the same kind as a held one (same tag, in a parent of the same tag,
    class and id). Where more than a third would go, the two disagree on what the article is: all stays. The tree is
    used up.
    """
    lines = text.split("\n")
    held = _find_held([_words(line) for line in lines], tree)
    if not held:
        return text
    lead = [line for line in lines[: held[0]] if len(line) >= MIN_LEAD_CHARACTERS]
    kept = [*lead, *lines[held[0] : held[-1] + 1]]
    return "\n".join(kept) if _length(kept) >= MIN_SHARE_KEPT * _length(lines) else text


def _find_held(lines: Sequence[str], tree: HtmlElement) -> list[int]:
    """Give the places of the lines that readability holds, or that are of a kind with those."""
    kinds = dict(_kinds(tree))
    choice = f" {_words(' '.join(try_readability(tree).itertext()))} "
    confirmed = {line for line in lines if line and f" {line} " in choice}
    trusted = {kinds[line] for line in confirmed if line in kinds}
    return [place for place, line in enumerate(lines) if line in confirmed or kinds.get(line) in trusted]


def _kinds(tree: HtmlElement) -> Iterator[tuple[str, Kind]]:
    """Yield the words of each block and what kind of element it is; in reverse, so that the first one counts."""
    for element in reversed(list(tree.iter(*_BLOCKS))):
        parent = element.getparent()
        is_box = element.tag in {"div", "span"}
        if parent is None or (is_box and len(element) > MAX_CHILDREN):
            continue
        yield (
            _words(element.text_content()),
            (element.tag, parent.tag, parent.get("class") or "", parent.get("id") or ""),
        )


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text))


def _length(lines: Sequence[str]) -> int:
    return sum(map(len, lines))
