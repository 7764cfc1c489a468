"""Readers' comments in a page: their containers are found, cut out of the tree, and listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml.html import HtmlElement

from ingest.extract.comment_signs import announces, is_named, may_name
from ingest.extract.thread import read_comments
from ingest.extract.thread_items import NAMED_ITEM, is_item_by_markup
from ingest.extract.threads import find_threads
from ingest.extract.tree import labels, path_of, text_of, visible_text
from ingest.model import Comment, Pruned, SpanClass

CONTAINER_TAGS = frozenset(
    {"div", "section", "ul", "ol", "aside", "details", "article", "footer", "dl", "table", "h2", "h3"}
)
PROSE_CHARACTERS = 80
MAX_SHARE_OF_PROSE = 0.5


def prune_comments(tree: HtmlElement) -> tuple[tuple[Pruned, ...], tuple[Comment, ...]]:
    """Cut the comment containers out of the tree; list them, and the comments read from them.

    A container that holds the headline or what is marked as the article's body is left alone. Comments are numbered in
    the order of the page, from 1; `reply_to` is the comment that one stands inside.
    """
    pruned: list[Pruned] = []
    comments: list[Comment] = []
    containers = []
    for element in find_containers(tree):
        here = read_comments(element, len(comments) + 1)
        if len(here) <= 1 and _is_most_of_the_prose(element, tree):
            continue
        comments += here
        span_class = SpanClass.COMMENT if here else SpanClass.COMMENT_UI
        pruned.append(Pruned(element=path_of(element), span_class=span_class, length=len(visible_text(element))))
        containers.append(element)
    for element in containers:
        element.clear(keep_tail=True)
    return tuple(pruned), tuple(comments)


def find_containers(tree: HtmlElement) -> list[HtmlElement]:
    """Find the outermost comment containers, in the order of the page."""
    signed = {element for element in _find_signed(tree) if not _keeps_article(element)}
    signed.update(element for element in find_threads(tree) if not _holds_article(element))
    if not signed:
        return []
    outermost = [element for element in signed if not any(above in signed for above in element.iterancestors())]
    wanted = set(outermost)
    return [element for element in tree.iter() if element in wanted] if len(outermost) > 1 else outermost


def _find_signed(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the elements whose own labels, properties or names say that comments are inside."""
    named = _find_named_items(tree)
    known: dict[str, bool] = {}
    for element in tree.iter(*CONTAINER_TAGS):
        if _is_container(element, known) or _is_named(element, named):
            yield element
    for element in tree.iter():
        if ("-" in element.tag or ":" in element.tag) and is_named(element.tag.lower()):
            yield element


def _find_named_items(tree: HtmlElement) -> frozenset[str]:
    """Find labels like `forum-comment` that several elements bear: one alone may be an opinion piece's."""
    items = (element for element in tree.iter("div", "article") if "omment" in (element.get("class") or "").lower())
    counts = Counter(label for element in items for label in labels(element) if NAMED_ITEM.fullmatch(label))
    return frozenset(label for label, count in counts.items() if count > 1)


def _is_named(element: HtmlElement, named: frozenset[str]) -> bool:
    """Tell one of several named items; the one called first is what the others answer."""
    own = list(labels(element)) if named else []
    return any(label in named for label in own) and not any(label.endswith("comment-first") for label in own)


def _is_container(element: HtmlElement, known: dict[str, bool]) -> bool:
    said = f"{element.get('id', '')} {element.get('class', '')} {element.get('data-testid', '')}"
    is_known = known.get(said)
    if is_known is None:
        is_known = known[said] = may_name(said.lower()) and _is_labelled(element)
    if is_known or is_item_by_markup(element):
        return True
    label = element.get("aria-label")
    if label and announces(label):
        return True
    if element.tag == "details":
        summary = element.find("summary")
        return summary is not None and announces(visible_text(summary))
    return False


def _is_labelled(element: HtmlElement) -> bool:
    return any(map(is_named, (*labels(element), *(element.get("data-testid") or "").lower().split())))


def _keeps_article(element: HtmlElement) -> bool:
    """Tell a container that holds the article; it loses its labels, or the extractor would believe what they say."""
    if not _holds_article(element):
        return False
    for name in ("id", "class"):
        element.attrib.pop(name, None)
    return True


def _holds_article(element: HtmlElement) -> bool:
    return element.find(".//h1") is not None or bool(
        element.xpath(".//*[@itemprop='articleBody' or self::main] | .//article[.//article or count(.//p) > 30]")
    )


def _is_most_of_the_prose(container: HtmlElement, tree: HtmlElement) -> bool:
    """Tell a container without a thread in it that holds more prose than all else: an opinion piece."""
    inside = _prose(container.iter("p"))
    return inside > 0 and inside > MAX_SHARE_OF_PROSE * _prose(tree.iter("p"))


def _prose(paragraphs: Iterator[HtmlElement]) -> int:
    lengths = (len(text_of(paragraph)) for paragraph in paragraphs)
    return sum(length for length in lengths if length >= PROSE_CHARACTERS)
