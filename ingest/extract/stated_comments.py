"""Comments that a page states as JSON-LD and does not show: what a script would draw later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from ingest.extract.json_ld import MAX_DEPTH, Node, parse_script
from ingest.model import Comment

MAX_COMMENTS = 2000
_TYPES = frozenset({"Comment", "UserComments"})
_PARTS = ("@graph", "comment", "comments", "mainEntity", "review")


def read_stated_comments(tree: HtmlElement) -> tuple[Comment, ...]:
    """Read the nodes of type Comment, numbered from 1; `reply_to` is the one that a nested one stands in."""
    found: list[Comment] = []
    for script in tree.iter("script"):
        source = script.text or ""
        if "ld+json" in (script.get("type") or "").lower() and any(f'"{kind}"' in source for kind in _TYPES):
            _read(parse_script(source), None, 0, found)
    return tuple(found)


def _read(value: Any, answers: int | None, depth: int, found: list[Comment]) -> None:
    for node in _nodes(value):
        if depth > MAX_DEPTH or len(found) >= MAX_COMMENTS:
            return
        number = answers
        text = node.get("text") or node.get("commentText")
        kinds = node.get("@type")
        is_comment = any(
            kind in _TYPES for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)
        )
        if is_comment and isinstance(text, str) and text.strip():
            number = len(found) + 1
            found.append(_to_comment(node, text, number, answers))
        for part in _PARTS:
            _read(node.get(part), number, depth + 1, found)


def _nodes(value: Any) -> Iterator[Node]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield item


def _to_comment(node: Node, text: str, number: int, answers: int | None) -> Comment:
    author, rating = node.get("author") or node.get("creator"), node.get("upvoteCount")
    name = author.get("name") if isinstance(author, dict) else author
    stated = node.get("dateCreated") or node.get("datePublished") or node.get("commentTime")
    return Comment(
        text="\n".join(line for line in (" ".join(part.split()) for part in text.split("\n")) if line),
        number=number,
        author=name[:300] if isinstance(name, str) else None,
        published_at=stated[:100] if isinstance(stated, str) else None,
        rating=rating if isinstance(rating, int) else None,
        reply_to=answers,
    )
