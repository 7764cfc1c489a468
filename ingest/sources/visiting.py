"""One look at a source on the web: what is new there is fetched and handed on, and what happened is told."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urljoin

from ingest.errors import AddressRefused, DocumentError, LimitExceeded, MalformedInput
from ingest.model import Payload
from ingest.network import Answer, check_url
from ingest.sources.catalogue import Source, read_duration
from ingest.sources.feeds import Feed, FeedItem, ParseFeed, looks_like_feed, parse_if_quick, resolve_links
from ingest.sources.opt_outs import HouseRules, OptOuts, header_opt_outs
from ingest.sources.pages import count_words, item_payload, page_payload, problem_payload
from ingest.sources.polite import Manners, PoliteFetcher, StatusFailed, TryLater
from ingest.sources.polling import ASKED, LIKELY, PASSING, SURE, Poll, SourceState
from ingest.sources.settings import SourcesSettings
from ingest.sources.sitemaps import Sitemap, looks_like_sitemap, parse_sitemap, unpack

Emit: TypeAlias = Callable[[Payload], Awaitable[None]]

MOST_REFUSALS = 5
"""So often an item is asked for that its server refuses: a block of an hour must not cost its articles."""

REFUSALS = frozenset({401, 403})
WEIGHTS = {404: LIKELY, 410: SURE, 401: LIKELY, 403: LIKELY, 451: SURE, 429: ASKED, 503: ASKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Looks at sources: by whom pages are fetched, how feeds are parsed, and where payloads go."""

    polite: PoliteFetcher
    settings: SourcesSettings
    parse: ParseFeed
    emit: Emit
    parsing: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True)
class _Visit:
    """A look in progress; `site` is the root of where its answer came from, with the `rules` of that host.

    `trouble` is why the last item could not be had; `again` whether one is to be asked for at the next look;
    `unchanged` whether a sitemap of an index is as it was.
    """

    source: Source
    state: SourceState
    deadline: float
    validators: dict[str, tuple[str, str]] = field(default_factory=dict)
    new: int = 0
    failed: int = 0
    left_over: bool = False
    again: bool = False
    unchanged: bool = False
    trouble: DocumentError | None = None
    seen: list[str] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    site: str = ""
    rules: HouseRules = field(default_factory=HouseRules)
    opt_outs: OptOuts = field(default_factory=OptOuts)

    @property
    def manners(self) -> Manners:
        polite, limits = self.source.politeness, self.source.limits
        delay = read_duration(polite.delay) if polite.delay else 0.0
        return Manners(delay_seconds=delay, at_once=polite.at_once, max_bytes=limits.bytes or None)


async def visit(visitor: Visitor, source: Source, state: SourceState) -> Poll:
    """Look at a source; whatever goes wrong with it is told in the result, and a payload stands for it."""
    visiting = _Visit(source, state, time.monotonic() + visitor.settings.poll.max_poll_seconds)
    try:
        return await _look(visitor, visiting)
    except DocumentError as error:
        await visitor.emit(problem_payload(source, source.url, str(error)))
        wait = error.seconds if isinstance(error, TryLater) else 0.0
        return Poll(error=str(error), weight=weigh(error), wait_seconds=wait, seen=tuple(visiting.seen))


def weigh(error: DocumentError) -> float:
    """Say how surely a failure is there to stay: 1 for ever, less where it may pass."""
    if isinstance(error, StatusFailed):
        return WEIGHTS.get(error.status, PASSING if error.status >= 500 else LIKELY)
    if isinstance(error, TryLater):
        return ASKED
    if isinstance(error, AddressRefused):
        return SURE
    return LIKELY if isinstance(error, MalformedInput | LimitExceeded) else PASSING


async def _look(visitor: Visitor, visiting: _Visit) -> Poll:
    source, state = visiting.source, visiting.state
    answer = await _ask(visitor, visiting, source.url)
    moved_to = answer.url if answer.permanent else ""
    if answer.status == 304:
        return Poll(unchanged=True, validators=visiting.validators, moved_to=moved_to or state.moved_to)
    visiting.site = urljoin(answer.url, "/")
    visiting.rules = await _rules_of(visitor, answer.url)
    visiting.opt_outs = visiting.rules.opt_outs(answer.url).then(header_opt_outs(answer.headers))
    items = await _list_items(visitor, visiting, answer)
    if items is None:
        await _take_page(visitor, visiting, answer)
        total = 1
    else:
        total = len(items)
        await _take_items(visitor, visiting, items)
    wait = visiting.trouble.seconds if isinstance(visiting.trouble, TryLater) else 0.0
    known = visiting.unchanged or not set(state.seen).isdisjoint(visiting.seen)
    if visiting.trouble and not visiting.new and not known:
        return Poll(
            failed=visiting.failed,
            error=f"nothing that it lists can be had: {visiting.trouble}",
            weight=weigh(visiting.trouble),
            refused=visiting.refused,
            wait_seconds=wait,
        )
    return Poll(
        items=total,
        new=visiting.new,
        failed=visiting.failed,
        left_over=visiting.left_over,
        seen=tuple(visiting.seen),
        refused=visiting.refused,
        # Or what is left would look unchanged.
        validators={} if visiting.left_over or visiting.again else visiting.validators,
        wait_seconds=wait,
        moved_to=moved_to,
        opt_outs=visiting.opt_outs.names,
    )


async def _ask(visitor: Visitor, visiting: _Visit, url: str) -> Answer:
    """Fetch what lists articles, unless it is as it was; remember how to ask next time."""
    before = visiting.state.validators.get(url, ("", ""))
    headers = {"If-None-Match": before[0], "If-Modified-Since": before[1]}
    answer = await visitor.polite.get(url, visiting.manners, {name: value for name, value in headers.items() if value})
    said = (answer.headers.get("etag", "")[:500], answer.headers.get("last-modified", "")[:100])
    if answer.status == 304:
        said = (said[0] or before[0], said[1] or before[1])
    if any(said):
        visiting.validators[url] = said
    return answer


async def _rules_of(visitor: Visitor, url: str) -> HouseRules:
    return await visitor.polite.rules(check_url(url, visitor.polite.fetcher.settings))


async def _list_items(visitor: Visitor, visiting: _Visit, answer: Answer) -> Sequence[FeedItem] | None:
    """List the articles that an answer names, newest first; None for a page that is one itself."""
    kind = visiting.source.kind
    if kind == "page" and not _is_list(answer.content, visitor.settings):
        return None
    content = unpack(answer.content, visitor.settings)
    if kind == "sitemap" or (kind == "page" and looks_like_sitemap(content)):
        return _newest_first(await _read_sitemaps(visitor, visiting, parse_sitemap(content)))
    return list(resolve_links(await _parse(visitor, content), answer.url))


async def _parse(visitor: Visitor, content: bytes) -> Feed:
    feed = parse_if_quick(content)
    if feed is not None:
        return feed
    async with visitor.parsing:
        return await asyncio.to_thread(visitor.parse, content)


async def _take_page(visitor: Visitor, visiting: _Visit, answer: Answer) -> None:
    digest = hashlib.blake2b(answer.content, digest_size=8).hexdigest()
    visiting.seen.append(digest)
    if digest not in visiting.state.seen:
        await visitor.emit(page_payload(visiting.source, answer, None, visiting.opt_outs))
        visiting.new = 1


def _is_list(content: bytes, settings: SourcesSettings) -> bool:
    """Tell whether what was named as a page is a feed or a sitemap."""
    head = unpack(content, settings)[:2_000] if content.startswith(b"\x1f\x8b") else content[:2_000]
    return looks_like_feed(head) or looks_like_sitemap(head)


async def _read_sitemaps(visitor: Visitor, visiting: _Visit, sitemap: Sitemap) -> list[FeedItem]:
    """Read the sitemaps of an index, the latest changed first, one level deep."""
    items = list(sitemap.items)
    if sitemap.sitemaps:
        visiting.validators.pop(visiting.source.url, None)  # an index may stay as it is while its sitemaps change
    latest = sorted(sitemap.sitemaps, key=lambda entry: entry[1], reverse=True)
    for url, _ in latest[: visitor.settings.poll.max_sitemaps]:
        try:
            answer = await _ask(visitor, visiting, url)
            if answer.status == 304:
                visiting.unchanged = True
            else:
                items += parse_sitemap(unpack(answer.content, visitor.settings)).items
        except DocumentError as error:
            await _fail_item(visitor, visiting, url, error)
    return items


def _newest_first(items: Iterable[FeedItem]) -> list[FeedItem]:
    return sorted(items, key=lambda item: item.published_at or item.updated_at, reverse=True)


async def _take_items(visitor: Visitor, visiting: _Visit, items: Sequence[FeedItem]) -> None:
    """Hand on the items that have not been seen, as many as the limits allow."""
    known = set(visiting.state.seen)
    most = visiting.source.limits.items or visitor.settings.poll.max_items
    for item in items[: visitor.settings.poll.seen_items]:  # what cannot be remembered would come again and again
        digest = digest_of(item)
        if digest in known:
            visiting.seen.append(digest)
        elif visiting.new + visiting.failed >= most or time.monotonic() > visiting.deadline:
            visiting.left_over = True
        elif await _take_item(visitor, visiting, item, digest):
            visiting.seen.append(digest)
        elif isinstance(visiting.trouble, TryLater):
            visiting.left_over = True
            return
        else:
            visiting.again = True


def digest_of(item: FeedItem) -> str:
    """Tell an item in the version that its feed announces from all others, in 16 characters."""
    parts = (item.url or item.id, item.title, item.updated_at or item.published_at, item.content)
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


async def _take_item(visitor: Visitor, visiting: _Visit, item: FeedItem, digest: str) -> bool:
    """Hand on one item; tell whether it is done with, for good or ill."""
    source = visiting.source
    try:
        if not item.url or not _must_follow(source, item, visitor.settings):
            payload = item_payload(source, item, _opt_outs_of(visiting, item))
        else:
            answer = await visitor.polite.get(item.url, visiting.manners)
            rules = await _rules_of(visitor, answer.url)
            payload = page_payload(source, answer, item, rules.opt_outs(answer.url))
    except DocumentError as error:
        await _fail_item(visitor, visiting, item.url, error)
        if isinstance(error, StatusFailed) and error.status in REFUSALS:
            visiting.refused[digest] = visiting.state.refused.get(digest, 0) + 1
            return visiting.refused[digest] >= MOST_REFUSALS
        return weigh(error) > PASSING
    await visitor.emit(payload)
    visiting.new += 1
    return True


def _opt_outs_of(visiting: _Visit, item: FeedItem) -> tuple[str, ...]:
    """Name what is asked for a text that the feed holds: for the feed, and by the same site for the text's address."""
    own = visiting.rules.opt_outs(item.url).names if item.url.startswith(visiting.site) else ()
    return tuple(dict.fromkeys((*visiting.opt_outs.names, *own)))


def _must_follow(source: Source, item: FeedItem, settings: SourcesSettings) -> bool:
    if source.follow == "auto":
        return count_words(item.content) < settings.poll.full_content_words
    return source.follow == "always"


async def _fail_item(visitor: Visitor, visiting: _Visit, url: str, error: DocumentError) -> None:
    visiting.failed += 1
    visiting.trouble = error
    await visitor.emit(problem_payload(visiting.source, url, str(error)))
