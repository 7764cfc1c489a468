"""Captions that only their neighbours and their repeated credit give away."""

from __future__ import annotations

from ingest.clean.cleaner import clean_text
from ingest.clean.settings import CleanSettings
from ingest.model import SpanClass
from tests.clean.conftest import CLOSING, HEADLINE, OPENING


def test_captions_that_share_a_credit_go() -> None:
    """A gallery names the same owner after the last sentence of each of its captions."""
    captions = [
        "The first ferry was built of oak and sank on its second crossing. Museum of the Fjord",
        "A ticket of 1911 cost as much as a loaf of bread. Museum of the Fjord",
    ]
    cleaning = clean_text("\n\n".join((HEADLINE, captions[0], *OPENING, captions[1], *CLOSING)), CleanSettings())
    assert cleaning.body == "\n\n".join((HEADLINE, *OPENING, *CLOSING))
    assert {span.span_class for span in cleaning.spans} <= {SpanClass.CAPTION, SpanClass.WHITESPACE}


def test_a_sentence_without_its_stop_stays() -> None:
    """A single paragraph that ends in a name is the article's."""
    line = "She waved from the bridge of the ship and nobody waved back. Nobody but Ada Lind"
    assert line in clean_text("\n\n".join((HEADLINE, *OPENING, line, *CLOSING)), CleanSettings()).body
