"""A look at a page in linear time, before a parser is let near it: on hostile pages those take far longer."""

from __future__ import annotations

import re

from ingest.errors import LimitExceeded
from ingest.extract.settings import ExtractSettings

# Elements without content, and those that end by themselves where the next one begins: neither nests.
FLAT = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
     "p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot", "option", "optgroup", "colgroup", "rp", "rt"}
)  # fmt: skip
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ATTRIBUTE = re.compile(r"[\s/]*[^\s/>][^\s/>=]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]*))?")
_SUSPICIOUS_TAG = 5000


def check_page(html: str, settings: ExtractSettings) -> None:
    """Raise LimitExceeded for a page that is too large, too deep, or has too many or too large tags."""
    if len(html) > settings.max_html_bytes or len(html.encode("utf-8", "replace")) > settings.max_html_bytes:
        raise LimitExceeded(f"the page is larger than {settings.max_html_bytes:,} bytes")
    depth = tag_end = 0
    for count, tag in enumerate(_TAG.finditer(html), start=1):
        if tag.start() >= tag_end:
            tag_end = _check_tag(html, tag, settings)
        if tag[2].lower() not in FLAT:
            depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > settings.max_depth:
            raise LimitExceeded(f"elements are nested deeper than {settings.max_depth:,} levels")
        if count > settings.max_elements:
            raise LimitExceeded(f"the page has more than {settings.max_elements:,} tags")


def _check_tag(html: str, tag: re.Match[str], settings: ExtractSettings) -> int:
    """Give where a tag ends. Only a long one, or one whose quotes may hold the `>`, is read attribute by attribute."""
    start = tag.start()
    end = html.find(">", start) + 1 or len(html)
    if end - start > _SUSPICIOUS_TAG or html.count('"', start, end) % 2 or html.count("'", start, end) % 2:
        end = _read_attributes(html, tag.end(), settings)
    if end - start > settings.max_tag_bytes:
        raise LimitExceeded(f"a tag is longer than {settings.max_tag_bytes:,} characters")
    return end


def _read_attributes(html: str, place: int, settings: ExtractSettings) -> int:
    attributes = 0
    while attribute := _ATTRIBUTE.match(html, place):
        place = attribute.end()
        attributes += 1
        if attributes > settings.max_attributes:
            raise LimitExceeded(f"a tag has more than {settings.max_attributes:,} attributes")
    return html.find(">", place) + 1 or len(html)
