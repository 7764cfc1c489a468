"""Names that are bylines by their place, and notes about who wrote."""

from __future__ import annotations

import pytest

from ingest.clean.cleaner import clean_text
from ingest.clean.settings import CleanSettings
from ingest.model import SpanClass
from tests.clean.conftest import CLOSING, HEADLINE, OPENING

ARTICLE = "\n\n".join((HEADLINE, *OPENING, *CLOSING))


@pytest.mark.parametrize(
    "name",
    ["Ada Lind", "Ada Lind Harbour Gazette", "ADA LIND, HARBOUR TIMES", "Ada Lind, harbour correspondent"],
)
def test_a_name_beside_a_date_goes(name: str) -> None:
    """Below the headline and beside a date, a name signs the article, with its paper or without."""
    text = "\n\n".join((HEADLINE, name, "Nov 18, 2021 @17:19 PM", *OPENING, *CLOSING))
    cleaning = clean_text(text, CleanSettings())
    assert cleaning.body == ARTICLE
    assert SpanClass.BYLINE in {span.span_class for span in cleaning.spans}


def test_a_note_under_the_authors_heading_goes() -> None:
    """The paragraph under 'about' and the author's name is about her, in whatever order it says so."""
    note = "Baker, sailor and grandmother of four, Ada Lind looks after the archive of the fish hall in winter."
    assert clean_text("\n\n".join((ARTICLE, "About Ada Lind", note)), CleanSettings()).body == ARTICLE


def test_a_paragraph_that_names_a_writer_stays() -> None:
    """Without such a heading above it, a paragraph may name anybody."""
    note = "Nobody was more pleased than the baker, and Ada Lind, who had written of it, had to sit down on the pier."
    assert note in clean_text("\n\n".join((HEADLINE, "By Ada Lind", *OPENING, *CLOSING, note)), CleanSettings()).body


@pytest.mark.parametrize(
    "post",
    ["Redakteurin in der Wirtschaft.", "Periodista especializada en puertos", "Ideas contributor", "News reporter"],
)
def test_a_post_below_the_article_goes(post: str) -> None:
    """What somebody is at the paper stands below her name, at either end."""
    assert clean_text(f"{ARTICLE}\n\n{post}", CleanSettings()).body == ARTICLE
