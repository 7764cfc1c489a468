"""Captions and credits of pictures: read as data of their own and cut out of the tree, so that no body holds them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from ingest.extract.tree import labels, path_of, text_length, visible_text
from ingest.model import Caption, Pruned, SpanClass

MAX_CAPTIONS = 50
MAX_CHARACTERS = 1000
_TAGS = ("figcaption", "div", "p", "span", "small", "dd", "cite")
_TRIGGERS = re.compile("aption|redit|opyright")
_ELSEWHERE = frozenset({"nav", "footer"})
_CAPTION = re.compile(
    r"(?:[a-z0-9]+[-_]{1,2}){0,3}(?:caption|figcaption|photo-?credits?|image-?credits?|picture-?credits?|media-?credits?)"
    r"(?:[-_]{1,2}(?:text|copy|content|body|wrap|wrapper|inner|container|credit|title|description|full))*"
)
_CREDIT = re.compile(
    r"(?:[a-z0-9]+[-_]{1,2}){0,3}(?:credits?|copyright|source|photographer|byline|rights|attribution|agency)"
    r"(?:[-_]{1,2}(?:text|line|name|label|value|info|copy))*"
)
_SAID = re.compile(
    r"(?:^|[\s(\[|])((?:photo(?:graph)?s?|images?|pictures?|pics?|fotos?|bild(?:er)?|grafik|illustration|credits?|quelle|source|crédits?|"
    r"crédit photo)(?:\s+(?:by|credit|courtesy of|von|de|par))?\s*[:/]\s*|(?:©|\(c\))\s*)(?P<who>[^\n()\[\]|]{2,100})",
    re.IGNORECASE,
)


def prune_captions(tree: HtmlElement) -> tuple[tuple[Pruned, ...], tuple[Caption, ...]]:
    """Cut out and list the captions of pictures; give each text once, with the credit found in it."""
    pruned: list[Pruned] = []
    captions: dict[str, Caption] = {}
    found = list(_find_captions(tree))
    for element in found:
        lines = visible_text(element).split("\n")
        credit = _read_credit(element, " ".join(lines))
        text = " ".join(line for line in lines if line != credit).strip() or credit or ""
        if text and len(captions) < MAX_CAPTIONS:
            captions.setdefault(text, Caption(text=text, credit=credit))
        pruned.append(Pruned(element=path_of(element), span_class=SpanClass.CAPTION, length=text_length(element)))
    for element in found:
        element.clear(keep_tail=True)
    return tuple(pruned), tuple(captions.values())


def _find_captions(tree: HtmlElement) -> Iterator[HtmlElement]:
    seen: set[HtmlElement] = set()
    for element in tree.iter(*_TAGS):
        if element.tag != "figcaption" and not _TRIGGERS.search(element.get("class") or ""):
            continue
        if any(ancestor in seen or ancestor.tag in _ELSEWHERE for ancestor in element.iterancestors()):
            continue
        is_caption = element.tag == "figcaption" or any(map(_CAPTION.fullmatch, labels(element)))
        if is_caption and 0 < text_length(element) <= MAX_CHARACTERS:
            seen.add(element)
            yield element


def _read_credit(caption: HtmlElement, text: str) -> str | None:
    for element in caption.iterdescendants("span", "div", "p", "small", "cite", "em", "a"):
        if any(map(_CREDIT.fullmatch, labels(element))):
            said = " ".join(visible_text(element).split())
            if said:
                return said
    said_so = _SAID.search(text)
    return said_so["who"].strip(" .") if said_so else None
