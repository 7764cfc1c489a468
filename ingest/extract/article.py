"""The article's text in a tree: by trafilatura, with readability as a second opinion."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from importlib.metadata import version

from lxml.html import HtmlElement
from trafilatura import bare_extraction

from ingest.extract.chunks import join_chunks
from ingest.extract.lead import Lead
from ingest.extract.origins import index_blocks, make_blocks, trace_lines
from ingest.extract.second_opinion import trim_unconfirmed
from ingest.extract.tree import text_of
from ingest.model import Block

EXTRACTOR = f"trafilatura/{version('trafilatura')}+readability"
HEADLINE_LINES = 6
MIN_CHARACTERS = 500
MIN_SHARE_OF_PROSE = 0.5
MIN_PARAGRAPH_CHARACTERS = 80
MIN_HEADLINE_CHARACTERS = 15
_WORD = re.compile(r"\w+")
# What trafilatura has to say of a page is no news to whoever runs this: the outcome says it.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())


def extract_article(tree: HtmlElement, titles: Collection[str], lead: Lead | None) -> tuple[str, tuple[Block, ...]]:
    """Give the text, one line a block, and the element of each; no text where there is no article.

    The page's own headline, by any of its stated `titles`, is not repeated at the head of the text; the lead stands
    there where extraction left it out. The tree is used up.
    """
    text = _by_trafilatura(tree)
    if join_chunks(tree, text):
        text = _by_trafilatura(tree)
    if not text:
        return "", ()
    index = index_blocks(tree)
    paths = trace_lines(text.split("\n"), index)
    text = drop_headline(trim_unconfirmed(text, tree, index), titles)
    if lead is not None and _normalise(lead.text) not in _normalise(text):
        text = f"{lead.text}\n{text}"
        paths[lead.text] = lead.element
    return text, make_blocks(text, paths)


def drop_headline(text: str, titles: Collection[str]) -> str:
    """Leave out lines among the first six that say a title, or how a title begins."""
    known = [_normalise(title) for title in titles]
    lines = text.split("\n")
    head = [line for line in lines[:HEADLINE_LINES] if not _is_headline(_normalise(line), known)]
    return "\n".join([*head, *lines[HEADLINE_LINES:]])


def _is_headline(line: str, titles: Collection[str]) -> bool:
    if not line:
        return False
    return any(line == title or (len(line) >= MIN_HEADLINE_CHARACTERS and title.startswith(line)) for title in titles)


def _normalise(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _by_trafilatura(tree: HtmlElement) -> str:
    """Extract without metadata and deduplication.

    A hostile date makes trafilatura's extraction with metadata fail, and its deduplication is not deterministic.
    """
    prose = sum(length for item in tree.iter("p") if (length := len(text_of(item))) >= MIN_PARAGRAPH_CHARACTERS)
    for fast in (True, False):
        found = bare_extraction(tree, include_comments=False, fast=fast)
        text = str(getattr(found, "text", None) or "")
        if len(text) >= max(MIN_CHARACTERS, MIN_SHARE_OF_PROSE * prose):
            break
    return text
