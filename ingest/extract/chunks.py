"""Articles in several containers of one kind: joined, or the extractor would take one of them for the whole."""

from __future__ import annotations

from collections import defaultdict

from lxml.html import HtmlElement

from ingest.extract.origins import MOVED_FROM
from ingest.extract.tree import path_of, text_of

MIN_PARAGRAPH_CHARACTERS = 80
MIN_SHARE = 0.6
MIN_MISSING = 0.2
MAX_CHUNKS = 50

Kind = tuple[str, str]


def join_chunks(tree: HtmlElement, text: str) -> bool:
    """Move what stands in containers of one kind into the first; tell whether anything was moved.

    Only where together they hold most of the page's prose, and `text`, what was extracted of them, lacks much of it.
    """
    paragraphs: dict[Kind, list[HtmlElement]] = defaultdict(list)
    for paragraph in tree.iter("p"):
        parent = paragraph.getparent()
        if parent is not None and len(text_of(paragraph)) >= MIN_PARAGRAPH_CHARACTERS:
            paragraphs[str(parent.tag), parent.get("class") or ""].append(paragraph)
    prose = {kind: sum(map(_length, found)) for kind, found in paragraphs.items()}
    best = max(prose, key=lambda kind: prose[kind], default=("", ""))
    if not best[1] or prose[best] < MIN_SHARE * sum(prose.values()):
        return False
    chunks = list(dict.fromkeys(paragraph.getparent() for paragraph in paragraphs[best]))
    if not 1 < len(chunks) <= MAX_CHUNKS or _are_nested(chunks):
        return False
    known = _letters(text)
    missing = sum(_length(found) for found in paragraphs[best] if _letters(text_of(found)) not in known)
    if missing < MIN_MISSING * prose[best]:
        return False
    for chunk in chunks[1:]:
        for child in chunk:
            child.set(MOVED_FROM, path_of(child))
    for chunk in chunks[1:]:
        chunks[0].extend(list(chunk))
    return True


def _are_nested(chunks: list[HtmlElement]) -> bool:
    known = set(chunks)
    return any(ancestor in known for chunk in chunks for ancestor in chunk.iterancestors())


def _length(element: HtmlElement) -> int:
    return len(text_of(element))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))
