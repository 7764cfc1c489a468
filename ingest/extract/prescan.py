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
_BEGINNING = re.compile("</?[a-zA-Z]")
_NESTING = re.compile(rf"<(/?)(?!(?i:{'|'.join(sorted(FLAT))})(?![a-zA-Z0-9]))[a-zA-Z]")
# Those that say more than their name.
_TAG = re.compile("</?[a-zA-Z][a-zA-Z0-9]*+(?!>)([^>]*+)")
_ATTRIBUTE = re.compile(r"[\s/]*[^\s/>][^\s/>=]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]*))?")
_SUSPICIOUS_TAG = 5000


def check_page(html: str, settings: ExtractSettings) -> None:
    """Raise LimitExceeded for a page that is too large, too deep, or has too many or too large tags."""
    if _is_larger(html, settings.max_html_bytes):
        raise LimitExceeded(f"the page is larger than {settings.max_html_bytes:,} bytes")
    if html.count("<") > settings.max_elements < sum(1 for _ in _BEGINNING.finditer(html)):
        raise LimitExceeded(f"the page has more than {settings.max_elements:,} tags")
    _check_nesting(html, settings)
    _check_tags(html, settings)


def _is_larger(html: str, most: int) -> bool:
    """Count bytes only where the characters leave it open: none takes more than four."""
    return len(html) > most or (len(html) * 4 > most and len(html.encode("utf-8", "replace")) > most)


def _check_nesting(html: str, settings: ExtractSettings) -> None:
    depth = 0
    for closing in _NESTING.findall(html):
        if closing:
            depth = depth - 1 if depth else 0
        else:
            depth += 1
            if depth > settings.max_depth:
                raise LimitExceeded(f"elements are nested deeper than {settings.max_depth:,} levels")


def _check_tags(html: str, settings: ExtractSettings) -> None:
    """Read a tag attribute by attribute only where it is long, or its quotes may hold the `>`."""
    long = min(_SUSPICIOUS_TAG, settings.max_tag_bytes)
    end = 0
    for tag in _TAG.finditer(html):
        said = tag[0]
        if (len(said) >= long or said.count('"') % 2 or said.count("'") % 2) and tag.start() >= end:
            end = _read_attributes(html, tag.start(1), settings)
            if end - tag.start() > settings.max_tag_bytes:
                raise LimitExceeded(f"a tag is longer than {settings.max_tag_bytes:,} characters")


def _read_attributes(html: str, place: int, settings: ExtractSettings) -> int:
    attributes = 0
    while attribute := _ATTRIBUTE.match(html, place):
        place = attribute.end()
        attributes += 1
        if attributes > settings.max_attributes:
            raise LimitExceeded(f"a tag has more than {settings.max_attributes:,} attributes")
    return html.find(">", place) + 1 or len(html)
