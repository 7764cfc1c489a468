"""Archives by their URL: what a file at hand gives, asked for as a guest, with bounds while it comes."""

from __future__ import annotations

from dataclasses import replace

import fsspec
import pytest

from ingest.errors import AddressRefused, DocumentError, FetchFailed, LimitExceeded, UsageError
from ingest.sources import SourcesSettings
from ingest.sources.remote import Depot, is_remote_archive
from ingest.sources.settings import PollSettings
from tests.network.articles import page
from tests.network.odd_server import OddServer, Script, drip, endless, in_turn, raw, redirect, reply
from tests.sources.archives import crawl

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

PATH = "/crawl-data/CC-NEWS-1.warc.gz"
SETTINGS = SourcesSettings(poll=PollSettings(delay_seconds=0.001, backoff_seconds=0.01))


@pytest.fixture
def depot(web: OddServer) -> Depot:
    """Give what fetches from the server; the bounds of pages are too small for an archive."""
    return Depot(SETTINGS, web.settings(max_answer_bytes=100))


@pytest.mark.parametrize(
    ("argument", "is_one"),
    [
        ("https://data.example/a/b.warc.gz", True),
        ("https://data.example/b.WARC?key=x.html", True),
        ("s3://bucket/b.warc.zst", True),
        ("https://data.example/b.html?file=b.warc", False),
        ("https://[::1/b.warc", False),
        ("s3://bucket/b.txt", False),
        ("folder/b.warc.gz", False),
    ],
)
def test_an_archive_is_known_by_its_url(argument: str, is_one: bool) -> None:
    """By how its path ends; a file at hand is none."""
    assert is_remote_archive(argument) is is_one


def test_an_archive_on_the_web_is_read_as_a_file_is(web: OddServer, depot: Depot) -> None:
    """robots.txt is asked, the archive is fetched once, over a redirect and beyond the bounds of a page."""
    signed = f"{PATH}?signature=x"
    web.scripts |= {signed: redirect("/moved"), "/moved": reply(200, crawl([1, 2]))}
    first, second = depot.read(web.url(signed))
    assert (first.content, first.url, first.source) == (page(1), "https://harbour.example/1", "CC-NEWS-1.warc.gz")
    assert second.origin == f"{web.url(signed)}:2"
    assert web.paths() == ["/robots.txt", "/.well-known/tdmrep.json", signed, "/moved"]
    assert web.asked[-1].headers["accept-encoding"] == "identity"


def test_what_broke_off_is_fetched_anew(web: OddServer, depot: Depot) -> None:
    """Nothing of a first attempt that ended early is left."""
    torn = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\nConnection: close\r\n\r\n" + crawl([1, 2, 3]))
    web.scripts[PATH] = in_turn(torn, reply(200, crawl([4])))
    assert [payload.content for payload in depot.read(web.url(PATH))] == [page(4)]


def test_a_damaged_archive_gives_what_is_whole(web: OddServer, depot: Depot) -> None:
    """Its origin names the URL and the record."""
    content = bytearray(crawl([1, 2, 3]))
    middle = len(crawl([1])) + 200
    content[middle : middle + 40] = bytes(40)
    web.scripts[PATH] = reply(200, bytes(content))
    payloads = list(depot.read(web.url(PATH)))
    assert [payload.problem is None for payload in payloads] == [True, False, True]
    assert payloads[1].origin == f"{web.url(PATH)}:2"


@pytest.mark.parametrize(
    ("script", "error", "told"),
    [
        (reply(404), FetchFailed, "status 404"),
        (endless(), LimitExceeded, "larger than 200,000 bytes"),
        (drip(0.02), LimitExceeded, r"within 0\.3 seconds"),
        (redirect("http://10.0.0.1/x.warc.gz"), AddressRefused, "port 80 is not"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nConnection: close\r\n\r\nWARC/1.0"), FetchFailed, "99"),
    ],
)
def test_an_archive_that_cannot_be_had_is_told(
    web: OddServer, depot: Depot, script: Script, error: type[DocumentError], told: str
) -> None:
    """It is bounded in bytes and time while it comes, and nothing of it is read before it is whole."""
    web.scripts[PATH] = script
    seconds = 0.3 if "seconds" in told else 60.0
    bounded = replace(SETTINGS, max_archive_bytes=200_000, max_archive_seconds=seconds)
    with pytest.raises(error, match=told):
        next(replace(depot, settings=bounded).read(web.url(PATH)))


def test_robots_txt_holds_for_archives(web: OddServer, depot: Depot) -> None:
    """Whoever offers archives to people alone is obeyed."""
    web.scripts |= {"/robots.txt": reply(200, b"User-agent: *\nDisallow: /crawl-data/"), PATH: reply(200, crawl([1]))}
    with pytest.raises(AddressRefused, match=r"robots\.txt does not allow it"):
        next(depot.read(web.url(PATH)))
    assert PATH not in web.paths()


def test_an_archive_in_any_place_that_fsspec_knows(depot: Depot) -> None:
    """By its URL like a file, within the same bounds; what is missing is told."""
    fsspec.filesystem("memory").pipe_file("/archives/news.warc.gz", crawl([1, 2]))
    url = "memory://archives/news.warc.gz"
    assert [payload.origin for payload in depot.read(url)] == [f"{url}:1", f"{url}:2"]
    with pytest.raises(LimitExceeded, match="larger than 100 bytes"):
        next(replace(depot, settings=replace(SETTINGS, max_archive_bytes=100)).read(url))
    with pytest.raises(FetchFailed, match="no such file"):
        next(depot.read("memory://archives/gone.warc.gz"))
    with pytest.raises(UsageError, match="Protocol not known"):
        next(depot.read("nowhere://archives/news.warc.gz"))
