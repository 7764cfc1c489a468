"""Readers' comments in a page: their containers are cut out of the tree and read into comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lxml.html import HtmlElement

from ingest.extract.tree import labels, path_of, visible_text
from ingest.model import Comment, Pruned, SpanClass

CONTAINER_TAGS = frozenset(
    {"div", "section", "ul", "ol", "aside", "details", "article", "footer", "dl", "table", "h2", "h3"}
)
_WORD = r"(?:comment|kommentar|commentaire|comentario|commento|reactie|komentar|kommentti)(?:e|en|s|er|i|io|y)?"
_PLURAL = r"(?:comments|kommentare|commentaires|comentarios|reacties)|[a-z]+[-_]{0,2}(?:list|section|thread|modul)"
_CONTAINER = re.compile(
    rf"(?:(?:the|all|post|article|reader|readers|user|news|entry|story|view|show|blog|page|js|id|c|m|o|wp|single|leser|fb)"
    rf"[-_]{{0,2}}|(?!(?:no|has|with|without|can|open|add)[-_])[a-z0-9]{{2,15}}[-_]{{1,2}}(?={_PLURAL}))?{_WORD}"
    r"(?:[-_]{0,2}(?:sections?|list|con|module?|thread|area|container|wrapper|wrap|box|block|blocks|stream|content|template|embed|pane|"
    r"panel|holder|main|module|form|widget|inner|root|app|list-?wrapper|list-?container|feed|page|items|outer))*\d*|"
    r"disqus_?thread|disqus(?:-(?:container|wrapper|comments|thread))?|dsq-.*|livefyre.*|lf-comments|coral-?(?:talk|stream|thread|embed).*|"
    r"spot-?im-?.*|openweb.*|viafoura.*|vf-comments|hypercomments.*|cackle.*|respond|comment-?respond|commentlist|"
    r"comol|idc-container|intensedebate.*|gitalk.*|utterances|remark42|isso-thread|hyvor-talk.*"
)
_SAID = re.compile(
    rf"(?:\d[\d.,]*\s+)?(?:(?:show|view|read|hide|all|reader|readers'?|user|your|see)\s+){{0,2}}{_WORD}(?:\s+section)?"
    r"\s*[:(\[]?\s*\d*\s*[)\]]?",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"(?:c-|o-|m-|js-|user-|reader-|wp-|single-|the-|post-)?(?:comment|kommentar|commentaire|comentario|reactie|reply)"
    r"(?:[-_]{1,2}(?:item|entry|wrap|wrapper|container|body|row|post|block|box|single|node|card|main|thread))?|"
    r"(?:li-|div-)?comment-\d+|dsq-comment-\d+|c\d{3,}|depth-\d+"
)
_ITEM_TYPE = re.compile(r"schema\.org/(?:User)?Comments?$")
_TEXT = re.compile(
    r"(?:c-|user-|reader-|js-)?(?:comment|kommentar|commentaire|comentario|reactie|post|reply)[-_]{0,2}"
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
MIN_LOOSE_CHARACTERS = 40
MIN_OWN_WORDS = 8


def prune_comments(tree: HtmlElement) -> tuple[tuple[Pruned, ...], tuple[Comment, ...]]:
    """Cut the comment containers out of the tree; list them, and the comments read from them.

    A container that holds the headline or what is marked as the article's body is left alone. Comments are numbered in
    the order of the page, from 1; `reply_to` is the comment that one stands inside.
    """
    found = [(element, path_of(element)) for element in find_containers(tree)]
    pruned: list[Pruned] = []
    comments: list[Comment] = []
    for element, path in found:
        here = read_comments(element, len(comments) + 1)
        comments += here
        span_class = SpanClass.COMMENT if here else SpanClass.COMMENT_UI
        pruned.append(Pruned(element=path, span_class=span_class, length=len(visible_text(element))))
    for element, _ in found:
        element.clear(keep_tail=True)
    return tuple(pruned), tuple(comments)


def find_containers(tree: HtmlElement) -> list[HtmlElement]:
    """Find the outermost comment containers, in the order of the page."""
    found: list[HtmlElement] = []
    for element in tree.iter(*CONTAINER_TAGS):
        if not _is_container(element) or _is_inside(element, found):
            continue
        if _holds_article(element):
            for name in ("id", "class"):  # or the extractor would believe what they say
                element.attrib.pop(name, None)
        else:
            found.append(element)
    return found


def _is_container(element: HtmlElement) -> bool:
    if any(_CONTAINER.fullmatch(label) for label in labels(element)):
        return True
    if element.get("itemprop") == "comment" or _ITEM_TYPE.search(element.get("itemtype") or ""):
        return True
    if _SAID.fullmatch((element.get("aria-label") or "").strip()):
        return True
    if element.tag == "details":
        summary = element.find("summary")
        return summary is not None and _SAID.fullmatch(visible_text(summary)) is not None
    return False


def _is_inside(element: HtmlElement, containers: Sequence[HtmlElement]) -> bool:
    if not containers:
        return False
    last = containers[-1]  # in the order of the page an outer container is the last one found
    return any(ancestor is last for ancestor in element.iterancestors())


def _holds_article(element: HtmlElement) -> bool:
    return element.find(".//h1") is not None or bool(
        element.xpath(".//*[@itemprop='articleBody' or self::main] | .//article[.//article or count(.//p) > 30]")
    )


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
        if element is container and not _is_item_by_markup(element):
            continue
        if not (_is_item_by_markup(element) or any(_ITEM.fullmatch(label) for label in labels(element))):
            continue
        outer = next((ancestor for ancestor in element.iterancestors() if ancestor in seen), None)
        if outer is None or _stands_alone(element, outer):
            seen.add(element)
            yield element


def _is_item_by_markup(element: HtmlElement) -> bool:
    return element.get("itemprop") == "comment" or _ITEM_TYPE.search(element.get("itemtype") or "") is not None


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


def _number(found: Sequence[tuple[HtmlElement, Comment]], first: int) -> list[Comment]:
    numbers = {item: first + place for place, (item, _) in enumerate(found)}
    numbered = []
    for item, comment in found:
        above = next((numbers[ancestor] for ancestor in item.iterancestors() if ancestor in numbers), None)
        numbered.append(replace(comment, number=numbers[item], reply_to=above))
    return numbered
