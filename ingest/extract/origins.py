"""Which element each line of the text came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lxml.html import HtmlElement

from ingest.extract.tree import path_of, text_of
from ingest.model import Block

MAX_CHILDREN = 25
MAX_CHARACTERS = 10_000
MOVED_FROM = "data-moved-from"
_BLOCKS = ("p", "h2", "h3", "h4", "h5", "li", "blockquote", "td", "tr", "pre", "div", "span", "section")
_WORD = re.compile(r"\w+")


def index_blocks(tree: HtmlElement) -> dict[str, HtmlElement]:
    """Map the words of each block to its element, the first one where several say the same."""
    index: dict[str, HtmlElement] = {}
    seen: set[str] = set()  # much of a page stands in several boxes around the same
    for element in tree.iter(*_BLOCKS):
        if element.tag in {"div", "span", "section"} and len(element) > MAX_CHILDREN:
            continue
        text = text_of(element)
        if len(text) > MAX_CHARACTERS or (said := text.strip()) in seen:
            continue
        seen.add(said)
        index.setdefault(words_of(said), element)
    return index


def trace_lines(lines: Iterable[str], index: Mapping[str, HtmlElement]) -> dict[str, str]:
    """Give the path of the element of each line: the one that says the same, or the smallest that holds the line."""
    paths: dict[str, str] = {}
    for line in lines:
        words = words_of(line)
        element = index.get(words)
        if element is None and words:
            around = min((block for block in index if words in block), key=len, default=None)
            element = None if around is None else index[around]
        if element is not None:
            paths[line] = _original_path(element)
    return paths


def make_blocks(text: str, paths: Mapping[str, str]) -> tuple[Block, ...]:
    """List the lines of a text whose elements are known; offsets count code points."""
    blocks: list[Block] = []
    start = 0
    for line in text.split("\n"):
        if line in paths:
            blocks.append(Block(start=start, end=start + len(line), element=paths[line]))
        start += len(line) + 1
    return tuple(blocks)


def words_of(text: str) -> str:
    """Reduce a text to its words, as two renderings of the same element share them."""
    return " ".join(_WORD.findall(text))


def _original_path(element: HtmlElement) -> str:
    """Write the path before anything was moved; of what stood inside a moved element, that element's."""
    moved = next((item for item in (element, *element.iterancestors()) if item.get(MOVED_FROM)), None)
    return path_of(element) if moved is None else str(moved.get(MOVED_FROM))
