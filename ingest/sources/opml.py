"""OPML: lists of feeds, as readers export them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ingest.errors import MalformedInput
from ingest.sources.feeds import MAX_TITLE, MAX_URL

MAX_FEEDS = 20_000


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list."""

    url: str
    title: str


def parse_opml(content: bytes) -> list[Outline]:
    """List the feeds, each address once, in order; raise MalformedInput where it is no OPML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise MalformedInput(f"not OPML: {error.msg}") from error
    if root is None or root.tag != "opml":
        raise MalformedInput("not OPML")
    return list({outline.url: outline for outline in _outlines(root)}.values())[:MAX_FEEDS]


def _outlines(root: etree._Element) -> Iterator[Outline]:
    for element in root.iter("outline"):
        url = (element.get("xmlUrl") or "").strip()
        if 0 < len(url) <= MAX_URL:
            yield Outline(url, (element.get("title") or element.get("text") or "").strip()[:MAX_TITLE])
