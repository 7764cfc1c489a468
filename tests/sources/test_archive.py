"""WARC files in."""

import gzip
import io
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ingest.model import Payload
from ingest.sources import SourcesSettings, decode, read_payloads

PAGE = b"<html><body><p>The ferry to Norholm sails again.</p></body></html>"


def write_archive(*, compressed: bool, status: str = "200 OK", content_type: str = "text/html; charset=utf-8") -> bytes:
    """Write an archive of a response, a request, a picture and a text resource."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=compressed)
    url = "https://norholm.example/ferry?utm_source=x"
    headers = [("Content-Type", content_type), ("Last-Modified", "Wed, 01 May 2024 08:00:00 GMT")]
    http = StatusAndHeaders(status, headers, protocol="HTTP/1.1")
    request = StatusAndHeaders("GET / HTTP/1.1", [("Host", "norholm.example")], is_http_request=True)
    picture = StatusAndHeaders("200 OK", [("Content-Type", "image/png")], protocol="HTTP/1.1")
    records = [
        writer.create_warc_record(url, "response", payload=io.BytesIO(PAGE), http_headers=http),
        writer.create_warc_record(url, "request", payload=io.BytesIO(b""), http_headers=request),
        writer.create_warc_record(url, "response", payload=io.BytesIO(b"\x89PNG"), http_headers=picture),
        writer.create_warc_record(
            "urn:note", "resource", payload=io.BytesIO(b"A note."), warc_content_type="text/plain; charset=latin-1"
        ),
    ]
    for record in records:
        writer.write_record(record)
        record.raw_stream.close()
    return out.getvalue()


def read(path: Path, settings: SourcesSettings | None = None) -> list[Payload]:
    """Read one archive."""
    return list(read_payloads([str(path)], settings or SourcesSettings()))


@pytest.mark.parametrize("form", ["plain", "members", "one member"])
def test_pages_and_texts_are_found(tmp_path: Path, form: str) -> None:
    """Whether each record is a gzip member or the whole file is one, the same records come out."""
    content = write_archive(compressed=form == "members")
    path = tmp_path / ("a.warc" if form == "plain" else "a.warc.gz")
    path.write_bytes(gzip.compress(content) if form == "one member" else content)
    page, note = read(path)
    assert (page.content, page.media_type, page.charset) == (PAGE, "text/html", "utf-8")
    assert (page.url, page.origin) == ("https://norholm.example/ferry?utm_source=x", f"{path}:1")
    assert (note.content, note.media_type, note.charset, note.origin) == (
        b"A note.", "text/plain", "latin-1", f"{path}:4",
    )  # fmt: skip


def test_a_page_takes_its_url_from_the_record(tmp_path: Path) -> None:
    """The address that was fetched gives the identity."""
    path = tmp_path / "a.warc"
    path.write_bytes(write_archive(compressed=False))
    document = decode(read(path)[0], SourcesSettings())
    assert getattr(document, "url", None) == "https://norholm.example/ferry"


def test_what_server_and_archive_say_is_kept(tmp_path: Path) -> None:
    """When a page was fetched bounds its date, and where nothing else dates it the server does."""
    path = tmp_path / "a.warc"
    path.write_bytes(write_archive(compressed=False))
    payload, note = read(path)
    assert [(each.field, each.origin) for each in payload.stated] == [("fetched_at", "warc"), ("modified_at", "http")]
    assert payload.stated[1].value == "Wed, 01 May 2024 08:00:00 GMT"
    assert [each.origin for each in note.stated] == ["warc"]
    document = decode(payload, SourcesSettings())
    assert getattr(document, "fetched_at", None) == payload.stated[0].value


def test_error_pages_are_no_articles(tmp_path: Path) -> None:
    """A crawl keeps its 404 pages."""
    path = tmp_path / "a.warc"
    path.write_bytes(write_archive(compressed=False, status="404 Not Found"))
    assert [payload.content for payload in read(path)] == [b"A note."]


def test_torn_archive_never_gives_half_a_page(tmp_path: Path) -> None:
    """Cut at any byte: whole records come out, a torn page is a problem, and nothing hangs."""
    for name, content in (("a.warc", write_archive(compressed=False)), ("a.warc.gz", write_archive(compressed=True))):
        path = tmp_path / name
        for cut in range(1, len(content), 11):
            path.write_bytes(content[:cut])
            for payload in read(path):
                assert payload.problem is not None or payload.content in {PAGE, b"A note."}


def test_torn_page_is_told(tmp_path: Path) -> None:
    """The library reads a torn record without an error: its Content-Length tells."""
    content = write_archive(compressed=False)
    path = tmp_path / "a.warc"
    path.write_bytes(content[: content.index(PAGE) + 20])
    (payload,) = read(path)
    assert payload.problem == "the record ends before its Content-Length"
    assert payload.origin == f"{path}:1"


def test_large_record_fails_alone(tmp_path: Path) -> None:
    """A record over the limit costs none of its neighbours."""
    path = tmp_path / "a.warc"
    path.write_bytes(write_archive(compressed=False))
    page, note = read(path, SourcesSettings(max_record_bytes=20))
    assert "larger than 20 bytes" in (page.problem or "")
    assert note.content == b"A note."
