"""WARC files written for tests of reading them."""

from __future__ import annotations

import io
from collections.abc import Iterable

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.network.articles import page


def crawl(numbers: Iterable[int]) -> bytes:
    """Write an archive of articles' pages, a gzip member each, as crawlers do."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    for number in numbers:
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            f"https://harbour.example/{number}", "response", payload=io.BytesIO(page(number)), http_headers=http
        )
        writer.write_record(record)
        record.raw_stream.close()
    return out.getvalue()
