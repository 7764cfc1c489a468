"""Sources on the web looked at: what is taken, what is left, and what is told."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.model import RawDocument
from ingest.sources import decode
from ingest.sources.catalogue import Limits, Source
from ingest.sources.feeds import parse_patiently
from ingest.sources.pages import Head, identity_url, read_head
from ingest.sources.polling import LIKELY, PASSING, SURE, SourceState, advance, standing
from ingest.sources.touring import Tour
from ingest.sources.visiting import MOST_REFUSALS
from tests.network.articles import Item, page, rss, sitemap
from tests.network.odd_server import (
    Names,
    OddServer,
    conditional,
    drip,
    endless,
    gzip_bomb,
    in_turn,
    raw,
    redirect,
    reply,
)  # fmt: skip
from tests.sources.looking import HTML, SETTINGS, Look, says

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_follows_items_that_are_short_and_takes_whole_ones_as_they_are(web: OddServer, look: Look) -> None:
    """An article is fetched only where the feed does not hold it; both carry what the feed says."""
    items = [Item(number, web.url(f"/{number}", "harbour.example"), full=number == 2) for number in (1, 2)]
    web.scripts |= {"/feed": reply(200, rss(items)), "/1": reply(200, page(1), **HTML)}
    (first, second), poll = look("/feed", publisher="The Harbour Post")
    assert web.paths() == ["/robots.txt", "/.well-known/tdmrep.json", "/feed", "/1"]
    assert (first.content, first.charset, first.url) == (page(1), "utf-8", web.url("/1", "harbour.example"))
    assert b"harbour office" in second.content
    assert (poll.items, poll.new, poll.failed, poll.error, len(poll.seen)) == (2, 2, 0, "", 2)
    for payload in (first, second):
        assert says(payload, "published_at") == ["2026-11-27T05:00:00+00:00"]
        document = decode(payload, SETTINGS)
        assert isinstance(document, RawDocument)
        assert (document.given.publisher, document.trace.source) == ("The Harbour Post", "harbour")


def test_follow_may_be_always_or_never(web: OddServer, look: Look) -> None:
    """The catalogue decides against the length of the text."""
    item = Item(1, web.url("/1", "harbour.example"))
    web.scripts |= {"/short": reply(200, rss([item])), "/1": reply(200, page(1), **HTML)}
    web.scripts["/full"] = reply(200, rss([replace(item, full=True)]))
    (never,), _ = look("/short", follow="never")
    assert never.content == b"In short."
    (always,), _ = look("/full", follow="always")
    assert always.content == page(1)


def test_what_was_seen_is_not_fetched_again_and_what_changed_is(web: OddServer, look: Look) -> None:
    """The second look asks conditionally; a new title is a new version; 304 is no news."""
    item = Item(1, web.url("/1", "harbour.example"))
    web.scripts |= {"/feed": conditional(rss([item]), '"1"'), "/1": reply(200, page(1), **HTML)}
    _, poll = look("/feed")
    state = SourceState(validators=poll.validators, seen=poll.seen)
    payloads, again = look("/feed", state)
    assert (payloads, again.unchanged, again.validators) == ([], True, dict(poll.validators))
    web.scripts["/feed"] = conditional(rss([item, Item(2, item.url + "?2")]), '"2"')
    web.scripts["/1?2"] = reply(200, page(2), **HTML)
    payloads, more = look("/feed", state)
    assert [payload.content for payload in payloads] == [page(2)]
    assert (more.items, more.new, set(poll.seen) < set(more.seen)) == (2, 1, True)


def test_limits_leave_the_rest_for_the_next_time(web: OddServer, look: Look) -> None:
    """What is left over is not taken for seen, and the feed is asked for whole again."""
    items = [Item(number, f"https://harbour.example/{number}", full=True) for number in range(5)]
    web.scripts["/feed"] = conditional(rss(items), '"1"')
    payloads, poll = look("/feed", limits=Limits(items=3))
    assert (len(payloads), poll.left_over, poll.validators, len(poll.seen)) == (3, True, {}, 3)
    payloads, poll = look("/feed", SourceState(seen=poll.seen), limits=Limits(items=3))
    assert (len(payloads), poll.left_over, len(poll.seen)) == (2, False, 5)


def test_redirects_and_canonical_links_give_the_identity_and_are_recorded(web: OddServer, look: Look) -> None:
    """The address that a page is known by is its own site's word; the way there is kept."""
    end = web.url("/story?ref=feed", "www.harbour.example")
    known = web.url("/story", "www.harbour.example")
    web.scripts |= {
        "/go": redirect(end, 301),
        "/story?ref=feed": reply(200, page(1, f'<link rel=canonical href="{known}">'), **HTML),
    }
    (payload,), poll = look("/go", kind="page")
    assert payload.url == known
    assert says(payload, "redirected_from") == [web.url("/go", "harbour.example")]
    assert says(payload, "canonical_url") == [known]
    assert poll.moved_to == end


@pytest.mark.parametrize(
    ("canonical", "taken"),
    [
        ("https://news.example/story", True),
        ("/story", True),
        ("https://www.news.example/story", True),
        ("https://evil.example/story", False),
        ("https://news.example/", False),
        ("https://news.example", False),
        ("javascript:alert(1)", False),
        ("https://[::1/story", False),
    ],
)
def test_a_canonical_link_may_not_take_over_another_address(canonical: str, taken: bool) -> None:
    """Neither another site's article nor the front page, to which careless sites point everything."""
    from ingest.network import Answer

    content = f"<html><head><LINK href='{canonical}' data-x rel='nofollow canonical'></head>".encode()
    answer = Answer(url="https://news.example/a?b", status=200, headers={}, content=content)
    assert (identity_url(answer, read_head(answer)) != answer.url) is taken
    assert identity_url(answer, Head()) == answer.url


def test_a_source_is_told_whose_list_can_be_had_and_nothing_behind_it(web: OddServer, look: Look) -> None:
    """Pages that are refused, and an index whose sitemap is gone: neither is a quiet source."""
    items = [Item(number, web.url(f"/{number}", "harbour.example")) for number in range(3)]
    web.scripts |= {"/feed": conditional(rss(items), '"1"'), **{f"/{number}": reply(403) for number in range(3)}}
    _, poll = look("/feed")
    assert (poll.failed, poll.weight, "/2: status 403" in poll.error) == (3, LIKELY, True)
    now = datetime.now(UTC)
    state = advance(SourceState(), poll, now, None, SETTINGS.poll)
    assert (standing(state, SETTINGS.poll), state.succeeded_at) == ("failing", "")
    gone = (web.url("/gone.xml", "harbour.example"), "2026-11-27")
    web.scripts |= {"/index": reply(200, sitemap([gone], index=True)), "/gone.xml": reply(404)}
    _, poll = look("/index", kind="sitemap")
    assert (poll.failed, "/gone.xml: status 404" in poll.error) == (1, True)


def test_articles_that_are_refused_for_a_while_are_not_lost(web: OddServer, look: Look) -> None:
    """A block ends, and the article is taken; where it does not, a few looks are enough."""
    first, second = (Item(number, web.url(f"/{number}", "harbour.example")) for number in (1, 2))
    web.scripts |= {"/feed": conditional(rss([first, second]), '"1"'), "/1": reply(200, page(1), **HTML)}
    web.scripts["/2"] = in_turn(*[reply(403)] * (MOST_REFUSALS - 1), reply(200, page(2), **HTML))
    state, taken = SourceState(), list[str]()
    for _ in range(MOST_REFUSALS):
        payloads, poll = look("/feed", state)
        state = advance(state, poll, datetime.now(UTC), None, SETTINGS.poll)
        taken += [payload.url for payload in payloads if payload.problem is None and payload.url]
    assert taken == [first.url, second.url]
    web.asked.clear()
    web.scripts["/2"] = reply(403)
    state = SourceState(seen=poll.seen[:1])
    for _ in range(MOST_REFUSALS + 2):
        _, poll = look("/feed", state)
        state = advance(state, poll, datetime.now(UTC), None, SETTINGS.poll)
    assert web.paths().count("/2") == MOST_REFUSALS


@pytest.mark.parametrize(
    ("script", "told", "weight"),
    [
        (reply(410), "status 410", SURE),
        (reply(200, b"<html>gone", Content_Type="text/html"), "not a feed", LIKELY),
        (endless(), "larger than", LIKELY),
        (drip(0.05), "within 0.5 seconds", LIKELY),
        (gzip_bomb(20), "larger than", LIKELY),
        (redirect("/odd"), "more than 5 redirects", LIKELY),
        (redirect("http://10.0.0.1/"), "port 80 is not", SURE),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\n<rss"), "odd", PASSING),
    ],
)
def test_a_source_that_misbehaves_is_told(web: OddServer, look: Look, script: Any, told: str, weight: float) -> None:
    """Whatever a server does, a payload stands for the failure, and its weight says how sure it is."""
    web.scripts["/odd"] = script
    seconds = 0.5 if "seconds" in told else 30
    (payload,), poll = look("/odd", network={"max_fetch_seconds": seconds, "max_answer_bytes": 1_000_000})
    assert told in poll.error
    assert payload.problem is not None
    assert poll.weight == weight


def test_an_item_that_fails_costs_no_neighbour_and_may_come_again(web: OddServer, look: Look) -> None:
    """What may pass is tried at the next look, what will not is seen once."""
    urls = [web.url(f"/{number}", "harbour.example") for number in (1, 2, 3)]
    web.scripts |= {"/feed": reply(200, rss([Item(number, url) for number, url in enumerate(urls)]))}
    web.scripts |= {"/1": reply(500), "/2": reply(404), "/3": reply(200, page(3), **HTML)}
    payloads, poll = look("/feed")
    assert [payload.problem is None for payload in payloads] == [False, False, True]
    assert (poll.new, poll.failed, len(poll.seen), poll.error) == (1, 2, 2, "")


def test_charset_lies_do_no_harm(web: OddServer, look: Look) -> None:
    """A page in UTF-8 that the server calls Latin-1, and one in windows-1252 that it calls UTF-8."""
    text = "<html><body><p>Die Fähre nach Norderhöft fährt wieder – “endlich”, sagt man dort überall.</p></body></html>"
    for script in (
        reply(200, text.encode(), Content_Type="text/html; charset=iso-8859-1"),
        reply(200, text.encode("cp1252"), Content_Type="text/html; charset=utf-8"),
    ):
        web.scripts["/1"] = script
        (payload,), _ = look("/1", kind="page")
        document = decode(payload, SETTINGS)
        assert isinstance(document, RawDocument)
        assert document.text == text


def test_sitemaps_and_their_index(web: OddServer, look: Look) -> None:
    """The newest first, gzipped or not; an index that stays the same is read all the same, its sitemaps are not."""
    urls = [web.url(f"/{number}", "harbour.example") for number in range(3)]
    web.scripts |= {f"/{number}": reply(200, page(number), **HTML) for number in range(3)}
    web.scripts["/old.xml.gz"] = conditional(gzip.compress(sitemap([(urls[0], "2020-01-01")])), '"old"')
    web.scripts["/new.xml"] = conditional(sitemap([(urls[1], "2026-11-26"), (urls[2], "2026-11-27")]), '"new"')
    index = [
        (web.url("/old.xml.gz", "harbour.example"), "2020-01-01"),
        (web.url("/new.xml", "harbour.example"), "2026-11-27"),
    ]
    web.scripts["/index.xml"] = conditional(sitemap(index, index=True), '"index"')
    payloads, poll = look("/index.xml", kind="sitemap")
    assert [payload.url for payload in payloads] == [urls[2], urls[1], urls[0]]
    state = SourceState(validators=poll.validators, seen=poll.seen)
    web.asked.clear()
    payloads, poll = look("/index.xml", state, kind="sitemap")
    assert (payloads, poll.new) == ([], 0)
    assert [asked.headers.get("if-none-match") for asked in web.asked] == [None, None, None, '"new"', '"old"']


def test_an_index_with_a_dead_sitemap_is_well_while_another_is_as_it_was(web: OddServer, look: Look) -> None:
    """One that answers 304 can be read; where all are gone the source fails."""
    article, alive, dead = (web.url(path, "harbour.example") for path in ("/1", "/alive.xml", "/dead.xml"))
    index = sitemap([(alive, "2026-11-27"), (dead, "2026-11-26")], index=True)
    web.scripts |= {"/index.xml": reply(200, index), "/dead.xml": reply(404), "/1": reply(200, page(1), **HTML)}
    web.scripts["/alive.xml"] = conditional(sitemap([(article, "2026-11-27")]), '"alive"')
    _, poll = look("/index.xml", kind="sitemap")
    assert (poll.new, poll.failed, poll.error) == (1, 1, "")
    state = SourceState(validators=poll.validators, seen=poll.seen)
    _, poll = look("/index.xml", state, kind="sitemap")
    assert (poll.new, poll.failed, poll.error) == (0, 1, "")
    web.scripts["/alive.xml"] = reply(404)
    _, poll = look("/index.xml", state, kind="sitemap")
    assert "nothing that it lists can be had" in poll.error


def test_a_page_that_is_a_feed_is_read_as_one(web: OddServer, look: Look) -> None:
    """Who names an address need not say what it is."""
    web.scripts |= {"/feed": reply(200, rss([Item(1, "https://harbour.example/1", full=True)]))}
    (payload,), poll = look("/feed", kind="page")
    assert (payload.url, poll.items) == ("https://harbour.example/1", 1)


def test_other_files_are_told(web: OddServer, look: Look) -> None:
    """A picture is no article."""
    web.scripts["/1"] = reply(200, b"\x89PNG", Content_Type="image/png")
    (payload,), poll = look("/1", kind="page")
    assert payload.problem == "image/png is not read"
    assert "image/png" in poll.error


def test_a_bug_that_one_source_brings_out_is_its_own(web: OddServer, names: Names) -> None:
    """The others are looked at, and the failure is told."""

    def broken(_: bytes) -> Any:
        raise ZeroDivisionError("a bug")

    names.add("harbour.example", ["127.0.0.1"])
    large = rss([Item(1, "https://harbour.example/1", full=True)]) + b" " * 600_000
    web.scripts |= {"/large": reply(200, large), "/1": reply(200, page(1), **HTML)}
    sources = [
        Source(name="large", kind="feed", url=web.url("/large", "harbour.example")),
        Source(name="page", kind="page", url=web.url("/1", "harbour.example")),
    ]
    tour = Tour(settings=SETTINGS, network=web.settings(), parse=broken, resolve=names)
    payloads = list(tour.payloads([(source, SourceState()) for source in sources]))
    assert {payload.source: payload.problem for payload in payloads} == {
        "large": "ZeroDivisionError: a bug",
        "page": None,
    }


def test_leaving_early_ends_the_fetching(web: OddServer, names: Names) -> None:
    """Whoever stops reading does not wait for what was still to come."""
    names.add("harbour.example", ["127.0.0.1"])
    web.scripts |= {"/1": reply(200, page(1), **HTML), "/slow": drip(0.05)}
    sources = [
        Source(name=n, kind="page", url=web.url(f"/{n}", h))
        for n, h in (("1", "harbour.example"), ("slow", "127.0.0.1"))
    ]
    tour = Tour(settings=SETTINGS, network=web.settings(), parse=parse_patiently, resolve=names)
    stream = tour.payloads([(source, SourceState()) for source in sources])
    assert next(stream).content == page(1)
    stream.close()  # type: ignore[attr-defined]  # it is a generator
    assert [source.name for source, _ in tour.polls] in (["1"], [])
