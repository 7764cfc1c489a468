"""`describe` as a whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies

from ingest.enrich import EnrichSettings, describe
from ingest.enrich.enricher import Draft, open_draft
from ingest.model import Article, Candidate, Language
from tests.enrich.records import article, cleaning, page, stated

SETTINGS = EnrichSettings()
NOW = datetime(2026, 5, 1, tzinfo=UTC)
BODY = "The crane drivers of Port Meridian walked out at dawn, and by noon every quay had fallen silent."


def draft(described: Article) -> Draft:
    """Begin to describe an article."""
    return open_draft(described, NOW)


def test_a_described_article() -> None:
    """Each part comes from its own evidence."""
    source = page("https://harbourpost.example/2014/03/15/cranes", (stated("title", "Cranes fall silent"),))
    found = describe(article(source, cleaning(BODY, authors=("By Anna Bell",))), SETTINGS, now=NOW)
    assert found.title == "Cranes fall silent"
    assert found.language.code == "en"
    assert found.published is not None
    assert found.published.value == datetime(2014, 3, 15, tzinfo=UTC)
    assert found.publisher is not None
    assert found.publisher.name == "harbourpost.example"
    assert found.authors == ("Anna Bell",)
    assert found.word_count == 18


def test_the_title_is_given_or_stated_or_found() -> None:
    """The headline in the text is used only where nobody states a title."""
    stated_title = (stated("title", "Stated", "element"), stated("title", "Best stated"))
    found = cleaning(BODY, title="Found")
    titles = [
        describe(article(source, found), SETTINGS, now=NOW).title
        for source in (page(None, stated_title, title=" Given\n title "), page(None, stated_title, title=" "), page())
    ]
    assert titles == ["Given title", "Best stated", "Found"]


@pytest.mark.parametrize(
    ("stated_title", "title"),
    [
        ("Cranes stand still | Harbour Post", "Cranes stand still"),
        ("Cranes stand still - harbourpost.example", "Cranes stand still"),
        ("Port - a life | HarbourPost", "Port - a life"),
        ("Cranes stand still | Night shift", "Cranes stand still | Night shift"),
        ("Harbour Post", "Harbour Post"),
        (" | Harbour Post", "| Harbour Post"),
        ("a - " * 100_000, ("a - " * 250).strip()),
    ],
)
def test_the_site_is_no_part_of_the_title(stated_title: str, title: str) -> None:
    """Pages end their title with the name of the site; only a name that the site goes by is taken off."""
    source = page("https://harbourpost.example/a", (stated("title", stated_title), stated("publisher", "Harbour Post")))
    assert describe(article(source, cleaning(BODY)), SETTINGS, now=NOW).title == title


def test_a_given_title_stays_as_it_is() -> None:
    """Whoever gave the title knew what it is."""
    given_title = page("https://harbourpost.example/a", title="Cranes | Harbour Post", publisher="Harbour Post")
    assert describe(article(given_title, cleaning(BODY)), SETTINGS, now=NOW).title == "Cranes | Harbour Post"


def test_a_megabyte_of_title_is_cut() -> None:
    """A title is stored, sorted and shown."""
    assert describe(article(page(title="t" * 1_000_000), cleaning()), SETTINGS, now=NOW).title == "t" * 1_000


def test_an_empty_body_is_described() -> None:
    """Nothing to tell is no error."""
    found = describe(article(page(), cleaning()), SETTINGS, now=NOW)
    assert found.language == Language(code="und", confidence=0.0)
    assert (found.title, found.published, found.publisher, found.authors, found.word_count) == (None, None, None, (), 0)


ANY = strategies.text(alphabet=strategies.characters(exclude_categories=()))


@given(values=strategies.lists(ANY, min_size=9, max_size=9), fields=strategies.lists(ANY))
def test_nothing_raises_and_the_same_input_gives_the_same_answer(values: list[str], fields: list[str]) -> None:
    """Surrogates, controls and nonsense in every place: metadata is bounded, encodable and deterministic."""
    url, title, publisher, published_at, fetched_at, author, body, headline, byline = values
    names = ("title", "author", "publisher", "published_at", *fields)
    candidates = tuple(
        Candidate(field=name, value=value, origin=url) for name, value in zip(names, values, strict=False)
    )
    source = page(
        url,
        candidates,
        title=title,
        publisher=publisher,
        published_at=published_at,
        fetched_at=fetched_at,
        authors=(author,),
    )
    described = article(source, cleaning(body, title=headline, authors=(byline,), leaked=candidates))
    found = describe(described, SETTINGS, now=NOW)
    assert found == describe(described, SETTINGS, now=NOW)
    stored = [found.title or "", found.publisher.name if found.publisher else "", *found.authors]
    assert "".join(stored).encode().decode() == "".join(stored)


@pytest.mark.parametrize(
    ("shared", "title"),
    [
        ("Cranes stand still", "Cranes stand still"),
        ("Cranes stand still | Night shift", "Cranes stand still"),
        ("Cranes stand still at night", "Crane strike: all you need to know"),
        ("Ports are silent", "Crane strike: all you need to know"),
    ],
)
def test_the_headline_that_readers_see(shared: str, title: str) -> None:
    """Where the title for sharing is the page's headline, what JSON-LD states was written for search engines."""
    source = page(
        None,
        (
            stated("title", "Crane strike: all you need to know"),
            stated("title", shared, "opengraph"),
            stated("title", "Cranes stand still", "element"),
        ),
    )
    assert describe(article(source, cleaning(BODY)), SETTINGS, now=NOW).title == title
