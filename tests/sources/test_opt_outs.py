"""Who asks not to be trained on or mined is heard, and recorded; what is asked for it is asked politely."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest.sources.robots import Robots
from tests.network.articles import Item, page, rss
from tests.network.odd_server import OddServer, endless, redirect, reply
from tests.sources.looking import HTML, Look, says

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_who_asks_not_to_be_trained_on_is_recorded(web: OddServer, look: Look) -> None:
    """robots.txt, headers and the page itself; the article is fetched all the same, since this trains nothing."""
    web.scripts |= {
        "/robots.txt": reply(
            200, b"User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /"
        ),
        "/1": reply(200, page(1, '<meta name="robots" content="noai, noindex">'), tdm_reservation="1", **HTML),
    }
    (payload,), poll = look("/1", kind="page")
    assert says(payload, "ai_training_opt_out") == [
        "robots:GPTBot", "robots:content-signal", "meta:noai", "header:tdm-reservation",
    ]  # fmt: skip
    assert poll.opt_outs == ("robots:GPTBot", "robots:content-signal", "header:tdm-reservation")
    assert list(Robots("User-agent: *\nDisallow: /").opt_outs("https://h.example/")) == []


def test_of_several_words_on_mining_the_nearest_counts(web: OddServer, look: Look) -> None:
    """The host's file by the page's path, above it the headers, above them the page; 0 lifts what was reserved."""
    rules = [{"location": "/open/", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}]
    web.scripts["/.well-known/tdmrep.json"] = reply(200, json.dumps(rules).encode())
    meta = '<meta name="TDM-Reservation" content="{}">'
    pages = {
        "/1": reply(200, page(1), **HTML),
        "/2": reply(200, page(2), tdm_reservation="0", **HTML),
        "/3": reply(200, page(3, meta.format(1)), tdm_reservation="0", **HTML),
        "/4": reply(200, page(4, meta.format(0)), tdm_reservation="1", **HTML),
        "/5": reply(200, page(5, meta.format("no")), tdm_reservation="2", **HTML),
        "/open/6": reply(200, page(6), **HTML),
    }
    web.scripts |= pages
    found = [says(look(path, kind="page")[0][0], "ai_training_opt_out") for path in pages]
    assert found == [
        ["tdmrep:tdm-reservation"], [], ["meta:tdm-reservation"], [], ["tdmrep:tdm-reservation"], [],
    ]  # fmt: skip


def test_a_text_that_its_feed_holds_is_reserved_where_its_address_is(web: OddServer, look: Look) -> None:
    """The text is the article's, whose address on the same site says more than the feed's."""
    rules = [{"location": "/articles/", "tdm-reservation": 1}]
    addresses = [("/articles/1", "harbour.example"), ("/notes/2", "harbour.example"), ("/articles/3", "other.example")]
    items = [Item(number, web.url(*address), full=True) for number, address in enumerate(addresses)]
    web.scripts |= {"/.well-known/tdmrep.json": reply(200, json.dumps(rules).encode()), "/feed": reply(200, rss(items))}
    payloads, poll = look("/feed")
    assert [says(each, "ai_training_opt_out") for each in payloads] == [["tdmrep:tdm-reservation"], [], []]
    assert poll.opt_outs == ()


@pytest.mark.parametrize(
    "script", [reply(404), reply(500), reply(200, b"<html>"), endless(), redirect("http://10.0.0.1/")]
)
def test_without_a_tdm_file_nothing_is_reserved_and_all_goes_on(web: OddServer, look: Look, script: Any) -> None:
    """The file is a host's choice: whatever it answers there costs no article."""
    web.scripts |= {"/.well-known/tdmrep.json": script, "/1": reply(200, page(1), **HTML)}
    (payload,), _ = look("/1", kind="page")
    assert (payload.problem, says(payload, "ai_training_opt_out")) == (None, [])


def test_a_tdm_file_is_not_fetched_where_robots_txt_forbids_it(web: OddServer, look: Look) -> None:
    """Guests ask before they look."""
    web.scripts |= {
        "/robots.txt": reply(200, b"User-agent: *\nDisallow: /.well-known/"),
        "/1": reply(200, page(1), **HTML),
    }
    (payload,), _ = look("/1", kind="page")
    assert (payload.problem, web.paths()) == (None, ["/robots.txt", "/1"])
