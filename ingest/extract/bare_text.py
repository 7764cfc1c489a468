"""Text that stands bare in a box, between paragraphs: made a paragraph, or the extractor would pass it over."""

from __future__ import annotations

from typing import cast

from lxml import etree
from lxml.html import HtmlElement

MIN_CHARACTERS = 40
# What may stand inside a line of text; anything else makes the box more than one paragraph.
PHRASES = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "mark",
     "q", "s", "small", "span", "strong", "sub", "sup", "time", "u", "wbr"}
)  # fmt: skip
_FIND = etree.XPath("//div[br and text()[normalize-space()]]")


def wrap_bare_text(tree: HtmlElement) -> None:
    """Put a paragraph around what stands in each box of nothing but text; the paths of all else stay."""
    for box in cast("list[HtmlElement]", _FIND(tree)):
        if _is_text(box):
            paragraph = box.makeelement("p")
            paragraph.text, box.text = box.text, None
            paragraph.extend(list(box))
            box.append(paragraph)


def _is_text(box: HtmlElement) -> bool:
    if any(not isinstance(part.tag, str) or part.tag not in PHRASES for part in box.iterdescendants()):
        return False
    bare = " ".join([box.text or "", *(child.tail or "" for child in box)])
    return len(" ".join(bare.split())) >= MIN_CHARACTERS
