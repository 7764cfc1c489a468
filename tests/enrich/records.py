"""Pages and cleanings for the tests of enrichment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ingest.model import (
    Article,
    Candidate,
    Cleaning,
    Comment,
    Credit,
    Encoding,
    Given,
    Page,
    Payload,
    RawDocument,
    Rights,
)

PAGE = Page(
    document=RawDocument(
        id="0" * 32,
        digest="0" * 64,
        payload=Payload(content=b"", media_type="text/plain", source="drop", origin="drop/a.txt"),
        kind="text",
        text="",
        encoding=Encoding(name="utf-8", origin="utf-8"),
        given=Given(),
    ),
    text="",
    extractor="text",
)


def page(url: str | None = None, candidates: tuple[Candidate, ...] = (), **given: Any) -> Page:
    """Make a page of what its input gave and what it states of itself."""
    return replace(PAGE, document=replace(PAGE.document, url=url, given=Given(**given)), candidates=candidates)


def cleaning(body: str = "", **found: Any) -> Cleaning:
    """Make what cleaning found."""
    return Cleaning(body=body, spans=(), **found)


def article(source: Page, found: Cleaning) -> Article:
    """Make an article of a page and what cleaning found."""
    return Article(page=source, cleaning=found)


def stated(field: str, value: str, origin: str = "json-ld") -> Candidate:
    """Make one statement of a page."""
    return Candidate(field=field, value=value, origin=origin)


def telling_article() -> Article:
    """Make an article that tells something to every enricher."""
    source = page(
        "https://harbourpost.example/2014/03/12/cranes",
        (
            stated("title", "Cranes fall silent"),
            stated("published_at", "2014-03-17T18:05:00+02:00"),
            stated("published_at", "0000-00-00", "meta"),
            stated("modified_at", "2014-03-19T07:00:00Z"),
            stated("publisher", "Reuters"),
            stated("author", "Anna Bell, harbour correspondent, in Port Meridian"),
            stated("section", "Business"),
            stated("keyword", "cranes"),
            stated("is_free", "false"),
            stated("about_person", "Nell Quayside"),
            stated("about_organization", "Port Union"),
            stated("about_place", "New Zealand"),
        ),
    )
    english = "The crane drivers of Port Meridian walked out at dawn, and by noon every quay had fallen silent."
    french = "Les grutiers de Port Méridien ont quitté le travail à l'aube, et les quais se sont tus avant midi."
    found = cleaning(
        "\n\n".join([english] * 9 + [french] * 6 + ["They told us that they would go on until the owners ..."]),
        comments=(Comment(text="The owners should have listened in the spring.", author="Nell Quayside"),),
        credits=(Credit(text="Additional reporting by Jon Berg in Bergen", agency="Reuters"),),
        rights=(Rights(holder="Reuters", years=(2014,), notice="© Reuters 2014"),),
    )
    return article(source, found)
