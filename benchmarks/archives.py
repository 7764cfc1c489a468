"""WARC files in, against fastwarc handing pages straight to the extractor: `python -m benchmarks.archives [PAGES]`.

Both ways extract in one process and keep nothing; ours also numbers, bounds, decodes and identifies every record.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
import time
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks.corpora import Generator
from ingest.extract import extract_page
from ingest.model import Encoding, Given, Payload, RawDocument
from ingest.settings import Settings
from ingest.sources import decode, read_payloads

PAGES, ROUNDS, CHARACTERS = 400, 3, 4_000


def measure(pages: int = PAGES) -> dict[str, float]:
    """Give pages a CPU second both ways, the best of some rounds that take turns, and their quotient."""
    settings = Settings()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pages.warc.gz"
        write_archive(path, pages)
        bare, ours = [], []
        for _ in range(ROUNDS):
            bare.append(time_bare(path, settings, pages))
            ours.append(time_ours(path, settings, pages))
    return {
        "pages": pages,
        "bare_pages_per_cpu_second": round(pages / min(bare), 1),
        "pages_per_cpu_second": round(pages / min(ours), 1),
        "share_of_bare": round(min(bare) / min(ours), 3),
    }


def write_archive(path: Path, pages: int) -> None:
    """Write an archive as crawlers do: a request and a response a page, and a revisit now and then."""
    texts = Generator().stream(pages * CHARACTERS * 2, CHARACTERS)
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for number in range(pages):
            url = f"https://news.example/{number}"
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "news.example")], is_http_request=True)
            page = io.BytesIO(write_page(next(texts)))
            writer.write_record(writer.create_warc_record(url, "request", http_headers=asked, payload=io.BytesIO(b"")))
            writer.write_record(writer.create_warc_record(url, "response", http_headers=headers, payload=page))
            if number % 10 == 0:
                writer.write_record(
                    writer.create_revisit_record(url, "sha1:AAAA", url, "2026-11-27T05:00:00Z", http_headers=headers)
                )


def write_page(text: str) -> bytes:
    """Write a page with a menu, an article and a footer."""
    lines = [line for line in text.splitlines() if line.strip()]
    paragraphs = "".join(f"<p>{line}</p>" for line in lines)
    menu = "".join(f'<li><a href="/{number}">Section {number}</a></li>' for number in range(40))
    return (
        f"<!doctype html><html><head><title>{lines[0][:80]}</title></head><body><nav><ul>{menu}</ul></nav><article>"
        f"<h1>{lines[0][:80]}</h1>{paragraphs}</article><footer><p>All rights reserved.</p></footer></body></html>"
    ).encode()


def time_bare(path: Path, settings: Settings, pages: int) -> float:
    """Give the CPU seconds of fastwarc's records straight into the extractor."""
    started, count = time.process_time(), 0
    with path.open("rb") as file:
        for record in ArchiveIterator(file, record_types=WarcRecordType.response):
            content = record.reader.read()
            payload = Payload(content=content, media_type="text/html", source="bare", origin="bare")
            encoding = Encoding(name="utf-8", origin="utf-8")
            document = RawDocument(
                id="", digest="", payload=payload, kind="html", text=content.decode(), encoding=encoding, given=Given()
            )
            extract_page(document, settings.extract)
            count += 1
    assert count == pages
    return time.process_time() - started


def time_ours(path: Path, settings: Settings, pages: int) -> float:
    """Give the CPU seconds of the way that `ingest` takes, up to the same extractor."""
    started, count = time.process_time(), 0
    for payload in read_payloads([str(path)], settings.sources):
        document = decode(payload, settings.sources)
        assert isinstance(document, RawDocument)
        extract_page(document, settings.extract)
        count += 1
    assert count == pages
    return time.process_time() - started


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:]))))
