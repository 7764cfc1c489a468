"""A document becomes a page: the text that the ledger covers, and what the page said of itself."""

from __future__ import annotations

import re

from ingest.extract.article import extract_article
from ingest.extract.boxes import prune_boxes
from ingest.extract.comments import prune_comments
from ingest.extract.lead import find_lead, read_descriptions
from ingest.extract.metadata import read_metadata
from ingest.extract.prescan import check_page
from ingest.extract.related import prune_cards, prune_related
from ingest.extract.settings import ExtractSettings
from ingest.extract.tree import parse_page
from ingest.model import Dropped, DropReason, Page, RawDocument

STAGE = "extract"


def extract_page(document: RawDocument, settings: ExtractSettings) -> Page | Dropped:
    """Extract a page's text; plain text passes through unchanged.

    For HTML the blocks of text are joined by line feeds; comment containers and links to other articles are cut out
    first and listed in `pruned`, the comments read into `comments`. Raises LimitExceeded for a page that must not be
    parsed. Untrusted HTML belongs in a process that can be killed: see `ingest.isolation`.
    """
    if document.kind == "text":
        return Page(document=document, text=document.text, extractor="text")
    check_page(document.text, settings)
    tree = parse_page(document.text)
    if tree is None:
        return _drop(document)
    pruned, comments = prune_comments(tree)
    candidates = read_metadata(tree, settings)
    lead = find_lead(tree, read_descriptions(tree))
    pruned += prune_boxes(tree) + prune_cards(tree) + prune_related(tree)
    titles = [candidate.value for candidate in candidates if candidate.field == "title"]
    text, extractor = extract_article(tree, titles)
    if lead is not None and text and _words(lead[0]) not in _words(text):
        text = f"{lead[0]}\n{text}"
    if not text.strip():
        return _drop(document)
    return Page(
        document=document, text=text, extractor=extractor, candidates=candidates, pruned=pruned, comments=comments
    )


def _drop(document: RawDocument) -> Dropped:
    return Dropped(trace=document.trace, stage=STAGE, reason=DropReason.NO_ARTICLE_TEXT)


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
