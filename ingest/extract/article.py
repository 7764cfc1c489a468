"""The article's text in a tree, by trafilatura."""

from __future__ import annotations

import logging
from importlib.metadata import version

from lxml.html import HtmlElement
from trafilatura import bare_extraction

EXTRACTOR = f"trafilatura/{version('trafilatura')}"
# What trafilatura has to say of a page is no news to whoever runs this: the outcome says it.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())


def extract_article(tree: HtmlElement) -> tuple[str, str]:
    """Give the text, one line a block, and the name and version of the method; no text where there is no article."""
    return _by_trafilatura(tree), EXTRACTOR


def _by_trafilatura(tree: HtmlElement) -> str:
    """Extract without metadata, on which a hostile date makes it fail, and without its own deduplication, which is
    not deterministic.
    """
    found = bare_extraction(tree, include_comments=False)
    return "" if found is None else str(found.text or "")
