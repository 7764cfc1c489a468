"""Feeds, sitemaps and pages written for tests of collecting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SENTENCES = (
    "The harbour office counted {n} boats on Tuesday, more than in any week since the breakwater was mended.",
    "Fishers from the north pier said that number {n} had been painted over twice before the inspectors came.",
    "A spokeswoman for the port, asked about berth {n}, said that repairs would begin once the storms were over.",
    "Prices at the morning auction rose for the {n}th day, and two buyers from the valley left without a crate.",
    "The council will vote on pontoon {n} next month, after a hearing at which residents may speak for five minutes.",
    "Nobody was hurt when crane {n} leaned over the quay, although a stack of empty boxes fell into the water.",
)


def body(number: int, paragraphs: int = 6) -> list[str]:
    """Write an article's paragraphs, different for each number."""
    return [
        " ".join(sentence.format(n=number * 7 + place) for sentence in (*SENTENCES[place:], *SENTENCES[:place])[:4])
        for place in range(paragraphs)
    ]


def page(number: int, head: str = "") -> bytes:
    """Write an article's page."""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in body(number))
    title = f"Harbour report {number}"
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    ).encode()


@dataclass(frozen=True)
class Item:
    """An item of a feed; `full` puts the whole article into it."""

    number: int
    url: str
    published: str = "Fri, 27 Nov 2026 05:00:00 GMT"
    full: bool = False


def rss(items: Sequence[Item]) -> bytes:
    """Write a feed."""
    written = "".join(_item(item) for item in items)
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Harbour Post</title>'
        f"<link>https://harbour.example/</link><description>News</description>{written}</channel></rss>"
    ).encode()


def _item(item: Item) -> str:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in body(item.number))
    content = f"<content:encoded><![CDATA[{paragraphs}]]></content:encoded>" if item.full else ""
    return (
        f"<item><title>Harbour report {item.number}</title><link>{item.url}</link><guid>{item.url}</guid>"
        f"<pubDate>{item.published}</pubDate><description>In short.</description>{content}</item>"
    )


def sitemap(entries: Sequence[tuple[str, str]], index: bool = False) -> bytes:
    """Write a sitemap of addresses and their last changes, or an index of sitemaps."""
    outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    written = "".join(f"<{inner}><loc>{url}</loc><lastmod>{changed}</lastmod></{inner}>" for url, changed in entries)
    return (
        f'<?xml version="1.0"?><{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{written}</{outer}>'
    ).encode()
