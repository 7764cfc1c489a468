"""Readers' comments in a page: their containers are found, cut out of the tree, and listed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from lxml.html import HtmlElement

from ingest.extract.thread import ITEM_TYPE, NAMED_ITEM, read_comments
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
    r"spot-?.*|openweb.*|viafoura.*|vf-comments|hypercomments.*|cackle.*|respond|comment-?respond|commentlist|"
    r"comol|idc-container|intensedebate.*|gitalk.*|utterances|remark42|isso-thread|hyvor-talk.*"
)
# Something of this is in every label that the pattern above matches; most elements need no second look.
_TRIGGER = re.compile(
    r"omment|koment|reactie|comentario|disq|dsq|livefyre|lf-|coral|spot|openweb|viafoura|vf-|cackle|respond|comol|"
    r"idc-|intense|gitalk|utterances|remark42|isso|hyvor"
)
_SAID = re.compile(
    rf"(?:\d[\d.,]*\s+)?(?:(?:show|view|read|hide|all|reader|readers'?|user|your|see)\s+){{0,2}}{_WORD}(?:\s+section)?"
    r"\s*[:(\[]?\s*\d*\s*[)\]]?",
    re.IGNORECASE,
)


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
    named = _find_named_items(tree)
    for element in tree.iter(*CONTAINER_TAGS):
        if not (_is_container(element) or _is_named(element, named)) or _is_inside(element, found):
            continue
        if _holds_article(element):
            for name in ("id", "class"):  # or the extractor would believe what they say
                element.attrib.pop(name, None)
        else:
            found.append(element)
    return found


def _find_named_items(tree: HtmlElement) -> frozenset[str]:
    """Find labels like `forum-comment` that several elements bear: one alone may be an opinion piece's."""
    items = (element for element in tree.iter("div", "article") if "omment" in (element.get("class") or "").lower())
    counts = Counter(label for element in items for label in labels(element) if NAMED_ITEM.fullmatch(label))
    return frozenset(label for label, count in counts.items() if count > 1)


def _is_named(element: HtmlElement, named: frozenset[str]) -> bool:
    """Tell one of several named items; the one called first is what the others answer."""
    own = list(labels(element)) if named else []
    return any(label in named for label in own) and not any(label.endswith("comment-first") for label in own)


def _is_container(element: HtmlElement) -> bool:
    said = f"{element.get('id') or ''} {element.get('class') or ''}".lower()
    if _TRIGGER.search(said) and any(_CONTAINER.fullmatch(label) for label in labels(element)):
        return True
    if element.get("itemprop") == "comment" or ITEM_TYPE.search(element.get("itemtype") or ""):
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
