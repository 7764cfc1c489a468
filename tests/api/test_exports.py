"""Exports and feeds: everything once, nothing that a spreadsheet or a feed reader would act on, cut where told."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi.testclient import TestClient
from lxml import etree

from ingest import jobs
from ingest.api.application import create_app
from ingest.errors import IndexUnavailable
from ingest.index.backends.tantivy import TantivyIndex
from ingest.jobs import exporting
from ingest.jobs.export_formats import to_cell
from ingest.settings import Settings
from tests.api.system import PROBLEM, configure

SCRIPT = "<script>alert(1)</script>"
COUNT = 130
ATOM = "{http://www.w3.org/2005/Atom}"


def write_articles() -> Iterator[dict[str, Any]]:
    """Give articles of one day each, all of them about a harbour."""
    for number in range(COUNT):
        day = f"{2000 + number // 28}-01-{1 + number % 28:02d}"
        words = " ".join(f"word{number * 31 % 997}x{place}" for place in range(12))
        text = f"Harbour report {number}\n\nThe harbour counted {words} on that day, and wrote it down as it was."
        yield {"id": f"n{number}", "text": text, "published_at": day, "publisher": "Ledger"}
    title = f"=cmd|' /C calc'!A0 {SCRIPT} \x0b"
    yield {"id": "hostile", "title": title, "publisher": "@SUM(1)", "text": f"The harbour {SCRIPT} said so, twice."}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give a system that holds them."""
    folder = tmp_path_factory.mktemp("exports")
    source = folder / "articles.jsonl"
    source.write_text("\n".join(map(json.dumps, write_articles())), encoding="utf-8")
    jobs.ingest([str(source)], configure(folder))
    return configure(folder, feed_articles=20)


@pytest.fixture(scope="module")
def client(place: Settings) -> Iterator[TestClient]:
    """Give a client of its API."""
    with TestClient(create_app(place), raise_server_exceptions=False) as opened:
        yield opened


def read_lines(text: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Give an export's articles and what its last line says."""
    *articles, end = map(json.loads, text.splitlines())
    return articles, end


def test_an_export_holds_every_article_once(client: TestClient) -> None:
    """Over its pages, with the fields that were asked for, and an end that says that this was all."""
    answer = client.get("/v1/export", params={"q": "harbour", "fields": "id,given_id,body"})
    articles, end = read_lines(answer.text)
    assert end == {"count": COUNT + 1, "complete": True, "next": None, "error": None}
    assert len({article["given_id"] for article in articles}) == COUNT + 1
    assert set(articles[0]) == {"id", "given_id", "body"}
    assert "attachment" in answer.headers["content-disposition"]


@pytest.mark.parametrize("sort", ["newest", "relevance"])
def test_a_cut_export_goes_on_where_it_was_cut(client: TestClient, sort: str) -> None:
    """At any place, in either order: no article twice, none left out."""
    asked = {"q": "harbour", "limit": "60", "sort": sort}
    seen: list[str] = []
    cursor = None
    for _ in range(10):
        articles, end = read_lines(
            client.get("/v1/export", params={**asked, **({"cursor": cursor} if cursor else {})}).text
        )
        seen += [article["given_id"] for article in articles]
        assert (end["complete"], end["count"]) == (end["next"] is None, len(articles))
        if end["next"] is None:
            break
        asked["cursor"] = end["next"]
    assert len(seen) == len(set(seen)) == COUNT + 1


def test_csv_is_whole_and_no_formula(client: TestClient) -> None:
    """As a reader of CSV sees it; the last row alone carries the cursor."""
    answer = client.get("/v1/export", params={"format": "csv", "limit": 120})
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert len(rows) == 120
    assert [bool(row["next"]) for row in rows] == [False] * 119 + [True]
    rest = client.get("/v1/export", params={"format": "csv", "cursor": rows[-1]["next"]})
    others = list(csv.DictReader(io.StringIO(rest.text, newline="")))
    assert {row["next"] for row in others} == {""}
    assert len({row["id"] for row in (*rows, *others)}) == COUNT + 1
    hostile = next(row for row in (*rows, *others) if row["given_id"] == "hostile")
    assert hostile["title"].startswith("'=cmd")
    assert hostile["publisher"] == "'@SUM(1)"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "＋1", "\ufeff=1"])
def test_what_a_spreadsheet_would_run_is_quoted(text: str) -> None:
    """In every form in which one would take it for a formula."""
    assert to_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "cell"), [("plain", "plain"), (-1.5, "-1.5"), (None, ""), (True, "true"), (["a", "=b"], "a; =b")]
)
def test_what_is_none_is_left(value: Any, cell: str) -> None:
    """Numbers keep their sign."""
    assert to_cell(value) == cell


def test_an_export_that_breaks_off_says_so(place: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index goes away after the first page: the end says why, and where to go on."""
    with TestClient(create_app(place), raise_server_exceptions=False) as client:
        page = jobs.AsyncReader.page

        async def give_one(reader: jobs.AsyncReader, parameters: Any, page_size: int) -> Any:
            if dict(parameters).get("cursor"):
                raise IndexUnavailable("gone")
            return await page(reader, parameters, page_size)

        monkeypatch.setattr(jobs.AsyncReader, "page", give_one)
        articles, end = read_lines(client.get("/v1/export").text)
        monkeypatch.undo()
        assert (len(articles), end["complete"], end["error"]) == (100, False, "gone")
        others, end = read_lines(client.get("/v1/export", params={"cursor": end["next"]}).text)
    assert end["complete"]
    assert len({article["id"] for article in (*articles, *others)}) == COUNT + 1


@pytest.mark.parametrize("form", ["ndjson", "csv"])
def test_a_caller_who_leaves_ends_what_is_held(client: TestClient, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    """In the middle of the pages: what the export walks over is let go of at once, and no further page is asked for."""
    monkeypatch.setattr(exporting, "FIRST_PAGE", 10)
    monkeypatch.setattr(exporting, "PAGE", 10)
    released: list[str] = []
    pieces = 3
    monkeypatch.setattr(TantivyIndex, "release", lambda _, snapshot: released.append(snapshot))
    sent = leave_after(pieces, client, f"sort=relevance&q=harbour&fields=id&format={form}")
    assert sent == pieces
    assert len(released) == 1


def leave_after(pieces: int, client: TestClient, query: str) -> int:
    """Ask for an export and leave after some pieces; give how many came."""
    gone, sent = anyio.Event(), 0
    path = "/v1/export"
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
    }
    scope |= {"scheme": "http", "path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": []}
    scope |= {"client": ("127.0.0.1", 1), "server": ("testserver", 80), "root_path": "", "state": {}}

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal sent
        sent += bool(message.get("body"))
        if sent == pieces:
            gone.set()
            await anyio.sleep_forever()

    assert client.portal is not None
    client.portal.call(client.app, scope, receive, send)
    return sent


@pytest.mark.parametrize("asked", ["format=xml", "limit=0", "limit=x", "limit=99999999999", "colour=red", "cursor=x"])
def test_an_export_that_cannot_be_meant_is_a_problem(client: TestClient, asked: str) -> None:
    """Before the first byte."""
    answer = client.get(f"/v1/export?{asked}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)


def test_feeds_hold_the_newest_as_text(client: TestClient) -> None:
    """Atom parses, with what XML cannot hold replaced; a title's script is text in both; both turn their pages."""
    answer = client.get("/v1/feed.atom", params={"q": "harbour", "filter.publisher": "Ledger"})
    root = etree.fromstring(answer.content)
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == 20
    dates = [entry.findtext(f"{ATOM}published") or "" for entry in entries]
    assert dates == sorted(dates, reverse=True)
    links = {link.get("rel"): link.get("href") or "" for link in root.findall(f"{ATOM}link")}
    assert "filter.publisher=Ledger" in links["alternate"]
    assert len(etree.fromstring(client.get(links["next"]).content).findall(f"{ATOM}entry")) == 20
    assert client.get("/v1/feed.atom", headers={"If-None-Match": "x"}).status_code == 200

    hostile = client.get("/v1/feed.atom", params={"q": "said so twice"})
    assert "<script" not in hostile.text
    assert SCRIPT in (etree.fromstring(hostile.content).findtext(f"{ATOM}entry/{ATOM}title") or "")
    feed = client.get("/v1/feed.json", params={"q": "said so twice"}).json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert "content_html" not in feed["items"][0]
    assert SCRIPT in feed["items"][0]["content_text"]


def test_an_unchanged_feed_is_not_sent_again(client: TestClient) -> None:
    """Feed readers ask often."""
    tag = client.get("/v1/feed.atom").headers["etag"]
    assert client.get("/v1/feed.atom", headers={"If-None-Match": tag}).status_code == 304


def test_without_an_index_neither_begins(tmp_path: Path) -> None:
    """503 in place of an empty file."""
    with TestClient(create_app(configure(tmp_path)), raise_server_exceptions=False) as client:
        for path in ("/v1/export", "/v1/feed.atom", "/v1/feed.json"):
            assert client.get(path).status_code == 503
