"""Cards and paragraphs that are nothing but links to other articles: cut out of the tree before extraction."""

from __future__ import annotations

from lxml.html import HtmlElement

from ingest.extract.tree import path_of, text_length
from ingest.model import Pruned, SpanClass

MIN_LINK_SHARE = 0.8
MAX_CHARACTERS = 200


def prune_related(tree: HtmlElement) -> tuple[Pruned, ...]:
    """Cut out and list short paragraphs whose text is links by four fifths or more ("READ MORE: ...").

    Longer ones are left: a whole linked paragraph may be the article's.
    """
    found = [(element, path_of(element), length) for element in tree.iter("p") if (length := _link_length(element))]
    for element, _, _ in found:
        element.clear(keep_tail=True)
    return tuple(Pruned(element=path, span_class=SpanClass.RELATED, length=length) for _, path, length in found)


CARD_CHARACTERS = 1000
_CARD_PARTS = ("p", "h2", "h3", "h4", "h5", "h6")


def prune_cards(tree: HtmlElement) -> tuple[Pruned, ...]:
    """Cut out and list the links that hold headings or paragraphs of their own: cards that lead to other pages."""
    found = [element for element in tree.iter("a") if _is_card(element)]
    pruned = tuple(
        Pruned(element=path_of(element), span_class=SpanClass.RELATED, length=text_length(element)) for element in found
    )
    for element in found:
        element.clear(keep_tail=True)
    return pruned


def _is_card(link: HtmlElement) -> bool:
    if not link.get("href") or next(link.iter(*_CARD_PARTS), None) is None or link.find(".//h1") is not None:
        return False
    return 0 < text_length(link) <= CARD_CHARACTERS


def _link_length(paragraph: HtmlElement) -> int:
    """Give the length of a paragraph that is nothing but links, else 0."""
    links = paragraph.findall(".//a")
    if not links:
        return 0
    length = text_length(paragraph)
    if not 0 < length <= MAX_CHARACTERS:
        return 0
    return length if sum(map(text_length, links)) >= MIN_LINK_SHARE * length else 0
