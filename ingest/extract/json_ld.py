"""JSON-LD in a page: the nodes that describe an article, with what they refer to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from lxml.html import HtmlElement

from ingest.model import Candidate

ORIGIN = "json-ld"
# How well a type describes the article; a WebPage is asked only where nothing better is there.
_ARTICLE = re.compile(r".*Article|.*Posting|Report|Review")
_PAGE = frozenset({"WebPage", "ItemPage", "CreativeWork", "VideoObject"})
# What some templates wrap around the JSON, spaces aside.
_WRAPPINGS = (("//<![CDATA[", "//]]>"), ("/*<![CDATA[*/", "/*]]>*/"), ("<![CDATA[", "]]>"), ("<!--", "-->"))
_TRAILING_COMMA = re.compile(r",(\s*[\]}])")
_SUBJECT_FIELDS = {
    "Person": "about_person",
    "Organization": "about_organization",
    "Corporation": "about_organization",
    "GovernmentOrganization": "about_organization",
    "SportsTeam": "about_organization",
    "Place": "about_place",
    "City": "about_place",
    "Country": "about_place",
    "State": "about_place",
}
_SUBJECTS = 60
MAX_NODES = 2000
MAX_DEPTH = 30

Node = dict[str, Any]


def read_json_ld(tree: HtmlElement) -> Iterator[Candidate]:
    """Yield the candidates of the page's article node, or else of its page node."""
    nodes = list(_find_nodes(tree))
    by_id = {node["@id"]: node for node in reversed(nodes) if isinstance(node.get("@id"), str) and len(node) > 1}
    articles = [node for node in nodes if any(_ARTICLE.fullmatch(kind) for kind in _types(node))]
    pages = [node for node in nodes if any(kind in _PAGE for kind in _types(node))]
    for node in (articles or pages)[:1]:
        yield from _read_node(node, by_id)


def _find_nodes(tree: HtmlElement) -> Iterator[Node]:
    count = 0
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            for node in _walk(parse_script(script.text or ""), 0):
                count += 1
                if count > MAX_NODES:
                    return
                yield node


def parse_script(source: str) -> Any:
    """Parse what a script of JSON-LD holds, as templates write it; None where it is broken."""
    text = source.strip()
    for opening, closing in _WRAPPINGS:
        text = text.removeprefix(opening).removesuffix(closing).strip()
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _walk(value: Any, depth: int) -> Iterator[Node]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, depth + 1)
    elif isinstance(value, dict):
        if value.get("@type") or value.get("@id"):
            yield value
        for key, item in value.items():
            if isinstance(item, dict | list) and key not in {"comment", "itemListElement", "hasPart", "isPartOf"}:
                yield from _walk(item, depth + 1)


def _types(node: Node) -> Sequence[str]:
    kinds = node.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _read_node(node: Node, by_id: dict[str, Node]) -> Iterator[Candidate]:
    said = [
        ("title", _strings(node.get("headline") or node.get("name"), "name")),
        ("published_at", _strings(node.get("datePublished"), "@value")),
        ("modified_at", _strings(node.get("dateModified"), "@value")),
        ("author", _names(node.get("author") or node.get("creator"), by_id)),
        ("publisher", _names(node.get("publisher"), by_id)),
        ("url", _strings(node.get("url") or node.get("mainEntityOfPage"), "@id")),
        ("language", _strings(node.get("inLanguage"), "name")),
        ("section", _strings(node.get("articleSection"), "name")),
        ("keyword", _split(_strings(node.get("keywords"), "name"))),
        ("kind", iter(_types(node))),
        *_subjects(node, by_id),
        ("is_free", _truths(node.get("isAccessibleForFree"))),
    ]
    for field, values in said:
        for value in values:
            yield Candidate(field=field, value=value, origin=ORIGIN)


def _split(values: Iterator[str]) -> Iterator[str]:
    for value in values:
        yield from re.split("[,;]", value)


def _subjects(node: Node, by_id: dict[str, Node]) -> Iterator[tuple[str, Iterator[str]]]:
    """Read what the article is about or mentions, where its type says that it is a person, organisation or place."""
    for subject in [part for key in ("about", "mentions") for part in _listed(node.get(key))][:_SUBJECTS]:
        for field in {_SUBJECT_FIELDS[kind] for kind in _types(subject) if kind in _SUBJECT_FIELDS}:
            yield field, _names(subject, by_id)


def _listed(value: Any) -> list[Node]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def _truths(value: Any) -> Iterator[str]:
    """Read a truth as it is written: a boolean, its name, or its address at schema.org."""
    if isinstance(value, bool | str):
        said = str(value).strip().lower().rpartition("/")[2]
        if said in {"true", "false"}:
            yield said


def _strings(value: Any, key: str) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        said = item.get(key) if isinstance(item, dict) else item
        if isinstance(said, str):
            yield said


def _names(value: Any, by_id: dict[str, Node]) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        node = by_id.get(item.get("@id", ""), item) if isinstance(item, dict) and not item.get("name") else item
        name = node.get("name") if isinstance(node, dict) else node
        yield from (said for said in (name if isinstance(name, list) else [name]) if isinstance(said, str))
