"""Paragraphs that are nothing but links to other articles: cut out of the tree before extraction."""

from __future__ import annotations

from lxml.html import HtmlElement

from ingest.extract.tree import path_of
from ingest.model import Pruned, SpanClass

MIN_LINK_SHARE = 0.8
MAX_CHARACTERS = 200


def prune_related(tree: HtmlElement) -> tuple[Pruned, ...]:
    """Cut out and list short paragraphs whose text is links by four fifths or more ("READ MORE: ...").

    Longer ones are left: a whole linked paragraph may be the article's.
    """
    found = [(element, path_of(element), length) for element in tree.iter("p") if (length := _link_length(element))]
    for element, _, _ in found:
        element.drop_tree()
    return tuple(Pruned(element=path, span_class=SpanClass.RELATED, length=length) for _, path, length in found)


def _link_length(paragraph: HtmlElement) -> int:
    """Give the length of a paragraph that is nothing but links, else 0."""
    links = paragraph.findall(".//a")
    if not links:
        return 0
    length = _text_length(paragraph)
    if not 0 < length <= MAX_CHARACTERS:
        return 0
    return length if sum(map(_text_length, links)) >= MIN_LINK_SHARE * length else 0


def _text_length(element: HtmlElement) -> int:
    return len(" ".join(element.text_content().split()))
