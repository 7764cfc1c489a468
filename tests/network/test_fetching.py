"""Fetching from a server that does everything wrong, and by names that change under our hands."""

from __future__ import annotations

import gzip
import time
import zlib

import pytest

from ingest.errors import AddressRefused, FetchFailed, LimitExceeded
from ingest.network import Answer, NetworkSettings, Request, fetch_now
from tests.network.odd_server import Names, OddServer, drip, endless, gzip_bomb, in_turn, raw, redirect, reply

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def get(web: OddServer, path: str, names: Names | None = None, **changes: object) -> Answer:
    """Fetch a path of the server's with some settings changed."""
    return fetch_now(Request(url=web.url(path)), web.settings(**changes), names)


def test_gives_the_whole_answer_and_says_who_asks(web: OddServer) -> None:
    """Status, headers and body come back; the User-Agent is honest and names a contact."""
    web.scripts["/a"] = reply(200, b"hello", Content_Type="text/plain")
    answer = get(web, "/a", contact="https://example.com/bot")
    assert (answer.status, answer.content, answer.headers["content-type"]) == (200, b"hello", "text/plain")
    assert web.asked[0].headers["user-agent"] == "Broadsheet (+https://example.com/bot)"
    assert web.asked[0].headers["accept-encoding"] == "gzip, deflate"


def test_loopback_is_refused_without_leave(web: OddServer) -> None:
    """By default nothing but public addresses is connected to: the server never hears of it."""
    with pytest.raises(AddressRefused, match="loopback"):
        fetch_now(Request(url=web.url("/a")), NetworkSettings(allowed_ports=(web.port,)))
    assert not web.asked


def test_the_checked_address_is_the_one_connected_to(web: OddServer, names: Names) -> None:
    """A name is resolved once a connection, so what it points to later does not matter; the Host header keeps it."""
    names.add("news.example", ["127.0.0.1"], ["10.0.0.1"])
    web.scripts["/a"] = reply(200, b"fine")
    answer = fetch_now(Request(url=web.url("/a", "news.example")), web.settings(), names)
    assert answer.content == b"fine"
    assert names.asked == ["news.example"]
    assert web.asked[0].host == "news.example"


def test_a_name_that_turns_private_is_refused_at_the_next_connection(web: OddServer, names: Names) -> None:
    """Rebinding: public first, private at the redirect."""
    names.add("news.example", ["127.0.0.1"], ["192.168.0.1"])
    close = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    web.scripts["/a"] = raw(close)
    with pytest.raises(AddressRefused, match=r"192\.168\.0\.1"):
        fetch_now(Request(url=web.url("/a", "news.example")), web.settings(), names)
    assert web.paths() == ["/a"]


def test_one_private_address_among_several_refuses_the_name(web: OddServer, names: Names) -> None:
    """Every resolved address is checked, not only the first."""
    names.add("news.example", ["127.0.0.1", "10.0.0.1"])
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        fetch_now(Request(url=web.url("/a", "news.example")), web.settings(), names)
    assert not web.asked


def test_redirects_are_followed_recorded_and_checked(web: OddServer) -> None:
    """The way is kept; an address that may not be fetched ends it."""
    web.scripts |= {"/a": redirect("/b", 301), "/b": redirect(web.url("/c"), 308), "/c": reply(200, b"end")}
    answer = get(web, "/a")
    assert answer.url == web.url("/c")
    assert [(hop.url, hop.status, hop.location) for hop in answer.redirects] == [
        (web.url("/a"), 301, web.url("/b")),
        (web.url("/b"), 308, web.url("/c")),
    ]
    assert answer.permanent
    for bad in ("http://169.254.169.254/latest", "file:///etc/passwd", "http://u@127.0.0.1/", "http://2130706433/"):
        web.scripts["/bad"] = redirect(bad)
        with pytest.raises(AddressRefused):
            get(web, "/bad")


def test_a_redirect_loop_ends_after_five(web: OddServer) -> None:
    """A loop costs six requests."""
    web.scripts["/loop"] = redirect("/loop")
    with pytest.raises(LimitExceeded, match="more than 5 redirects"):
        get(web, "/loop")
    assert len(web.asked) == 6


def test_secrets_do_not_follow_to_another_origin(web: OddServer, names: Names) -> None:
    """An Authorization header is for the host that it was given for; a post becomes a get at 303."""
    names.add("one.example", ["127.0.0.1"])
    names.add("two.example", ["127.0.0.1"])
    web.scripts |= {"/hook": redirect(web.url("/there", "two.example"), 303), "/there": reply(200)}
    request = Request(
        url=web.url("/hook", "one.example"), method="POST", content=b"{}", headers={"Authorization": "Bearer x"}
    )
    fetch_now(request, web.settings(), names)
    first, second = web.asked
    assert (first.method, first.body, first.headers["authorization"]) == ("POST", b"{}", "Bearer x")
    assert (second.method, second.body) == ("GET", b"")
    assert "authorization" not in second.headers


def test_endless_and_large_bodies_are_cut_off(web: OddServer) -> None:
    """Reading stops at the limit, whether the server says how much will come or not."""
    web.scripts |= {"/endless": endless(), "/large": reply(200, b"x" * 200_001)}
    for path in ("/endless", "/large"):
        with pytest.raises(LimitExceeded, match="larger than 200,000 bytes"):
            get(web, path, max_answer_bytes=200_000)


@pytest.mark.parametrize("headers_too", [False, True])
def test_a_slow_drip_is_cut_off(web: OddServer, headers_too: bool) -> None:
    """A byte now and then keeps every single wait short; the whole time is bounded all the same."""
    web.scripts["/drip"] = drip(0.05, headers_too)
    started = time.perf_counter()
    with pytest.raises(LimitExceeded, match=r"within 0\.4 seconds"):
        get(web, "/drip", max_fetch_seconds=0.4)
    assert time.perf_counter() - started < 30


def test_a_silent_server_is_left(web: OddServer) -> None:
    """A server that takes the request and says nothing costs the read timeout."""
    web.scripts["/silent"] = raw(30.0)
    with pytest.raises(FetchFailed, match="ReadTimeout"):
        get(web, "/silent", read_timeout_seconds=0.2)


def test_a_gzip_bomb_is_cut_off_while_it_is_read(web: OddServer) -> None:
    """200 MB in a few hundred kB: neither the ratio nor the size is waited out."""
    web.scripts["/bomb"] = gzip_bomb(200)
    with pytest.raises(LimitExceeded, match="100 times its size"):
        get(web, "/bomb", max_answer_bytes=500_000_000)
    with pytest.raises(LimitExceeded, match="larger than"):
        get(web, "/bomb", max_decompression_ratio=10_000)


def test_reads_gzip_and_both_kinds_of_deflate(web: OddServer) -> None:
    """What was asked for is understood, members in a row too; an encoding that was not asked for is not."""
    bare = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    bodies = {
        "gzip": gzip.compress(b"he") + gzip.compress(b"llo"),
        "deflate": zlib.compress(b"hello"),
        "Deflate": bare.compress(b"hello") + bare.flush(),
    }
    for encoding, body in bodies.items():
        web.scripts["/a"] = reply(200, body, Content_Encoding=encoding)
        assert get(web, "/a").content == b"hello"
    web.scripts["/a"] = reply(200, b"?", Content_Encoding="br")
    with pytest.raises(FetchFailed, match="not asked for"):
        get(web, "/a")


@pytest.mark.parametrize(
    "script",
    [
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nshort"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n" + gzip.compress(b"hello")[:-9]),
        reply(200, b"not gzip", Content_Encoding="gzip"),
        raw(b"SSH-2.0-OpenSSH\r\n\r\n"),
        raw(b""),
    ],
)
def test_wrong_lengths_and_torn_answers_fail(web: OddServer, script: object) -> None:
    """An answer that is not whole is none: half an article must not pass for one."""
    web.scripts["/a"] = script  # type: ignore[assignment]
    with pytest.raises(FetchFailed):
        get(web, "/a")


def test_nobody_there(web: OddServer, names: Names) -> None:
    """No such name, no such port: a failure that says which."""
    with pytest.raises(FetchFailed, match=r"gone\.example: the name cannot be resolved"):
        fetch_now(Request(url=web.url("/", "gone.example")), web.settings(), names)
    with pytest.raises(FetchFailed):
        fetch_now(Request(url="http://127.0.0.1:1/"), web.settings(allowed_ports=(1,)))


def test_a_request_may_ask_not_to_follow(web: OddServer) -> None:
    """A webhook that is redirected is told so."""
    web.scripts["/a"] = in_turn(redirect("/b"))
    answer = fetch_now(Request(url=web.url("/a"), follow=False), web.settings())
    assert (answer.status, answer.redirects, answer.headers["location"]) == (302, (), "/b")
