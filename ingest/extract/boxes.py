"""What stands in a page and is not read with its article: hidden boxes, fact boxes, lists of links."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from ingest.extract.tree import labels, path_of, text_length
from ingest.model import Pruned, SpanClass

MAX_HIDDEN_CHARACTERS = 1000
MIN_LINK_SHARE = 0.75
MIN_LINKS = 2
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_FACTS = re.compile(r"(?:[a-z]+[-_]{1,2})?(?:fact|fakta|info)s?[-_]?(?:box|boks|ruta|file)")
# Most elements need no look at each of their labels.
_MAY_BE_FACTS = re.compile("[bB]ox|fa(?:ct|kta)")


def prune_boxes(tree: HtmlElement) -> tuple[Pruned, ...]:
    """Cut out and list small hidden boxes, fact boxes, and lists that are nothing but links.

    A box that holds the headline is left alone.
    """
    found = [(element, kind) for element, kind in _find_boxes(tree) if element.find(".//h1") is None]
    pruned = tuple(
        Pruned(element=path_of(element), span_class=kind, length=text_length(element)) for element, kind in found
    )
    for element, _ in found:
        element.clear(keep_tail=True)
    return pruned


def _find_boxes(tree: HtmlElement) -> Iterator[tuple[HtmlElement, SpanClass]]:
    boxes: set[HtmlElement] = set()
    for element in filter(_may_be_box, tree.iter()):
        kind = _kind_of(element)
        if kind is not None and not any(ancestor in boxes for ancestor in element.iterancestors()):
            boxes.add(element)
            yield element, kind


def _may_be_box(element: HtmlElement) -> bool:
    said = element.get("class")
    if element.tag in {"ul", "ol"} or (said and _MAY_BE_FACTS.search(said)):
        return True
    return element.get("hidden") is not None or "none" in (element.get("style") or "")


def _kind_of(element: HtmlElement) -> SpanClass | None:
    if element.getparent() is None or element.tag == "body":
        return None
    if element.get("hidden") is not None or _HIDDEN.search(element.get("style") or ""):
        return SpanClass.NOTICE if 0 < text_length(element) <= MAX_HIDDEN_CHARACTERS else None
    if element.tag in {"ul", "ol"} and _is_link_list(element):
        return SpanClass.RELATED
    return SpanClass.RELATED if any(_FACTS.fullmatch(label) for label in labels(element)) else None


def _is_link_list(element: HtmlElement) -> bool:
    links = element.findall(".//a")
    if len(links) < MIN_LINKS:
        return False
    length = text_length(element)
    return length > 0 and sum(map(text_length, links)) >= MIN_LINK_SHARE * length
