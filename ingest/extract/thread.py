"""A comment container becomes comments: author, time, rating, whom they answer, text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lxml.html import HtmlElement

from ingest.extract.comment_signs import WORD
from ingest.extract.thread_items import AUTHOR, TIME, find_items
from ingest.extract.threads import reply_links
from ingest.extract.tree import labels, path_of, text_of, visible_text
from ingest.model import Comment

_TEXT = re.compile(
    rf"(?:[a-z0-9]{{1,15}}[-_])?(?:{WORD}|post|reply)[-_]{{0,2}}"
    r"(?:content|text|message|copy|description|inner-text|body-text|bodytext|txt)|message|reader-text"
)
_BODY = re.compile(rf"{WORD}[-_]{{0,2}}body")
_CHROME = re.compile(
    r".*(?:reply|reply-link|actions?|toolbar|avatar|vote|likes?|share|report|permalink|edit-link|meta|metadata|footer|"
    r"rating|controls?|buttons?|says|submitted|header)"
)
_RATING = re.compile(
    r"(?:[a-z]+[-_]{1,2}){0,2}(?:score|karma|points|likes?|up-?votes?|votes?|rating|recommend(?:s|ations)?)"
    r"(?:[-_]{1,2}(?:count|counter|number|value|total|num|up))?"
)
_RATED = re.compile(r"([+-]?)\s?(\d{1,6})(?:\s?[^\W\d]{1,15})?")
_DATED = re.compile(
    r"\W*(?:\w{2,12},?\s+)?(?:\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}\.?\s\w{3,10}\.?,?\s\d{4}|\w{3,10}\.?\s\d{1,2},?\s\d{4})"
    r"\b.{0,25}|(?:vor |hace |há |il y a |for )?\d{1,3}\s\w{1,10}(?: ago| temu| sitten| siden| geleden| fa| atrás)?",
    re.IGNORECASE,
)
_NAME_TAGS = ("cite", "b", "strong", "h3", "h4", "h5", "h6", "a", "span", "div", "p")
_PARENT = (
    "data-parent-id",
    "data-parent",
    "data-parentid",
    "data-parent-comment-id",
    "data-reply-to",
    "data-in-reply-to",
    "parentid",
)
_OWN = ("data-comment-id", "data-commentid", "data-id", "thingid", "id")
_PROPERTIES = {
    _TEXT: {"text", "commenttext"},
    AUTHOR: {"author", "creator"},
    TIME: {"datecreated", "datepublished", "commenttime"},
}
MIN_LOOSE_CHARACTERS = 40
MAX_NAME_CHARACTERS = 60
MAX_TIME_CHARACTERS = 50


def read_comments(container: HtmlElement, first_number: int) -> list[Comment]:
    """Read a container's comments; text without any structure is one comment."""
    items = find_items(container)
    known = frozenset(items)
    comments = [comment for item in items if (comment := _read_item(item, known)) is not None]
    if comments:
        return _number(comments, first_number)
    loose = visible_text(container)
    has_text = any(len(line) >= MIN_LOOSE_CHARACTERS for line in loose.split("\n"))
    if has_text and container.find(".//p") is not None:
        return [Comment(text=loose, number=first_number, element=path_of(container))]
    return []


def _read_item(item: HtmlElement, items: frozenset[HtmlElement]) -> tuple[HtmlElement, Comment] | None:
    nested = frozenset(element for element in item.iterdescendants() if element in items)
    author, time, text = (_part(item, pattern, nested) for pattern in (AUTHOR, TIME, _TEXT))
    if author is not None and author.find(".//p") is not None:  # some templates put the words there as well
        author = next(author.iter("cite", "b", "strong", "a"), None)
    if text is None:
        text = _part(item, _BODY, nested)
    author = _find_name(item, nested) if author is None else author
    time = _find_date(item, nested) if time is None else time
    words = _words(item, text, nested, frozenset(part for part in (author, time) if part is not None))
    if not words:
        return None
    return item, Comment(
        text=words,
        author=_one_line(author, nested),
        published_at=_time_of(item, time, nested),
        rating=_read_rating(item, nested),
        element=path_of(item),
    )


def _words(
    item: HtmlElement, text: HtmlElement | None, nested: frozenset[HtmlElement], known: frozenset[HtmlElement]
) -> str:
    """Give what an item says, without what is known of it otherwise and without its buttons."""
    chrome = frozenset(
        element
        for element in item.iter("div", "span", "a", "footer", "header", "p", "ul", "time", "cite", "h3", "h4", "h5")
        if element is not item and element is not text and any(map(_CHROME.fullmatch, labels(element)))
    )
    around = nested | known | frozenset(reply_links(item)) | frozenset(item.iter("time"))
    words = visible_text(item if text is None else text, (around | chrome) - {text})
    if words:
        return words
    loose = visible_text(item, around)
    return loose if any(len(line) >= MIN_LOOSE_CHARACTERS for line in loose.split("\n")) else ""


def _part(item: HtmlElement, pattern: re.Pattern[str], without: frozenset[HtmlElement]) -> HtmlElement | None:
    """Find the first element inside an item, outside of nested ones, whose label or property says what it is."""
    for element in _own_elements(item, without):
        prop = (element.get("itemprop") or "").lower()
        if prop in _PROPERTIES.get(pattern, ()) or any(map(pattern.fullmatch, labels(element))):
            return element
    return None


def _own_elements(item: HtmlElement, without: frozenset[HtmlElement]) -> Iterator[HtmlElement]:
    """Yield what is inside an item and not inside the items that are nested in it."""
    stack = list(reversed(item))
    while stack:
        element = stack.pop()
        if isinstance(element.tag, str) and element not in without:
            yield element
            stack.extend(reversed(element))


def _find_name(item: HtmlElement, nested: frozenset[HtmlElement]) -> HtmlElement | None:
    """Find an unlabelled name: the element that says the first line of an item, short and without a sentence's end."""
    lines = visible_text(item, nested).split("\n")
    first = lines[0] if len(lines) > 1 else ""
    if not 1 < len(first) <= MAX_NAME_CHARACTERS or first.endswith((".", "!", "?")):
        return None
    elements = (element for element in _own_elements(item, nested) if element.tag in _NAME_TAGS and not len(element))
    said = ((element, " ".join(text_of(element).split())) for element in elements)
    return next((element for element, text in said if text and first.startswith(text) and len(text) > 1), None)


def _find_date(item: HtmlElement, nested: frozenset[HtmlElement]) -> HtmlElement | None:
    """Find an unlabelled time: a short text that is nothing but a date, or how long ago it was."""
    for element in _own_elements(item, nested):
        if not len(element) and element.tag in {"span", "small", "a", "em", "i", "div", "p", "td", "abbr"}:
            said = " ".join(text_of(element).split())
            if len(said) <= MAX_TIME_CHARACTERS and _DATED.fullmatch(said):
                return element
    return None


def _one_line(element: HtmlElement | None, without: frozenset[HtmlElement]) -> str | None:
    if element is None:
        return None
    name = " ".join(visible_text(element, without).split()) or (element.get("content") or "").strip()
    name = re.sub(r"\s+(?:says|said|wrote|schreibt|sagt|a dit|dice|diz)\s*:?$|[:,]$", "", name)
    return name[:300] or None


def _time_of(item: HtmlElement, labelled: HtmlElement | None, nested: frozenset[HtmlElement]) -> str | None:
    for element in _own_elements(item, nested):
        if element.tag == "time":
            return (element.get("datetime") or " ".join(text_of(element).split()))[:100] or None
    if labelled is None:
        return None
    stated = labelled.get("datetime") or labelled.get("content") or " ".join(visible_text(labelled).split())
    return stated[:100] or None


def _read_rating(item: HtmlElement, without: frozenset[HtmlElement]) -> int | None:
    """Read the number in the first element that is labelled as a score or a count of likes."""
    for element in _own_elements(item, without):
        prop = (element.get("itemprop") or "").lower()
        if prop not in {"upvotecount", "ratingvalue"} and not any(map(_RATING.fullmatch, labels(element))):
            continue
        stated = element.get("content") or element.get("data-score") or " ".join(text_of(element).split())
        number = _RATED.fullmatch(stated.replace("\N{MINUS SIGN}", "-").strip())
        if number:
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
