"""Feeds: RSS, Atom, RDF and JSON Feed, by fastfeedparser; what it cannot read goes to feedparser.

Neither is ever given a string: both would take one for an address and fetch it. `parse_patiently` may take long on
hostile input and belongs in a process that can be killed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from urllib.parse import urljoin

import fastfeedparser

from ingest.errors import MalformedInput

MAX_TITLE, MAX_AUTHOR, MAX_AUTHORS, MAX_URL = 1_000, 300, 20, 2_048
MAX_ITEMS = 10_000
QUICK_BYTES = 500_000
"""Feeds up to this size are parsed where they arrive; larger ones in a process of their own."""
QUICK_ATTRIBUTES = 1_000
"""Feeds with more attributes in a tag are parsed in a process of their own: their time grows with the square."""

_ITEM = re.compile(rb"<(?:\w+:)?(?:item|entry)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """One item of a feed, as it was stated; dates are ISO 8601 in UTC where they could be read."""

    id: str = ""
    url: str = ""
    title: str = ""
    published_at: str = ""
    updated_at: str = ""
    authors: tuple[str, ...] = ()
    content: str = ""
    summary: str = ""
    publisher: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed's own statements and its items, newest first as feeds go."""

    title: str = ""
    language: str = ""
    items: tuple[FeedItem, ...] = ()


ParseFeed: TypeAlias = Callable[[bytes], Feed]


def parse_quickly(content: bytes) -> Feed:
    """Parse a well-formed feed; raise MalformedInput where there is none to be found.

    Links are as they stand: see `resolve_links`.
    """
    try:
        parsed = fastfeedparser.parse(content, include_tags=False, include_media=False, include_enclosures=False)
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError) as error:
        raise MalformedInput(f"not a feed: {str(error)[:200]}") from error
    if not parsed["entries"] and _ITEM.search(content):
        raise MalformedInput("not a feed: its items cannot be read")
    return _feed(parsed)


def parse_patiently(content: bytes) -> Feed:
    """Parse a feed by whatever reads it; for a process that can be killed."""
    try:
        return parse_quickly(content)
    except MalformedInput as error:
        import feedparser  # noqa: PLC0415 - slow to import, and seldom needed

        parsed = feedparser.parse(io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False)
        if not parsed["entries"] and not parsed.get("version"):
            raise MalformedInput(str(error)) from error
        return _feed(parsed)


def parse_if_quick(content: bytes) -> Feed | None:
    """Parse a feed; None where that takes `parse_patiently`; raise MalformedInput where it is none."""
    if len(content) > QUICK_BYTES or has_crowded_tag(content):
        return None
    try:
        return parse_quickly(content)
    except MalformedInput:
        if not _ITEM.search(content):
            raise
    return None


def has_crowded_tag(content: bytes) -> bool:
    """Tell in linear time whether a tag may have more than `QUICK_ATTRIBUTES`; text full of `=` counts as one, too.

    No parser goes on with a tag behind a `<` in it, be it in quotes.
    """
    if content.count(b"=") <= QUICK_ATTRIBUTES:
        return False
    return any(piece.count(b"=") > QUICK_ATTRIBUTES for piece in content.split(b"<"))


def looks_like_feed(head: bytes) -> bool:
    """Tell by its beginning whether a document is a feed."""
    start = head[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return b"jsonfeed.org/version" in start
    return re.search(rb"<(?:rss|(?:\w+:)?feed|(?:\w+:)?RDF)[\s>]", start) is not None


def resolve_links(feed: Feed, base: str) -> Iterator[FeedItem]:
    """Give a feed's items with whole addresses, each address once: the first stands nearest to the feed's top."""
    known: set[str] = set()
    for item in feed.items:
        resolved = _resolve(item, base)
        key = resolved.url or resolved.id
        if not key or key not in known:
            known.add(key)
            yield resolved


def _resolve(item: FeedItem, base: str) -> FeedItem:
    url = item.url
    if not url.startswith(("https://", "http://")):
        try:
            url = urljoin(base, url) if url else ""
        except ValueError:
            url = ""
    url = url if len(url) <= MAX_URL else ""
    return item if url == item.url else replace(item, url=url)


def _feed(parsed: Mapping[str, Any]) -> Feed:
    about = parsed.get("feed") or {}
    return Feed(
        title=_text(about.get("title"), MAX_TITLE),
        language=_text(about.get("language"), 20),
        items=tuple(_item(entry) for entry in parsed["entries"][:MAX_ITEMS]),
    )


def _item(entry: Mapping[str, Any]) -> FeedItem:
    return FeedItem(
        id=_text(entry.get("id"), MAX_URL),
        url=_text(entry.get("link"), MAX_URL + 1),
        title=_text(entry.get("title"), MAX_TITLE),
        published_at=_text(entry.get("published"), 100),
        updated_at=_text(entry.get("updated"), 100),
        authors=tuple(_authors(entry)),
        content=_content(entry),
        summary=entry.get("description") or entry.get("summary") or "",
    )


def _authors(entry: Mapping[str, Any]) -> Iterator[str]:
    for author in (entry.get("authors") or [])[:MAX_AUTHORS]:
        if name := _text(author.get("name"), MAX_AUTHOR):
            yield name


def _content(entry: Mapping[str, Any]) -> str:
    values = [held.get("value") for held in entry.get("content") or [] if isinstance(held, Mapping)]
    return max((value for value in values if isinstance(value, str)), key=len, default="")


def _text(value: object, limit: int) -> str:
    return value.strip()[:limit] if isinstance(value, str) else ""
