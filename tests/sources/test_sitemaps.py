"""Sitemaps, their indexes, news and gzip, torn and hostile ones; lists of feeds."""

from __future__ import annotations

import gzip

import pytest

from ingest.errors import DocumentError, LimitExceeded, MalformedInput
from ingest.sources import SourcesSettings
from ingest.sources.opml import Outline, parse_opml
from ingest.sources.sitemaps import looks_like_sitemap, parse_sitemap, unpack

NEWS = b"""<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc> https://h.example/a </loc><lastmod>2026-11-27</lastmod><news:news><news:publication>
<news:name>Harbour Post</news:name>
<news:language>en</news:language></news:publication><news:publication_date>2026-11-27T05:00:00Z</news:publication_date>
<news:title>Cranes</news:title></news:news><image:image><image:loc>https://h.example/i.png</image:loc>
<image:title>A crane</image:title></image:image></url><url><loc>https://h.example/b</loc></url></urlset>"""


def test_reads_pages_and_their_news() -> None:
    """Address, dates, title and publisher are the news', not the pictures'."""
    assert looks_like_sitemap(NEWS)
    first, second = parse_sitemap(NEWS).items
    assert (first.url, first.title, first.publisher) == ("https://h.example/a", "Cranes", "Harbour Post")
    assert (first.published_at, first.updated_at) == ("2026-11-27T05:00:00Z", "2026-11-27")
    assert (second.url, second.title, second.published_at) == ("https://h.example/b", "", "")


def test_reads_an_index() -> None:
    """An index names sitemaps, not pages."""
    index = b"<sitemapindex><sitemap><loc>https://h.example/1.xml</loc><lastmod>2026</lastmod></sitemap></sitemapindex>"
    sitemap = parse_sitemap(index)
    assert (sitemap.items, sitemap.sitemaps) == ([], [("https://h.example/1.xml", "2026")])


def test_gzip_is_unpacked_within_limits() -> None:
    """A gzipped sitemap is read, a bomb is not."""
    assert unpack(gzip.compress(NEWS), SourcesSettings()) == NEWS
    with pytest.raises(LimitExceeded):
        unpack(gzip.compress(b"\0" * 10_000_000), SourcesSettings(decompression_floor_bytes=1_000_000))
    with pytest.raises(MalformedInput):
        unpack(gzip.compress(NEWS)[:-9], SourcesSettings())


def test_torn_at_every_byte() -> None:
    """What was whole before the tear comes out, or it is told that nothing is."""
    whole = [item.url for item in parse_sitemap(NEWS).items]
    for cut in range(len(NEWS)):
        try:
            found = [item.url for item in parse_sitemap(NEWS[:cut]).items]
        except MalformedInput:
            continue
        assert found in (whole, whole[:1], [])


@pytest.mark.parametrize("content", [b"", b"<html/>", b"nothing", b'<?xml version="1.0"?><rss/>', b"<urlset"])
def test_what_is_no_sitemap_is_told(content: bytes) -> None:
    """Another document is no empty sitemap."""
    with pytest.raises(DocumentError):
        parse_sitemap(content)


def test_entities_are_not_expanded() -> None:
    """A file of this machine's does not become an address."""
    hostile = b'<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]><urlset><url><loc>&x;</loc></url></urlset>'
    assert parse_sitemap(hostile).items == []


def test_reads_a_list_of_feeds() -> None:
    """Folders are no feeds; an address counts once."""
    opml = (
        b'<opml version="2.0"><body><outline text="News"><outline text="Harbour" xmlUrl="https://h.example/f"/></outline>'
        b'<outline title="Again" xmlUrl="https://h.example/f"/><outline text="B" xmlUrl="https://b.example/f"/></body></opml>'
    )
    assert parse_opml(opml) == [Outline("https://h.example/f", "Again"), Outline("https://b.example/f", "B")]
    with pytest.raises(MalformedInput):
        parse_opml(b"<html/>")
