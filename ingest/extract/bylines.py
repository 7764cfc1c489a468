"""Dates and bylines that nothing but the labels of their elements tells: read where the page states none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from ingest.extract.tree import labels, visible_text
from ingest.model import Candidate

_DATE_LABEL = re.compile(
    r"(?:[a-z]+[-_]{1,2}){0,3}(?:date|date-?time|timestamp|published|published-(?:at|on)|pub-?date|posted-on)"
    r"(?:[-_]{1,2}(?:published|time|created|text|value))?"
)
_BYLINE_LABEL = re.compile(
    r"(?:[a-z]+[-_]{1,2}){0,3}(?:author|byline)(?:[-_]{1,2}(?:name|link|list[-_]item|list|names))*"
)
_AUTHOR_PAGE = re.compile(r"/(?:author|authors|autor|autoren|auteur|profile)/[^/]+", re.I)
MAX_DATE_CHARACTERS = 80
MAX_LABELLED = 3
_FOLLOWING = etree.XPath(
    "following::*[self::span or self::div or self::a or self::p or self::li or self::time][position() <= 60]"
)


def read_labelled(tree: HtmlElement, fields: Collection[str]) -> Iterator[Candidate]:
    """Read the `author` and the times (`published_at`) near the headline, those of them that `fields` name."""
    dates, names = ("published_at" not in fields) * MAX_LABELLED, "author" not in fields
    for element in _near_headline(tree) if fields else ():
        own = list(labels(element))
        if not own and element.tag != "a":
            continue
        is_date = dates < MAX_LABELLED and any(map(_DATE_LABEL.fullmatch, own))
        is_byline = not names and (
            any(map(_BYLINE_LABEL.fullmatch, own)) or _AUTHOR_PAGE.search(element.get("href", "")) is not None
        )
        text = visible_text(element) if is_date or is_byline else ""
        if not 0 < len(text) <= MAX_DATE_CHARACTERS:
            continue
        if is_date:
            dates += 1
            yield Candidate(field="published_at", value=text, origin="element")
        if is_byline:
            names = True
            yield Candidate(field="author", value=text, origin="element")


def _near_headline(tree: HtmlElement) -> Iterator[HtmlElement]:
    headline = next(tree.iter("h1"), None)
    if headline is not None:
        yield from cast("list[HtmlElement]", _FOLLOWING(headline))
