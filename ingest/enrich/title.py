"""The title: given, stated by the page, or the headline in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.publisher import name_sites
from ingest.enrich.registry import fold_name
from ingest.enrich.settings import TitleSettings
from ingest.enrich.values import order_by_trust, tidy
from ingest.model import Cleaning, Page

SITE = re.compile(r"(?s)(.*\S)\s+[|–—·»:-]\s+(\S.*)")
MAX_STATED_CHARACTERS = 2_000
"""Characters of a stated title that are looked at."""


def find_title(draft: Draft, settings: TitleSettings) -> Finding:
    """Find the title."""
    origin, title = next(iter(state_good_titles(draft.page, draft.cleaning, settings)), (None, None))
    return Finding(replace(draft.metadata, title=title, title_origin=origin), [origin] if origin else [])


def choose_title(page: Page, cleaning: Cleaning, settings: TitleSettings) -> str | None:
    """Choose the title: given, else the page's, else the headline in the text; None where there is none."""
    return next((title for _, title in state_good_titles(page, cleaning, settings)), None)


def state_good_titles(page: Page, cleaning: Cleaning, settings: TitleSettings) -> Iterator[tuple[str, str]]:
    """List the stated titles that say anything, with their origins, tidied and in order of trust."""
    for origin, stated in state_titles(page, cleaning):
        if title := tidy(stated, settings.max_characters):
            yield origin, title


def state_titles(page: Page, cleaning: Cleaning) -> Iterator[tuple[str, str]]:
    """List the stated titles with their origins, in order of trust."""
    yield "given", page.document.given.title or ""
    sites = name_sites(page)
    stated = [
        (candidate.origin, strip_site(tidy(candidate.value, MAX_STATED_CHARACTERS), sites))
        for candidate in order_by_trust((*page.candidates, *page.document.payload.stated), "title")
    ]
    headline = next((title for origin, title in stated if origin == "element"), None)
    if headline and any(agree(title, headline) for origin, title in stated if origin == "opengraph"):
        yield "element", headline
    yield from stated
    yield "text", cleaning.title or ""


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
