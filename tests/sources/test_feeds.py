"""Feeds of every kind, well-formed or not; neither parser is ever handed an address."""

from __future__ import annotations

import contextlib
import time

import pytest

from ingest.errors import MalformedInput
from ingest.sources.feeds import (
    Feed,
    looks_like_feed,
    parse_if_quick,
    parse_patiently,
    parse_quickly,
    resolve_links,
)

RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Harbour Post</title><link>https://h.example/</link>
<item><title>Cranes &amp; boats</title><link>/a</link><guid>x1</guid>
<dc:creator>Ann Oar</dc:creator>
<pubDate>Fri, 27 Nov 2026 05:00:00 +0100</pubDate><description>Short.</description>
<content:encoded><![CDATA[<p>Long text.</p>]]></content:encoded></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Harbour Post</title><entry><id>tag:1</id>
<title>Cranes &amp; boats</title><link href="https://h.example/a"/><published>2026-11-27T04:00:00Z</published>
<updated>2026-11-27T06:00:00Z</updated><author><name>Ann Oar</name></author>
<content type="html">&lt;p>Long text.&lt;/p></content>
</entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://h.example/"><title>Harbour Post</title>
</channel><item rdf:about="https://h.example/a"><title>Cranes &amp; boats</title><link>https://h.example/a</link>
<dc:creator>Ann Oar</dc:creator><dc:date>2026-11-27T05:00:00+01:00</dc:date></item></rdf:RDF>"""
JSON = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "Harbour Post", "items": [{"id": "1", "url":
"https://h.example/a", "title": "Cranes & boats", "content_html": "<p>Long text.</p>", "authors": [{"name": "Ann Oar"}],
"date_published": "2026-11-27T05:00:00+01:00"}]}"""


@pytest.mark.parametrize("content", [RSS, ATOM, RDF, JSON], ids=["rss", "atom", "rdf", "json"])
def test_reads_every_kind(content: bytes) -> None:
    """What the four kinds say of an article comes out the same way."""
    assert looks_like_feed(content)
    feed = parse_quickly(content)
    (item,) = resolve_links(feed, "https://h.example/feed")
    assert (feed.title, item.title, item.url) == ("Harbour Post", "Cranes & boats", "https://h.example/a")
    assert (item.published_at, item.authors) == ("2026-11-27T04:00:00+00:00", ("Ann Oar",))
    assert item.content == ("" if content is RDF else "<p>Long text.</p>")


def test_each_address_comes_once() -> None:
    """A feed that repeats an item names one article."""
    twice = RSS.replace(b"</channel>", RSS[RSS.index(b"<item>") : RSS.index(b"</channel>")] + b"</channel>")
    assert len(parse_quickly(twice).items) == 2
    assert len(list(resolve_links(parse_quickly(twice), "https://h.example/"))) == 1


def test_an_entity_is_not_expanded(tmp_path: object) -> None:
    """Neither a bomb of entities nor a file of this machine's gets into a title."""
    head = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
    body = b"<rss version='2.0'><channel><item><link>https://h.example/a</link><title>x&a;&b;</title></item></channel></rss>"
    for parse in (parse_quickly, parse_patiently):
        (item,) = parse(head + body).items
        assert item.title in {"", "x"}


@pytest.mark.parametrize("content", [b"", b"<html><body>x", b'{"a": 1}', b"https://h.example/feed", b"/etc/hostname"])
def test_no_feed_is_told(content: bytes) -> None:
    """What is no feed fails; above all an address is not fetched and a path not opened."""
    for parse in (parse_quickly, parse_if_quick, parse_patiently):
        with pytest.raises(MalformedInput, match="not a feed"):
            parse(content)


def test_a_broken_feed_goes_to_the_other_parser() -> None:
    """What the quick parser cannot make sense of, but holds items, is for the patient one."""
    broken = b"<nonsense>" + RSS[RSS.index(b"<item>") : RSS.index(b"</channel>")] + b"</nonsense>"
    assert parse_if_quick(broken) is None
    assert isinstance(parse_patiently(RSS[: -len(b"</channel></rss>")]), Feed)


def test_a_large_feed_is_for_another_process() -> None:
    """Only small feeds are parsed where they arrive."""
    assert parse_if_quick(RSS + b" " * 600_000) is None
    assert parse_patiently(RSS + b" " * 600_000).items


def test_a_feed_with_a_crowded_tag_is_for_another_process() -> None:
    """Many attributes in a tag cost the square of their number; the same number in many tags costs nothing."""
    one = b"<x " + b" ".join(b'a%x=""' % number for number in range(600)) + b"/>"
    many = RSS.replace(b"<item>", one * 20 + b"<item>")
    feed = parse_if_quick(many)
    assert feed is not None
    assert feed.items
    crowded = RSS.replace(b"<item>", one[:-2] + one[2:].replace(b"a", b"b") + b"<item>")
    assert parse_if_quick(crowded) is None
    assert parse_patiently(crowded).items


def test_hostile_feeds_take_no_time_where_they_arrive() -> None:
    """Half a megabyte of nesting, brackets, marks or attributes is done with at once."""
    names = b" ".join(b'a%x=""' % number for number in range(40_000))
    contents = [b"<rss version='2.0' " + names + b"><channel><item><title>x</title></item></channel></rss>"]
    pieces = (b"<a>", b"<![CDATA[", b"&amp;", b"(", b"<item>", b"<item><title>x</title></item>", b"1 ")
    contents += [b"<rss version='2.0'><channel><item><author>" + piece * (480_000 // len(piece)) for piece in pieces]
    for content in contents:
        started = time.process_time()
        with contextlib.suppress(MalformedInput):
            parse_if_quick(content)
        assert time.process_time() - started < 2
