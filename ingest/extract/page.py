"""A document becomes a page: the text that the ledger covers, and what the page said of itself."""

from __future__ import annotations

from ingest.extract.article import EXTRACTOR, extract_article
from ingest.extract.bare_text import wrap_bare_text
from ingest.extract.boxes import prune_boxes
from ingest.extract.captions import prune_captions
from ingest.extract.comments import prune_comments
from ingest.extract.lead import find_lead, read_descriptions
from ingest.extract.metadata import read_metadata
from ingest.extract.prescan import check_page
from ingest.extract.related import prune_cards, prune_related
from ingest.extract.settings import ExtractSettings
from ingest.extract.stated_comments import read_stated_comments
from ingest.extract.tree import parse_page
from ingest.model import Dropped, DropReason, Page, RawDocument

STAGE = "extract"


def extract_page(document: RawDocument, settings: ExtractSettings) -> Page | Dropped:
    """Extract a page's text; plain text passes through unchanged.

    For HTML the blocks of text are joined by line feeds; comment containers and links to other articles are cut out
    first and listed in `pruned`, the comments read into `comments`; where the page shows none, they are those that its
    JSON-LD states. Raises LimitExceeded for a page that must not be
    parsed. Untrusted HTML belongs in a process that can be killed: see `ingest.isolation`.
    """
    if document.kind == "text":
        return Page(document=document, text=document.text, extractor="text")
    check_page(document.text, settings)
    tree = parse_page(document.text)
    if tree is None:
        return _drop(document)
    held = list(tree.iter())  # or lxml would make each element's object anew in every step
    pruned, comments = prune_comments(tree)
    stated = () if comments else read_stated_comments(tree)
    candidates = read_metadata(tree, settings)
    lead = find_lead(tree, read_descriptions(tree))
    pruned += prune_boxes(tree) + prune_cards(tree)
    cut, captions = prune_captions(tree)
    pruned += cut + prune_related(tree)
    titles = [candidate.value for candidate in candidates if candidate.field == "title"]
    wrap_bare_text(tree)
    text, blocks = extract_article(tree, titles, lead)
    held.clear()
    if not text.strip():
        return _drop(document)
    return Page(
        document=document,
        text=text,
        extractor=EXTRACTOR,
        candidates=candidates,
        pruned=pruned,
        comments=comments or stated,
        captions=captions,
        blocks=blocks,
    )


def _drop(document: RawDocument) -> Dropped:
    return Dropped(trace=document.trace, stage=STAGE, reason=DropReason.NO_ARTICLE_TEXT)
