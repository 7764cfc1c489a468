"""What a page says of itself, as candidates with their origin; which of them to believe is decided later."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from ingest.extract.bylines import read_labelled
from ingest.extract.json_ld import read_json_ld
from ingest.extract.settings import ExtractSettings
from ingest.extract.tree import visible_text
from ingest.model import Candidate

OPENGRAPH = {
    "og:title": "title",
    "article:published_time": "published_at",
    "og:article:published_time": "published_at",
    "article:modified_time": "modified_at",
    "og:article:modified_time": "modified_at",
    "og:updated_time": "modified_at",
    "article:author": "author",
    "og:article:author": "author",
    "og:site_name": "publisher",
    "og:url": "url",
    "og:locale": "language",
    "article:section": "section",
    "article:tag": "keyword",
    "og:type": "kind",
    "article:content_tier": "tier",
}
_META_NAMES = {
    "title": "title dc.title dcterms.title parsely-title sailthru.title twitter:title headline",
    "published_at": (
        "date dc.date dc.date.issued dcterms.created dcterms.date dcterms.issued pubdate publishdate publish-date "
        "publish_date published datepublished parsely-pub-date sailthru.date article.published iptc:date "
        "cxenseparse:recs:publishtime cxenseparse:publishtime citation_date citation_publication_date "
        "date.release displaydate"
    ),
    "modified_at": (
        "dcterms.modified dc.date.modified last-modified lastmod datemodified article.updated revised "
        "cxenseparse:recs:modifiedtime sailthru.lastmodified"
    ),
    "author": (
        "author authors dc.creator dcterms.creator parsely-author sailthru.author byl cxenseparse:author "
        "article.author citation_author"
    ),
    "publisher": "publisher dc.publisher dcterms.publisher application-name",
    "language": "language dc.language content-language",
    "section": "section parsely-section cxenseparse:recs:category article.section",
    "keyword": "keywords news_keywords parsely-tags sailthru.tags dc.subject",
}
META = {name: field for field, names in _META_NAMES.items() for name in names.split()}
_SPLIT = re.compile("[,;]")
_ELEMENTS = 20
# Some templates write `article:published:time` for `article:published_time`.
_TAIL = re.compile(r":(?=(?:time|name)$)")
_WRITTEN_BY = re.compile(
    r"(?:written by|geschrieben von|verfasst von|écrit par|escrito por|scritto da|autor|author)", re.I
)

_FIND_AUTHORS = etree.XPath(
    "//@rel[.='author']/.. | //@itemprop[.='author']/.."
    " | //@class[contains(., 'byline-name')][contains(concat(' ', ., ' '), ' byline-name ')]/.."
)
_FIND_DATES = etree.XPath("//@itemprop[.='datePublished' or .='dateModified']/..")


def read_metadata(tree: HtmlElement, settings: ExtractSettings) -> tuple[Candidate, ...]:
    """Collect candidates, each value once a field and origin: JSON-LD first, then OpenGraph, meta, elements."""
    kept: dict[tuple[str, str, str], Candidate] = {}
    counts: dict[str, int] = {}
    stated = list(_read_all(tree))
    missing = {"author", "published_at"} - {candidate.field for candidate in stated}
    for candidate in [*stated, *read_labelled(tree, missing)]:
        clean = _limit(candidate, settings)
        if clean is None or (clean.field, clean.value, clean.origin) in kept:
            continue
        counts[clean.field] = counts.get(clean.field, 0) + 1
        if counts[clean.field] <= _most(clean.field, settings):
            kept[clean.field, clean.value, clean.origin] = clean
    return tuple(kept.values())


def _read_all(tree: HtmlElement) -> Iterator[Candidate]:
    yield from read_json_ld(tree)
    stated = [(_name_of(element), element.get("content") or "") for element in tree.iter("meta")]
    yield from _read_meta(stated, OPENGRAPH, "opengraph")
    yield from _read_meta(stated, META, "meta")
    yield from _read_cards(dict(stated))
    yield from _read_elements(tree)


def _read_meta(stated: Iterable[tuple[str, str]], names: Mapping[str, str], origin: str) -> Iterator[Candidate]:
    for name, content in stated:
        field = names.get(_TAIL.sub("_", name))
        if field is None or not content:
            continue
        for value in _SPLIT.split(content) if field == "keyword" else [content]:
            yield Candidate(field=field, value=value, origin=origin)


def _name_of(meta: HtmlElement) -> str:
    return (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()


def _read_cards(stated: Mapping[str, str]) -> Iterator[Candidate]:
    """Read what a card for sharing says in pairs: `twitter:label1` (`Written by`) and `twitter:data1`."""
    for name, content in stated.items():
        if name.startswith("twitter:label") and _WRITTEN_BY.fullmatch(content.strip(" :")):
            yield Candidate(field="author", value=stated.get(name.replace("label", "data"), ""), origin="meta")


def _read_elements(tree: HtmlElement) -> Iterator[Candidate]:
    yield from _read_attribute(tree, "link", "url", "href", rel="canonical")
    yield from _read_attribute(tree, "html", "language", "lang")
    yield from _read_times(tree)
    for tag in ("h1", "title"):
        for element in list(tree.iter(tag))[:2]:
            yield Candidate(field="title", value=visible_text(element), origin="element")
    marked = cast("list[HtmlElement]", _FIND_AUTHORS(tree))
    for element in [element for element in marked if not _is_in_card(element)][:_ELEMENTS]:
        name = element.find(".//*[@itemprop='name']")
        yield Candidate(field="author", value=visible_text(element if name is None else name), origin="element")


def _is_in_card(element: HtmlElement) -> bool:
    """Tell the byline of another article: one in a list, or in an article inside of which there is no headline."""
    above = next((item for item in element.iterancestors() if item.tag in {"li", "article"}), None)
    return above is not None and above.tag == "article" and above.find(".//h1") is None


def _read_times(tree: HtmlElement) -> Iterator[Candidate]:
    times, dated = list(tree.iter("time")), cast("list[HtmlElement]", _FIND_DATES(tree))
    stated = [
        *(item for item in dated if item.get("itemprop") == "datePublished"),
        *(item for item in times if "pubdate" in item.attrib),
        *times,
    ]
    for element in stated[:_ELEMENTS]:
        value = element.get("datetime") or element.get("content") or visible_text(element)
        yield Candidate(field="published_at", value=value, origin="element")
    for element in [item for item in dated if item.get("itemprop") == "dateModified"][:1]:
        value = element.get("datetime") or element.get("content") or visible_text(element)
        yield Candidate(field="modified_at", value=value, origin="element")


def _read_attribute(
    tree: HtmlElement, tag: str, field: str, attribute: str, rel: str | None = None
) -> Iterator[Candidate]:
    for element in tree.iter(tag):
        if rel is None or rel in (element.get("rel") or "").lower().split():
            value = element.get(attribute)
            if value:
                yield Candidate(field=field, value=value, origin="element")
                return


def _limit(candidate: Candidate, settings: ExtractSettings) -> Candidate | None:
    value = " ".join(unescape(candidate.value[:20_000]).split())
    most = {
        "author": settings.max_author_characters,
        "url": settings.max_url_characters,
        "keyword": settings.max_keyword_characters,
    }.get(candidate.field, settings.max_title_characters)
    if candidate.field == "title":
        value = value[:most]
    if candidate.field == "author" and "://" in value:
        return None
    return Candidate(field=candidate.field, value=value, origin=candidate.origin) if 0 < len(value) <= most else None


def _most(field: str, settings: ExtractSettings) -> int:
    return settings.max_keywords if field == "keyword" else settings.max_authors
