"""The article's lead: what the page states as its description and shows above the text, where extractors miss it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from ingest.extract.tree import labels, path_of, text_of

MIN_CHARACTERS = 60
MAX_CHARACTERS = 1000
MAX_CHILDREN = 5
SAME_CHARACTERS = 50
_LABELLED = re.compile(
    r"(?:[a-z]+[-_]{1,2}){0,3}(?:lead|lede|intro|introduction|preamble|chapo|vorspann|ingress|"
    r"sommario|entradilla|leadtext)(?:[-_]{1,2}text)?"
)
_TAGS = ("p", "div", "h2", "h3", "h4", "span", "strong", "b", "section", "li")
_META = frozenset({"description", "og:description", "twitter:description"})
# Decks are headlines in smaller type; what merely summarises or advertises is no beginning of the text either.
_DECK = re.compile(r"dek\b|_dek|dek[A-Z_]|sub-?(?:line|head)|quote|promo|author|caption|bio\b", re.IGNORECASE)
_PICTURES = ("img", "picture", "figure", "video", "iframe")
_CARD = frozenset({"a", "figure", "figcaption", "nav", "footer", "aside", "form"})
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead's text, on one line, and the path of its element."""

    text: str
    element: str


def find_lead(tree: HtmlElement, stated: Collection[str]) -> Lead | None:
    """Find the element below the headline whose whole text is one of the descriptions `stated`."""
    wanted = {words for text in stated if len(words := _words(text)) >= MIN_CHARACTERS}
    for element in _below_headline(tree) if wanted else ():
        text = text_of(element) if len(element) <= MAX_CHILDREN else ""
        if MIN_CHARACTERS <= len(text) <= MAX_CHARACTERS and _is_stated(element, _words(text), wanted):
            if _is_deck(element):
                return None
            if not _is_card(element):
                return Lead(" ".join(text.split()), path_of(element))
    return _find_labelled(tree)


def _is_stated(element: HtmlElement, words: str, wanted: Collection[str]) -> bool:
    """Tell whether those are the words of a description, or a paragraph that begins as it does."""
    if words in wanted:
        return True
    is_paragraph = element.tag in {"p", "h2"} and len(words) >= MIN_CHARACTERS
    return is_paragraph and any(words.startswith(stated[:SAME_CHARACTERS]) for stated in wanted)


def _find_labelled(tree: HtmlElement) -> Lead | None:
    """Find an element near the headline that is labelled as a lead."""
    paragraphs = 0
    for element in _below_headline(tree):
        if element.tag == "p" and len(text_of(element)) > MIN_CHARACTERS:
            paragraphs += 1
        if any(_LABELLED.fullmatch(label) for label in labels(element)):
            text = " ".join(text_of(element).split())
            is_text = MIN_CHARACTERS <= len(text) <= MAX_CHARACTERS and next(element.iter(*_PICTURES), None) is None
            if is_text and not _is_card(element) and not _is_deck(element):
                return Lead(text, path_of(element))
        if paragraphs > 1:
            return None
    return None


def read_descriptions(tree: HtmlElement) -> list[str]:
    """List what the page's meta elements say that it is about."""
    stated = (
        (element.get("property") or element.get("name") or "", element.get("content")) for element in tree.iter("meta")
    )
    return [content for name, content in stated if content and name.strip().lower() in _META]


def _below_headline(tree: HtmlElement) -> Iterator[HtmlElement]:
    seen = False
    for element in tree.iter("h1", *_TAGS):
        if element.tag == "h1":
            seen = True
        elif seen:
            yield element


def _is_card(element: HtmlElement) -> bool:
    return any(ancestor.tag in _CARD for ancestor in element.iterancestors())


def _is_deck(element: HtmlElement) -> bool:
    near = [element, *list(element.iterancestors())[:2]]
    return any(_DECK.search(label) for item in near for label in labels(item))


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
