"""`describe`: everything that enrichment knows, put together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from ingest.enrich.authors import choose_authors
from ingest.enrich.dates import choose_date
from ingest.enrich.language import detect_language
from ingest.enrich.publisher import choose_publisher, fold_name, name_sites
from ingest.enrich.settings import EnrichSettings
from ingest.enrich.values import order_by_trust, tidy
from ingest.enrich.words import count_words
from ingest.model import Cleaning, Metadata, Page

SITE = re.compile(r"(?s)(.*\S)\s+[|–—·»:-]\s+(\S.*)")
MAX_STATED_CHARACTERS = 2_000
"""Characters of a stated title that are looked at."""


def describe(page: Page, cleaning: Cleaning, settings: EnrichSettings, *, now: datetime | None = None) -> Metadata:
    """Describe a cleaned article by what is stated and found; never raises, whatever it is given.

    `now` bounds the publication date; see `choose_date`.
    """
    return Metadata(
        title=choose_title(page, cleaning, settings),
        language=detect_language(cleaning.body, settings),
        published=choose_date(page, cleaning, settings, now=now),
        publisher=choose_publisher(page, cleaning, settings),
        authors=choose_authors(page, cleaning, settings),
        word_count=count_words(cleaning.body),
    )


def choose_title(page: Page, cleaning: Cleaning, settings: EnrichSettings) -> str | None:
    """Choose the title: given, else the page's, else the headline in the text; None where there is none."""
    tidied = (tidy(title, settings.max_title_characters) for title in state_title(page, cleaning))
    return next((title for title in tidied if title), None)


def state_title(page: Page, cleaning: Cleaning) -> Iterator[str]:
    """List the stated titles in order of trust."""
    yield page.document.given.title or ""
    sites = name_sites(page)
    stated = [
        (candidate.origin, strip_site(tidy(candidate.value, MAX_STATED_CHARACTERS), sites))
        for candidate in order_by_trust(page.candidates, "title")
    ]
    headline = next((title for origin, title in stated if origin == "element"), None)
    if headline and any(agree(title, headline) for origin, title in stated if origin == "opengraph"):
        yield headline
    yield from (title for _, title in stated)
    yield cleaning.title or ""


def agree(title: str, headline: str) -> bool:
    """Tell whether a title stated for sharing is the page's headline, with or without a site's name behind it.

    What those two agree on is what readers see; JSON-LD may state a title that was written for search engines.
    """
    behind = title.removeprefix(headline).lstrip()
    return title.startswith(headline) and (not behind or behind[0] in "|–—·»:-")


def strip_site(title: str, sites: frozenset[str]) -> str:
    """Strip the site's name from the end of a page's title (`Cranes stand still | Harbour Post`)."""
    parts = SITE.fullmatch(title)
    return parts[1] if parts and fold_name(parts[2]) in sites else title
