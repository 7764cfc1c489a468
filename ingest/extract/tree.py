"""HTML source to a tree, and what is asked of its elements."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from ingest.errors import LimitExceeded

UNSEEN = frozenset({"script", "style", "noscript", "template", "form", "button", "textarea", "select", "svg", "iframe"})
BLOCKS = frozenset(
    {"p", "div", "section", "article", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "table", "tr", "hr",
     "br", "h1", "h2", "h3", "h4", "h5", "h6", "figure", "figcaption", "header", "footer", "aside", "main", "details",
     "summary"}
)  # fmt: skip
MAX_LABEL = 100
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# trafilatura loses what follows some 250 levels of formatting, in silence; it says nothing that the text needs.
FORMATTING = ("b", "i", "em", "strong", "u", "s", "font", "big", "small", "tt", "span", "sub", "sup", "strike")
_IS_DEEP = etree.XPath("/*" * 200)
# What HTML text must not hold; libxml2 would cut the page at the first zero.
_CONTROL = bytes([*range(0x09), 0x0B, *range(0x0E, 0x20), 0x7F])


def parse_page(html: str) -> HtmlElement | None:
    """Parse a page; None where it holds no element. Raises LimitExceeded where the parser gave up before the end."""
    parser = HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    source = html.encode("utf-8", "replace").translate(None, _CONTROL)
    try:
        tree = document_fromstring(source, parser=parser)
    except etree.ParserError:
        return None
    for entry in parser.error_log:
        if entry.level == etree.ErrorLevels.FATAL:
            raise LimitExceeded(f"the parser gave up at line {entry.line}: {entry.message}")
    if _IS_DEEP(tree):
        etree.strip_tags(tree, *FORMATTING)
    return tree


def labels(element: HtmlElement) -> Iterator[str]:
    """Yield an element's id and classes as `kebab-case`; those over 100 characters name nothing."""
    said = f"{element.get('id') or ''} {element.get('class') or ''}"
    for label in said.split():
        if len(label) <= MAX_LABEL:
            yield label if label.islower() else _CAMEL.sub("-", label).lower()


def visible_text(element: HtmlElement, without: frozenset[HtmlElement] = frozenset()) -> str:
    """Give an element's text: one line a block, without scripts, forms and the elements in `without`."""
    if not len(element):
        return "" if _is_unseen(element, without) else " ".join((element.text or "").split())
    pieces: list[str] = []
    _collect(element, without, pieces)
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _collect(element: HtmlElement, without: frozenset[HtmlElement], pieces: list[str]) -> None:
    """Walk by a stack of our own: pages nest deeper than Python calls may."""
    stack: list[HtmlElement | str] = [element]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        children = [] if _is_unseen(item, without) else list(item)
        edge = "\n" if item.tag in BLOCKS else ""
        after: list[HtmlElement | str] = [edge]
        if not _is_unseen(item, without):
            pieces.append(edge + (item.text or "").replace("\n", " "))
        for child in reversed(children):
            after.append((child.tail or "").replace("\n", " "))
            after.append(child)
        stack.extend(after)


def _is_unseen(element: HtmlElement, without: frozenset[HtmlElement]) -> bool:
    return not isinstance(element.tag, str) or element.tag in UNSEEN or element in without


def text_of(element: HtmlElement) -> str:
    """Give all the text inside an element; as `text_content`, for less."""
    if not len(element):
        return element.text or ""
    return etree.tostring(element, method="text", encoding="unicode", with_tail=False)


def text_length(element: HtmlElement) -> int:
    """Count the characters of an element's text, runs of white space as one."""
    return len(" ".join(text_of(element).split()))


def path_of(element: HtmlElement) -> str:
    """Write the path of an element in its tree, as XPath."""
    return str(element.getroottree().getpath(element))
