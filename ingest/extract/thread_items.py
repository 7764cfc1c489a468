"""The items of a thread: by what they are called, or else by what each of them has once, a link to reply or a time."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from ingest.extract.comment_signs import WORD
from ingest.extract.threads import reply_links
from ingest.extract.tree import labels

_ITEM = re.compile(
    rf"(?:[a-z0-9]{{1,15}}[-_])?(?:{WORD}|reply|posting|post-?bit)"
    r"(?:[-_]{1,2}(?:item|entry|wrap|wrapper|container|body|row|post|block|box|single|node|card|main|thread|element|unit))?|"
    r"(?:li-|div-)?comment-\d+|dsq-comment-\d+|c\d{3,}|depth-\d+|fyre-comment-article|wpd-comment|wc-comment|spcv_message|b-leaf|"
    r"hcomment|tk-comment|wl-card|commento-card|kmt-item"
)
NAMED_ITEM = re.compile(r"(?!(?:no|has|with|without|can|open|add|news)[-_])[a-z0-9]{2,15}[-_](?:comment|kommentar)")
# A container that is one comment itself.
_ALONE = re.compile(rf"{NAMED_ITEM.pattern}|comment|kommentar|commentaire|comentario|commento|reactie|hcomment")
ITEM_TYPE = re.compile(r"schema\.org/(?:User)?Comments?$")
_WHO = rf"(?:{WORD}|c|reply|user|post)?[-_]{{0,2}}"
AUTHOR = re.compile(
    rf"{_WHO}(?:author|authors|username|user-?name|nickname|nick|commenter|poster|autor|auteur)(?:[-_]{{0,2}}(?:name|link|meta))?|"
    r"fn|user|by-?line|author-name|display-?name|screen-?name"
)
TIME = re.compile(
    rf"{_WHO}(?:date|time|date-?time|timestamp|time-?ago|meta-?date|published|posted-on|metadata|datum|created)"
)
_AVATAR = re.compile(r"(?:.*[-_])?g?r?avatar(?:[-_].*)?")
_PROPERTIES = frozenset({"author", "creator", "datecreated", "datepublished", "commenttime"})
MIN_ITEMS = 2
_TAGS = ("li", "article", "div", "section", "tr", "dd", "table", "shreddit-comment")


def find_items(container: HtmlElement) -> list[HtmlElement]:
    """Find a container's items in the order of the page, nested ones after those that they answer."""
    candidates, marked = list(_find_named(container)), _find_marked(container)
    if candidates:
        kept = _settle(candidates, frozenset(marked))
        return [element for element in candidates if element in kept]
    for marks in (list(reply_links(container)), list(container.iter("time")), marked):
        if len(marks) >= MIN_ITEMS:
            return _split(container, marks)
    return []


def is_item_by_markup(element: HtmlElement) -> bool:
    """Tell a comment by its microdata or its role."""
    if element.get("itemprop") == "comment" or element.get("role") == "comment":
        return True
    kind = element.get("itemtype")
    return kind is not None and ITEM_TYPE.search(kind) is not None


def _find_named(container: HtmlElement) -> Iterator[HtmlElement]:
    for element in container.iter(*_TAGS):
        pattern = _ALONE if element is container else _ITEM
        if is_item_by_markup(element) or any(map(pattern.fullmatch, labels(element))):
            yield element


def _find_marked(container: HtmlElement) -> list[HtmlElement]:
    """Find what says or shows who wrote a comment, or when."""
    return [
        element
        for element in container.iterdescendants()
        if isinstance(element.tag, str)
        and (
            element.tag == "time"
            or (element.get("itemprop") or "").lower() in _PROPERTIES
            or any(mark.fullmatch(label) for label in labels(element) for mark in (AUTHOR, TIME, _AVATAR))
        )
    ]


def _settle(candidates: Sequence[HtmlElement], marks: frozenset[HtmlElement]) -> set[HtmlElement]:
    """Choose, among elements inside each other, those that are a comment each.

    One with a name or a time of its own is a comment, and what is inside it without either is part of it. One around a
    comment is that comment, with its replies, unless it is around several of one kind: then it is a list.
    """
    known = frozenset(candidates)
    owners = {next((above for above in mark.iterancestors() if above in known), None) for mark in marks}
    below: dict[HtmlElement | None, list[HtmlElement]] = defaultdict(list)
    marked: set[HtmlElement] = set()
    kept: set[HtmlElement] = set()
    for element in reversed(candidates):
        inside = [item for item in reversed(below[element]) if item in marked]
        around = next((above for above in element.iterancestors() if above in known), None)
        if element not in owners and inside and _kind(inside[0]) in map(_kind, inside[1:]):
            kept.difference_update(set(below[element]) - marked)
            below[around] += reversed(inside)
            continue
        kept.difference_update(set(below[element]) - marked)
        if element not in owners:
            kept.difference_update(inside[:1])
        if element in owners or inside:
            marked.add(element)
        kept.add(element)
        below[around].append(element)
    return kept


def _kind(element: HtmlElement) -> tuple[str, list[str]]:
    return str(element.tag), (element.get("class") or "").split()[:1]


def _split(container: HtmlElement, marks: Sequence[HtmlElement]) -> list[HtmlElement]:
    """Give for each mark the block around it that stands beside others of its kind, each with a mark of its own."""
    marked = Counter(ancestor for mark in marks for ancestor in mark.iterancestors())
    items: dict[HtmlElement, None] = {}
    for mark in marks:
        item = next((block for block in _within(mark, container) if _is_one_of_several(block, marked)), None)
        if item is not None:
            items[item] = None
    return list(items)


def _within(mark: HtmlElement, container: HtmlElement) -> Iterator[HtmlElement]:
    for ancestor in mark.iterancestors():
        if ancestor is container:
            return
        yield ancestor


def _is_one_of_several(block: HtmlElement, marked: Counter[HtmlElement]) -> bool:
    parent = block.getparent()
    around = [other for other in ([] if parent is None else parent) if other is not block and other in marked]
    return _kind(block) in map(_kind, around)
