"""Threads that nothing names: told by what repeats in them, blocks that each have a link to reply or a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml.html import HtmlElement

from ingest.extract.comment_signs import announces, offers_reply
from ingest.extract.tree import labels, text_of, visible_text

MIN_REPLIES = 2
MIN_PROSE_OUTSIDE = 300
PROSE_CHARACTERS = 80
HEADINGS = ("h2", "h3", "h4", "h5")
_BLOCKS = frozenset({"div", "section", "ul", "ol", "article", "table", "tbody", "dl", "li", "aside", "footer"})


def find_threads(tree: HtmlElement) -> list[HtmlElement]:
    """Find the boxes in which replies can be given to several blocks, and what a heading announces as comments.

    What would leave the page without an article is no thread beside one.
    """
    found = [*_around_replies(tree), *_below_headings(tree)]
    if not found:
        return []
    boxes = frozenset(found)
    outside = sum(
        length
        for paragraph in tree.iter("p")
        if (length := len(text_of(paragraph))) >= PROSE_CHARACTERS
        and not any(ancestor in boxes for ancestor in paragraph.iterancestors())
    )
    return found if outside >= MIN_PROSE_OUTSIDE else []


def reply_links(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the links and buttons that say `reply`, in many languages."""
    for element in tree.iter("a", "button"):
        if offers_reply(text_of(element)):
            yield element


def _around_replies(tree: HtmlElement) -> Iterator[HtmlElement]:
    links = list(reply_links(tree))
    if len(links) < MIN_REPLIES:
        return
    counts = Counter(ancestor for link in links for ancestor in link.iterancestors())
    above_headline = {ancestor for headline in tree.iter("h1") for ancestor in headline.iterancestors()}
    seen: set[HtmlElement] = set()
    for link in links:
        box = None
        for ancestor in link.iterancestors():
            if ancestor.tag in {"body", "main", "html"} or ancestor in above_headline:
                break
            if counts[ancestor] >= MIN_REPLIES and (box is None or counts[ancestor] > counts[box]):
                box = ancestor
        if box is not None and box.tag in _BLOCKS and box not in seen:
            seen.add(box)
            yield box


def _below_headings(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield what follows a heading of comments and has several blocks with a time or a name each."""
    for heading in tree.iter(*HEADINGS):
        if len(heading) > 3 or not announces(visible_text(heading)):
            continue
        box = heading.getnext()
        if box is None and (above := heading.getparent()) is not None and len(above) == 1:
            box = above.getnext()
        if box is not None and box.tag in _BLOCKS and _is_thread(box):
            yield box


def _is_thread(box: HtmlElement) -> bool:
    blocks = [child for child in box if isinstance(child.tag, str) and child.tag in _BLOCKS]
    return len(blocks) > 0 and sum(map(_has_time_or_name, blocks)) > len(blocks) / 2


def _has_time_or_name(block: HtmlElement) -> bool:
    if next(block.iter("time"), None) is not None:
        return True
    marks = ("author", "user", "date", "time", "avatar", "nick", "poster")
    return any(mark in label for element in block.iter("span", "div", "a", "cite", "img", "p", "b", "strong", "td")
               for label in labels(element) for mark in marks)  # fmt: skip
