"""Any search as a feed: Atom (RFC 4287) and JSON Feed 1.1. What articles say goes in as text, never as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree as ET

from ingest.jobs.reading import AsyncReader

ATOM = "http://www.w3.org/2005/Atom"
FIELDS = (
    *("id", "url", "title", "publisher", "published_at", "modified_at", "indexed_at", "language", "author", "section"),
    *("keyword", "body"),
)
# Of a search, what a feed decides itself.
OWN = frozenset({"size", "fields", "facets", "facet_size", "highlight", "sort", "timeline", "significant"})
SUMMARY_CHARACTERS = 600
NEVER = "1970-01-01T00:00:00Z"
# What XML 1.0 cannot hold, not even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A page of a search's newest articles; `base` is the server's own address, without a slash at the end."""

    base: str
    query: str
    parameters: Sequence[tuple[str, str]]
    hits: Sequence[Mapping[str, Any]]
    next: str | None

    @property
    def title(self) -> str:
        """What the feed is called."""
        return f"Broadsheet: {self.query}" if self.query else "Broadsheet"

    def address(self, path: str, cursor: str | None = None) -> str:
        """Address this search at a path."""
        pairs = [*self.parameters, *([("cursor", cursor)] if cursor else [])]
        return f"{self.base}{path}?{urlencode(pairs)}" if pairs else f"{self.base}{path}"


async def read_feed(parameters: Iterable[tuple[str, str]], reader: AsyncReader, base: str, size: int) -> Feed:
    """Search for the newest articles of a feed; raise RequestError where the search cannot be read."""
    given = [(name, text) for name, text in parameters if name not in OWN]
    page = [
        ("sort", "newest"),
        ("size", str(size)),
        ("fields", ",".join(FIELDS)),
        ("highlight", "false"),
        ("timeline", "false"),
    ]
    answer = await reader.search([*given, *page])
    return Feed(
        base=base,
        query=next((text for name, text in given if name == "q"), ""),
        parameters=[pair for pair in given if pair[0] != "cursor"],
        hits=answer["hits"],
        next=answer["next"],
    )


def write_atom(feed: Feed) -> bytes:
    """Write a feed as Atom."""
    root = ET.Element("feed", {"xmlns": ATOM})
    address = feed.address("/v1/feed.atom")
    add(root, "title", feed.title)
    add(root, "id", address)
    add(root, "updated", max((updated_of(hit) for hit in feed.hits), default=NEVER))
    add(root, "generator", "Broadsheet")
    add(root, "link", rel="self", type="application/atom+xml", href=address)
    add(root, "link", rel="alternate", type="text/html", href=feed.address("/"))
    if feed.next:
        add(root, "link", rel="next", type="application/atom+xml", href=feed.address("/v1/feed.atom", feed.next))
    for hit in feed.hits:
        write_entry(ET.SubElement(root, "entry"), hit, feed)
    return bytes(ET.tostring(root, "utf-8", xml_declaration=True))


def write_entry(entry: ET.Element, hit: Mapping[str, Any], feed: Feed) -> None:
    """Write an article of a feed."""
    add(entry, "title", title_of(hit))
    add(entry, "id", f"urn:broadsheet:{hit['id']}")
    add(entry, "updated", updated_of(hit))
    if hit["published_at"]:
        add(entry, "published", hit["published_at"])
    add(entry, "link", rel="alternate", type="text/html", href=page_of(hit, feed))
    if (original := original_of(hit)) is not None:
        add(entry, "link", rel="via", href=original)
    for name in hit["author"] or [hit["publisher"] or "unknown"]:
        add(ET.SubElement(entry, "author"), "name", name)
    for term in (*(hit["section"] or ()), *(hit["keyword"] or ())):
        add(entry, "category", term=term)
    add(entry, "summary", summary_of(hit), type="text")


def add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> None:
    """Add an element, without what XML cannot hold."""
    element = ET.SubElement(parent, name, {key: clean(value) for key, value in attributes.items()})
    if text is not None:
        element.text = clean(text)


def clean(text: str) -> str:
    """Replace what XML cannot hold."""
    return _UNWRITABLE.sub("\ufffd", text)


def write_json(feed: Feed) -> dict[str, Any]:
    """Give a feed as JSON Feed."""
    body: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.address("/"),
        "feed_url": feed.address("/v1/feed.json"),
        "items": [to_item(hit, feed) for hit in feed.hits],
    }
    return body | ({"next_url": feed.address("/v1/feed.json", feed.next)} if feed.next else {})


def to_item(hit: Mapping[str, Any], feed: Feed) -> dict[str, Any]:
    """Give an article of a feed; what is not known is left out."""
    item = {
        "id": hit["id"],
        "url": page_of(hit, feed),
        "external_url": original_of(hit),
        "title": title_of(hit),
        "content_text": summary_of(hit),
        "date_published": hit["published_at"],
        "date_modified": hit["modified_at"],
        "authors": [{"name": name} for name in hit["author"] or ()],
        "tags": [*(hit["section"] or ()), *(hit["keyword"] or ())],
        "language": hit["language"],
    }
    return {name: value for name, value in item.items() if value}


def title_of(hit: Mapping[str, Any]) -> str:
    """Give a title, or what stands for one."""
    return hit["title"] or " ".join((hit["body"] or "").split())[:80] or "Untitled"


def summary_of(hit: Mapping[str, Any]) -> str:
    """Give the beginning of an article, cut between words."""
    body = (hit["body"] or "").strip()
    if len(body) <= SUMMARY_CHARACTERS:
        return body
    return body[:SUMMARY_CHARACTERS].rpartition(" ")[0] + " …"


def updated_of(hit: Mapping[str, Any]) -> str:
    """Say when an article last changed, as far as that is known."""
    return str(hit["modified_at"] or hit["indexed_at"] or hit["published_at"] or NEVER)


def page_of(hit: Mapping[str, Any], feed: Feed) -> str:
    """Address an article's page here."""
    return f"{feed.base}/articles/{quote(hit['id'], safe='')}"


def original_of(hit: Mapping[str, Any]) -> str | None:
    """Give an article's address at its publisher, where that can be one."""
    return hit["url"] if hit["url"] and urlsplit(hit["url"]).scheme in {"http", "https"} else None
