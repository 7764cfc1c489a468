"""A comment container becomes comments: author, time, rating, whom they answer, text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lxml.html import HtmlElement

from ingest.extract.tree import labels, path_of, visible_text
from ingest.model import Comment

_ITEM = re.compile(
    r"(?:[a-z0-9]{1,15}[-_])?(?:comment|kommentar|commentaire|comentario|reactie|reply)"
    r"(?:[-_]{1,2}(?:item|entry|wrap|wrapper|container|body|row|post|block|box|single|node|card|main|thread))?|"
    r"(?:li-|div-)?comment-\d+|dsq-comment-\d+|c\d{3,}|depth-\d+"
)
NAMED_ITEM = re.compile(r"(?!(?:no|has|with|without|can|open|add|news)[-_])[a-z0-9]{2,15}[-_](?:comment|kommentar)")
ITEM_TYPE = re.compile(r"schema\.org/(?:User)?Comments?$")
_TEXT = re.compile(
    r"(?:[a-z0-9]{1,15}[-_])?(?:comment|kommentar|commentaire|comentario|reactie|post|reply)[-_]{0,2}"
    r"(?:content|text|message|copy|description|inner-text|body-text|bodytext|txt)|message|reader-text"
)
_BODY = re.compile(r"comment[-_]{0,2}body")
_AUTHOR = re.compile(
    r"(?:comment|c|reply|user|post)?[-_]{0,2}(?:author|authors|username|user-?name|nickname|commenter|poster)(?:[-_]{0,2}(?:name|link|meta))?|"
    r"fn|user|by-?line|author-name|display-?name"
)
_TIME = re.compile(
    r"(?:comment|c|reply|post)?[-_]{0,2}(?:date|time|datetime|timestamp|meta-?date|published|posted-on|metadata)"
)
_CHROME = re.compile(
    r".*(?:reply|reply-link|actions?|toolbar|avatar|vote|likes?|share|report|permalink|edit-link|meta|metadata|footer|"
    r"rating|controls?|buttons?|says)"
)
_RATING = re.compile(
    r"(?:[a-z]+[-_]{1,2}){0,2}(?:score|karma|points|likes?|up-?votes?|votes?|rating|recommend(?:s|ations)?)"
    r"(?:[-_]{1,2}(?:count|counter|number|value|total|num|up))?"
)
_RATED = re.compile(r"([+-]?)\s?(\d{1,6})(?:\s?[^\W\d]{1,15})?")
_PARENT = (
    "data-parent-id",
    "data-parent",
    "data-parentid",
    "data-parent-comment-id",
    "data-reply-to",
    "data-in-reply-to",
)
_OWN = ("data-comment-id", "data-commentid", "data-id", "id")
MIN_LOOSE_CHARACTERS = 40
MIN_OWN_WORDS = 8


def read_comments(container: HtmlElement, first_number: int) -> list[Comment]:
    """Read a container's comments; text without any structure is one comment."""
    items = list(_find_items(container))
    known = frozenset(items)
    comments = [comment for item in items if (comment := _read_item(item, known)) is not None]
    if not items:
        loose = visible_text(container)
        has_text = any(len(line) >= MIN_LOOSE_CHARACTERS for line in loose.split("\n"))
        if has_text and container.find(".//p") is not None:
            return [Comment(text=loose, number=first_number, element=path_of(container))]
    return _number(comments, first_number)


def _find_items(container: HtmlElement) -> Iterator[HtmlElement]:
    seen: set[HtmlElement] = set()
    for element in container.iter("li", "article", "div", "section", "tr", "dd"):
        if element is container and not _is_named_item(element):
            continue
        if not (_is_item_by_markup(element) or any(_ITEM.fullmatch(label) for label in labels(element))):
            continue
        outer = next((ancestor for ancestor in element.iterancestors() if ancestor in seen), None)
        if outer is None or _stands_alone(element, outer):
            seen.add(element)
            yield element


def _is_named_item(element: HtmlElement) -> bool:
    return _is_item_by_markup(element) or any(NAMED_ITEM.fullmatch(label) for label in labels(element))


def _is_item_by_markup(element: HtmlElement) -> bool:
    return element.get("itemprop") == "comment" or ITEM_TYPE.search(element.get("itemtype") or "") is not None


def _stands_alone(element: HtmlElement, outer: HtmlElement) -> bool:
    """Tell a reply from one more wrapper of the same comment: a comment's own words come before its replies."""
    words = _part(outer, _TEXT, frozenset())
    if words is None:
        return len(visible_text(outer, frozenset({element})).split()) > MIN_OWN_WORDS
    return element is not words and all(ancestor is not element for ancestor in words.iterancestors())


def _read_item(item: HtmlElement, items: frozenset[HtmlElement]) -> tuple[HtmlElement, Comment] | None:
    nested = frozenset(element for element in item.iterdescendants() if element in items)
    author, time, text = (_part(item, pattern, nested) for pattern in (_AUTHOR, _TIME, _TEXT))
    if text is None:
        text = _part(item, _BODY, nested)
    chrome = frozenset(
        element
        for element in item.iter("div", "span", "a", "footer", "header", "p", "ul", "time", "cite", "h3", "h4", "h5")
        if element is not item and element is not text and any(_CHROME.fullmatch(label) for label in labels(element))
    )
    aside = nested | chrome | {part for part in (author, time) if part is not None}
    words = visible_text(item if text is None else text, frozenset(aside - {text}))
    if not words:
        return None
    return item, Comment(
        text=words,
        author=_one_line(author, nested),
        published_at=_time_of(item, time, nested),
        rating=_read_rating(item, nested),
        element=path_of(item),
    )


def _part(item: HtmlElement, pattern: re.Pattern[str], without: frozenset[HtmlElement]) -> HtmlElement | None:
    """Find the first element inside an item, outside of nested ones, whose label or property says what it is."""
    for element in item.iterdescendants():
        if not isinstance(element.tag, str) or any(ancestor in without for ancestor in _up_to(element, item)):
            continue
        prop = (element.get("itemprop") or "").lower()
        names = {
            _TEXT: {"text", "commenttext"},
            _AUTHOR: {"author", "creator"},
            _TIME: {"datecreated", "datepublished"},
        }
        if prop in names.get(pattern, set()) or any(pattern.fullmatch(label) for label in labels(element)):
            return element
    return None


def _up_to(element: HtmlElement, item: HtmlElement) -> Iterator[HtmlElement]:
    while element is not item:
        yield element
        parent = element.getparent()
        if parent is None:
            return
        element = parent


def _one_line(element: HtmlElement | None, without: frozenset[HtmlElement]) -> str | None:
    if element is None:
        return None
    name = " ".join(visible_text(element, without).split()) or (element.get("content") or "").strip()
    name = re.sub(r"\s+(?:says|said|wrote|schreibt|a dit)\s*:?$|[:,]$", "", name)
    return name[:300] or None


def _time_of(item: HtmlElement, labelled: HtmlElement | None, nested: frozenset[HtmlElement]) -> str | None:
    for element in item.iter("time"):
        if not any(ancestor in nested for ancestor in _up_to(element, item)):
            return (element.get("datetime") or " ".join(element.text_content().split()))[:100] or None
    if labelled is None:
        return None
    stated = labelled.get("datetime") or labelled.get("content") or " ".join(visible_text(labelled).split())
    return stated[:100] or None


def _read_rating(item: HtmlElement, without: frozenset[HtmlElement]) -> int | None:
    """Read the number in the first element that is labelled as a score or a count of likes."""
    for element in item.iterdescendants("span", "div", "strong", "b", "meta", "button", "a", "em", "data"):
        prop = (element.get("itemprop") or "").lower()
        if prop not in {"upvotecount", "ratingvalue"} and not any(map(_RATING.fullmatch, labels(element))):
            continue
        stated = element.get("content") or element.get("data-score") or " ".join(element.text_content().split())
        number = _RATED.fullmatch(stated.replace("\N{MINUS SIGN}", "-").strip())
        if number and not any(ancestor in without for ancestor in _up_to(element, item)):
            return int(number[1] + number[2])
    return None


def _number(found: Sequence[tuple[HtmlElement, Comment]], first: int) -> list[Comment]:
    numbers = {item: first + place for place, (item, _) in enumerate(found)}
    named = {name: number for item, number in numbers.items() if (name := _attribute(item, _OWN))}
    numbered = []
    for item, comment in found:
        above = next((numbers[ancestor] for ancestor in item.iterancestors() if ancestor in numbers), None)
        if above is None:
            above = named.get(_attribute(item, _PARENT))
        numbered.append(replace(comment, number=numbers[item], reply_to=above if above != numbers[item] else None))
    return numbered


def _attribute(item: HtmlElement, names: Sequence[str]) -> str:
    """Give the number that the first of those attributes ends in, or else its value; empty where there is none."""
    stated = next((value for name in names if (value := item.get(name))), "")
    digits = re.search(r"\d+$", stated)
    return digits[0] if digits else stated
