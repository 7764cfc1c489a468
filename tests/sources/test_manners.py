"""How politely sources on the web are asked: robots.txt, one at a time, pauses, patience."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from ingest.network import NetworkSettings
from ingest.sources.catalogue import Limits, Politeness, Source
from ingest.sources.feeds import parse_patiently
from ingest.sources.polite import retry_after
from ingest.sources.polling import ASKED, LIKELY, PASSING, SURE, SourceState
from ingest.sources.touring import Tour
from ingest.sources.turns import Turns
from tests.network.articles import Item, page, rss
from tests.network.odd_server import (
    Asked,
    Names,
    OddServer,
    in_turn,
    redirect,
    reply,
)  # fmt: skip
from tests.sources.looking import HTML, SETTINGS, Look

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_robots_txt_is_obeyed_everywhere(web: OddServer, look: Look) -> None:
    """A forbidden item is told and not asked for, also where a redirect leads to it; the delay is kept."""
    web.scripts |= {
        "/robots.txt": reply(200, b"User-agent: *\nDisallow: /private\nCrawl-delay: 0.2"),
        "/feed": reply(
            200, rss([Item(1, web.url("/private/1", "harbour.example")), Item(2, web.url("/2", "harbour.example"))])
        ),
        "/2": redirect("/private/2"),
    }
    payloads, poll = look("/feed")
    assert ["robots.txt does not allow it" in (payload.problem or "") for payload in payloads] == [True, True]
    assert (poll.failed, poll.new, "robots.txt does not allow it" in poll.error) == (2, 0, True)
    assert [path for path in web.paths() if "private" in path] == []
    (refused,), poll = look("/private/feed")
    assert (poll.weight, refused.problem) == (SURE, "robots.txt does not allow it")


def test_without_a_readable_robots_txt_nothing_is_fetched(web: OddServer, look: Look) -> None:
    """A server in trouble is left alone (RFC 9309); one that has no such file allows all."""
    web.scripts |= {"/robots.txt": reply(503), "/feed": reply(200, rss([]))}
    _, poll = look("/feed")
    assert ("nothing is fetched" in poll.error, poll.weight, web.paths()) == (True, PASSING, ["/robots.txt"])
    web.scripts["/robots.txt"] = reply(404)
    _, poll = look("/feed")
    assert poll.error == ""


def test_one_request_at_a_time_a_host(web: OddServer, look: Look, names: Names) -> None:
    """Several sources on one host wait for each other."""
    web.scripts |= {f"/{number}": lambda asked: [0.02, *reply(200, page(1), **HTML)(asked)] for number in range(6)}
    sources = [Source(name=f"s{n}", kind="page", url=web.url(f"/{n}", "harbour.example")) for n in range(6)]
    tour = Tour(settings=SETTINGS, network=web.settings(), parse=parse_patiently, resolve=names)
    assert len(list(tour.payloads([(source, SourceState()) for source in sources]))) == 6
    assert web.most_at_once == 1


def test_a_host_that_others_redirect_to_is_asked_in_turn(web: OddServer, names: Names, tmp_path: Path) -> None:
    """Sources of five hosts that all lead to one: it is asked once at a time, with its pause in between."""
    asked: list[float] = []

    def note(request: Asked) -> Iterator[float | bytes]:
        asked.append(time.monotonic())
        yield from (0.05, *reply(200, page(1), **HTML)(request))

    hosts = [f"{letter}.example" for letter in "abcde"]
    for host in ("hub.example", *hosts):
        names.add(host, ["127.0.0.1"])
    web.scripts |= {f"{host}/": redirect(web.url(f"/{host}", "hub.example")) for host in hosts}
    web.scripts |= {f"hub.example/{host}": note for host in hosts}
    settings = replace(SETTINGS, poll=replace(SETTINGS.poll, delay_seconds=0.1, max_wait_seconds=10.0))
    turns = Turns(tmp_path / "turns")
    tour = Tour(settings=settings, network=web.settings(), parse=parse_patiently, resolve=names, turns=turns)
    sources = [Source(name=host, kind="page", url=web.url("/", host)) for host in hosts]
    payloads = list(tour.payloads([(source, SourceState()) for source in sources]))
    assert [payload.problem for payload in payloads] == [None] * len(hosts)
    assert len(asked) == len(hosts)
    assert min(after - before for before, after in pairwise(asked)) >= 0.1


def test_a_host_that_asks_for_patience_gets_it_from_all_sources(web: OddServer, names: Names, tmp_path: Path) -> None:
    """The first article is answered with Retry-After: nothing more is asked there, also by another process."""
    names.add("harbour.example", ["127.0.0.1"])
    items = [Item(number, web.url(f"/{number}", "harbour.example")) for number in range(6)]
    web.scripts |= {"/feed": reply(200, rss(items)), **{f"/{n}": reply(429, Retry_After="3600") for n in range(6)}}
    feed = Source(name="feed", kind="feed", url=web.url("/feed", "harbour.example"))
    other = Source(name="page", kind="page", url=web.url("/5", "harbour.example"))
    for sources in ([feed], [other], [other]):
        turns = Turns(tmp_path / "turns")
        tour = Tour(settings=SETTINGS, network=web.settings(), parse=parse_patiently, resolve=names, turns=turns)
        list(tour.payloads([(source, SourceState()) for source in sources]))
        ((_, poll),) = tour.polls
        assert 3500 < poll.wait_seconds <= 3600
    assert [path for path in web.paths() if path[1:].isdecimal()] == ["/0"]


def test_servers_in_trouble_are_asked_again_and_given_time(web: OddServer, look: Look) -> None:
    """A 503 passes, 429 says when, and where that is too long the source waits for its next turn."""
    web.scripts["/feed"] = in_turn(reply(503), reply(200, rss([])))
    assert look("/feed")[1].error == ""
    web.scripts["/feed"] = in_turn(reply(429, Retry_After="0"), reply(200, rss([])))
    assert look("/feed")[1].error == ""
    web.scripts["/feed"] = reply(429, Retry_After="3600")
    _, poll = look("/feed")
    assert (poll.weight, poll.wait_seconds) == (ASKED, 3600)
    web.asked.clear()
    web.scripts["/feed"] = reply(404)
    assert look("/feed")[1].weight == LIKELY
    assert web.paths().count("/feed") == 1  # what will not pass is not asked for again


def test_reads_retry_after() -> None:
    """Seconds or a date, never a wait into the past or of a year."""
    now = datetime(2026, 11, 27, 5, tzinfo=UTC)
    assert retry_after("120", now) == 120
    assert retry_after("Fri, 27 Nov 2026 05:02:00 GMT", now) == 120
    assert retry_after("Fri, 27 Nov 2020 05:02:00 GMT", now) == 0
    assert retry_after("99999999999", now) == 604_800
    assert (retry_after("", now), retry_after("soon", now), retry_after("-1", now)) == (None, None, None)


def test_manners_of_a_source_count(web: OddServer, look: Look) -> None:
    """A source's own delay and size hold beside the settings."""
    web.scripts["/1"] = reply(200, page(1), **HTML)
    _, poll = look("/1", kind="page", limits=Limits(bytes=100), politeness=Politeness(delay="1s"))
    assert "larger than 100 bytes" in poll.error
    assert NetworkSettings(contact="mailto:a@b.example").full_user_agent == "Broadsheet (+mailto:a@b.example)"
