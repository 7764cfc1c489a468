"""Places, people and organisations."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ingest.enrich.enricher import open_draft
from ingest.enrich.gazetteer import load_gazetteer
from ingest.enrich.names import find_names
from ingest.enrich.settings import NameSettings
from ingest.model import Candidate, Language, Metadata, Names, Place
from tests.enrich.records import article, cleaning, page, stated

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def names_in(body: str, language: str = "en", stating: tuple[Candidate, ...] = ()) -> Names:
    """Find the names in a text."""
    metadata = Metadata(language=Language(code=language, confidence=0.9))
    draft = replace(open_draft(article(page(None, stating), cleaning(body)), NOW), metadata=metadata)
    names = find_names(draft, NameSettings()).metadata.names
    assert names is not None
    return names


def places_in(body: str) -> dict[str, str | None]:
    """Find the places in a text, with their countries."""
    return {place.name: place.country for place in names_in(body).places}


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ("The ferry sails from Norway to New Zealand.", {"Norway": "NO", "New Zealand": "NZ"}),
        ("They met in Hamburg on Monday.", {"Hamburg": "DE"}),
        ("Hamburg said no.", {}),
        ("The U.S. Senate sat.", {"U.S.": "US"}),
        ("It rained in Bergen, Norway all week.", {"Bergen": "NO", "Norway": "NO"}),
        ("In May it rained. In Reading it did not. Most of it fell in March.", {}),
        ("She believes in Jordan.", {}),
        ("The pass from Jordan was late.", {}),
        ("They live in Jordan.", {"Jordan": "JO"}),
        ("The Bank of Japan and the Duke of York spoke.", {}),
        ("The president of Japan spoke.", {"Japan": "JP"}),
        ("Air Canada flew; New England froze; the Paris-Nice race began.", {}),
        ("In Paris Nell slept.", {}),
        ("He lives in Kansas City, Missouri now.", {"Kansas City": "US", "Missouri": "US"}),
    ],
)
def test_places(body: str, places: dict[str, str]) -> None:
    """A known name counts where its surroundings do not make another name of it, or a person."""
    assert places_in(body) == places


@pytest.mark.parametrize(
    ("body", "persons"),
    [
        ("Anna Bell said no.", ("Anna Bell",)),
        ("They met Anna Bell. Later Bell left.", ("Anna Bell",)),
        ("They met Anna Bell.", ()),
        ("Mr Quentin Farrow left.", ("Quentin Farrow",)),
        ("Quentin Farrow said no.", ()),
        ("Anna Bell University said no. Anna Street, who knows.", ()),
        ("Mayor Visits Flooded Harbour Again As Dr Quentin Farrow Watches", ()),
        ("President Anna Bell's budget failed.", ("Anna Bell",)),
        ("Anna's Budget said no. Mr Anna's Budget fell.", ()),
    ],
)
def test_persons(body: str, persons: tuple[str, ...]) -> None:
    """Capitals alone make no person: an office does, or a known first name whose bearer speaks or comes again."""
    assert names_in(body).persons == persons


@pytest.mark.parametrize(
    ("body", "organizations"),
    [
        ("The United Nations met.", ("United Nations",)),
        (
            "The University of Port Meridian and Lower Quay University met.",
            ("University of Port Meridian", "Lower Quay University"),
        ),
        ("The Ministry of Trade and Industry met.", ("Ministry of Trade and Industry",)),
        ("Crane & Sons met Bertram Foods, Inc. there.", ("Bertram Foods Inc",)),
        ("The University met. A Corporation met. Our State University met.", ()),
    ],
)
def test_organizations(body: str, organizations: tuple[str, ...]) -> None:
    """Known ones, and those whose last word or office says what they are."""
    assert names_in(body).organizations == organizations


def test_what_the_page_states_counts_in_every_language() -> None:
    """A typed name in JSON-LD needs no sign in the text; only English texts are read."""
    stating = (
        stated("about_person", "Nell Quayside"),
        stated("about_organization", "Port Union"),
        stated("about_place", "Norway"),
        stated("about_place", "Lower Quay"),
    )
    assert names_in("Der Streik in Hamburg.", "de", stating) == Names(
        places=(Place(name="Norway", country="NO"), Place(name="Lower Quay", country=None)),
        persons=("Nell Quayside",),
        organizations=("Port Union",),
    )


@pytest.mark.parametrize("piece", ["A", "Anna ", "In Paris, ", "Anna Bell. ", "University of ", "A.", "San ", "x"])
def test_no_text_stalls(piece: str) -> None:
    """A megabyte of what begins a name."""
    names_in("In Norway.")
    started = time.process_time()
    names_in(piece * (1_000_000 // len(piece)))
    assert time.process_time() - started < 2


def test_loading_the_cities_takes_little_memory() -> None:
    """Read at once they take 200 MB for a moment, which a process never gives back."""
    load_gazetteer.cache_clear()
    tracemalloc.start()
    try:
        load_gazetteer()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 60_000_000
