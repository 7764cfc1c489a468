"""The feeds and sitemaps of a site: those that its page and its robots.txt name, else those at the usual places."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin, urlsplit

from ingest.errors import DocumentError, MalformedInput
from ingest.network import Answer, check_url
from ingest.sources.feeds import looks_like_feed, parse_quickly, resolve_links
from ingest.sources.pages import HEAD_BYTES, read_tags
from ingest.sources.polite import Manners, PoliteFetcher
from ingest.sources.settings import SourcesSettings
from ingest.sources.sitemaps import looks_like_sitemap, parse_sitemap, unpack

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
USUAL_FEEDS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")
USUAL_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml", "/sitemap-news.xml")
MAX_CANDIDATES = 40
_FEED_LINK = re.compile(rb"<a\b[^<>]{0,2000}?href\s*=\s*[\"']([^\"'<>]{1,2000})[\"']", re.IGNORECASE)
_FEED_PATH = re.compile(r"(?:^|[/.?=_-])(?:rss|atom|feeds?)(?:[/.?&=_-]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feed or sitemap that answers; `origin` says what named it: page, link, robots or guess."""

    kind: Literal["feed", "sitemap"]
    url: str
    origin: str
    title: str = ""
    items: int = 0
    newest: str = ""


async def discover(url: str, polite: PoliteFetcher, settings: SourcesSettings) -> AsyncIterator[Found]:
    """Yield what is found on a site, each address once; raise DocumentError where the site cannot be had."""
    answer = await polite.get(url, Manners())
    target = check_url(answer.url, polite.fetcher.settings)
    robots = (await polite.rules(target)).robots
    named = [*name_feeds(answer), *((sitemap, "robots") for sitemap in robots.sitemaps())]
    known: set[str] = set()
    kinds: set[str] = set()
    if here := _read(answer, "page", settings):
        kinds.add(here.kind)
        known.add(answer.url)
        yield here
    for candidates in (named[:MAX_CANDIDATES], None):
        for address, origin in candidates if candidates is not None else list(_guess(target.origin, kinds)):
            if address in known:
                continue
            known.add(address)
            found = await _try(address, origin, polite, settings)
            if found is not None and found.url not in known - {address}:
                known.add(found.url)
                kinds.add(found.kind)
                yield found


async def find_kind(url: str, polite: PoliteFetcher, settings: SourcesSettings) -> Literal["feed", "sitemap", "page"]:
    """Say what an address gives; raise DocumentError where it gives nothing."""
    found = _read(await polite.get(url, Manners()), "page", settings)
    return found.kind if found else "page"


def name_feeds(answer: Answer) -> Iterator[tuple[str, str]]:
    """Yield the feeds that a page names in its head, then links that look like one."""
    for name, said in read_tags(answer.content):
        alternate = name == "link" and "alternate" in said.get("rel", "").lower().split()
        if alternate and said.get("type", "").lower().partition(";")[0].strip() in FEED_TYPES and said.get("href"):
            yield urljoin(answer.url, said["href"]), "page"
    for link in _FEED_LINK.finditer(answer.content[: 5 * HEAD_BYTES]):
        address = link[1].decode("utf-8", "replace")
        if _FEED_PATH.search(urlsplit(address).path if "://" in address else address):
            yield urljoin(answer.url, address), "link"


def _guess(origin: str, found: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the usual places of what nobody named."""
    paths = (() if "feed" in found else USUAL_FEEDS) + (() if "sitemap" in found else USUAL_SITEMAPS)
    yield from ((origin + path, "guess") for path in paths)


async def _try(address: str, origin: str, polite: PoliteFetcher, settings: SourcesSettings) -> Found | None:
    try:
        return _read(await polite.get(address, Manners()), origin, settings)
    except DocumentError:
        return None


def _read(answer: Answer, origin: str, settings: SourcesSettings) -> Found | None:
    try:
        content = unpack(answer.content, settings)
        if looks_like_sitemap(content):
            sitemap = parse_sitemap(content)
            dates = [item.published_at or item.updated_at for item in sitemap.items]
            dates += [changed for _, changed in sitemap.sitemaps]
            count = len(sitemap.items) + len(sitemap.sitemaps)
            return Found(kind="sitemap", url=answer.url, origin=origin, items=count, newest=max(dates, default=""))
        if looks_like_feed(content):
            feed = parse_quickly(content)
            dates = [item.published_at or item.updated_at for item in resolve_links(feed, answer.url)]
            return Found(
                kind="feed",
                url=answer.url,
                origin=origin,
                title=feed.title,
                items=len(dates),
                newest=max(dates, default=""),
            )
    except MalformedInput:
        return None
    return None
