"""Sitemaps, news sitemaps and their indexes, plain or gzipped (sitemaps.org 0.9); no entity is expanded."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from ingest.errors import MalformedInput
from ingest.sources.compression import read_chunks
from ingest.sources.feeds import MAX_AUTHOR, MAX_TITLE, MAX_URL, FeedItem
from ingest.sources.settings import SourcesSettings

MAX_ADDRESSES = 50_000
"""As many as the protocol allows in one file."""

GZIP = b"\x1f\x8b"
ROOTS = ("urlset", "sitemapindex")
_WHOLE = re.compile(rb"</(?:\w+:)?(?:urlset|sitemapindex)\s*>\s*(?:<!--.*-->\s*)?\Z|/>\s*\Z", re.DOTALL)
_ENTRY_END = re.compile(rb"</(?:\w+:)?(?:url|sitemap)\s*>")


@dataclass(slots=True)
class Sitemap:
    """What a file lists: pages, or other sitemaps with the time of their last change."""

    items: list[FeedItem] = field(default_factory=list)
    sitemaps: list[tuple[str, str]] = field(default_factory=list)


def looks_like_sitemap(head: bytes) -> bool:
    """Tell by its beginning whether a document is a sitemap or an index of some."""
    return any(b"<" + root.encode() in head[:2_000] for root in ROOTS) or b":urlset" in head[:2_000]


def unpack(content: bytes, settings: SourcesSettings) -> bytes:
    """Decompress a gzipped file within the limits of compressed files; raise DocumentError where it breaks one."""
    if not content.startswith(GZIP):
        return content
    return b"".join(read_chunks(io.BytesIO(content), ".gz", settings))


def parse_sitemap(content: bytes) -> Sitemap:
    """Read a sitemap as far as it is well-formed; raise MalformedInput where it is none."""
    sitemap = Sitemap()
    whole = io.BytesIO(_without_torn_end(content))
    events = etree.iterparse(
        whole, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False,
        recover=True, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        _, root = next(events)
        if _name(root) not in ROOTS:
            raise MalformedInput(f"not a sitemap: its root is <{_name(root)[:40]}>")
        for event, element in events:
            if event == "end" and element.getparent() is root:
                _take(element, sitemap)
                element.clear()
                while element.getprevious() is not None:
                    del root[0]
    except StopIteration as error:
        raise MalformedInput("not a sitemap: empty") from error
    except etree.XMLSyntaxError as error:
        if not sitemap.items and not sitemap.sitemaps:
            raise MalformedInput(f"not a sitemap: {error.msg}") from error
    return sitemap


def _without_torn_end(content: bytes) -> bytes:
    """Cut a torn entry off, which the parser, lenient with faults in the middle, would take for a whole one."""
    if _WHOLE.search(content[-200:]):
        return content
    ends = [found.end() for found in _ENTRY_END.finditer(content)]
    if not ends:
        raise MalformedInput("not a sitemap, or torn before the end of its first entry")
    return content[: ends[-1]]


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _take(element: etree._Element, sitemap: Sitemap) -> None:
    if len(sitemap.items) + len(sitemap.sitemaps) >= MAX_ADDRESSES:
        return
    said = dict(_statements(element))
    url = said.get("loc", "")
    if not url or len(url) > MAX_URL:
        return
    if _name(element) == "sitemap":
        sitemap.sitemaps.append((url, said.get("lastmod", "")[:100]))
    elif _name(element) == "url":
        sitemap.items.append(
            FeedItem(
                url=url,
                title=said.get("news title", "")[:MAX_TITLE],
                published_at=said.get("publication_date", "")[:100],
                updated_at=said.get("lastmod", "")[:100],
                publisher=said.get("news name", "")[:MAX_AUTHOR],
            )
        )


def _statements(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield what an entry says; titles and names belong to its news element alone, not to its pictures."""
    for child in element.iter():
        name = _name(child)
        parent = child.getparent()
        within = _name(parent) if parent is not None else ""
        text = (child.text or "").strip()
        if parent is element and name in {"loc", "lastmod"}:
            yield name, text
        elif within == "news" and name in {"publication_date", "title"}:
            yield ("news title" if name == "title" else name), text
        elif within == "publication" and name == "name":
            yield "news name", text
