"""Who is taken for the publisher."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from ingest.domains import registrable_domain
from ingest.enrich.publisher import choose_publisher
from ingest.enrich.settings import PublisherSettings
from ingest.model import Credit, Publisher, Rights
from tests.enrich.records import cleaning, page, stated

SETTINGS = PublisherSettings()
URL = "https://news.harbourpost.example/a"
FOUND = cleaning(
    rights=(
        Rights(holder=None, years=(2018,), notice="© 2018"),
        Rights(holder="Harbour Post Limited", years=(2018,), notice="© Harbour Post Limited 2018"),
    ),
    credits=(Credit(text="Additional reporting by A. Bell"), Credit(text="NORDWIRE", agency="Nordwire")),
)


def test_trust_falls_from_given_to_page_to_host_to_rights_to_credit() -> None:
    """The origin says why; the agency is named only where nobody else is."""
    site = (stated("publisher", "Harbour Post Online", "opengraph"),)
    chosen = [
        choose_publisher(page(URL, site, publisher="The Harbour Post"), FOUND, SETTINGS),
        choose_publisher(page(URL, site), FOUND, SETTINGS),
        choose_publisher(page(URL), FOUND, SETTINGS),
        choose_publisher(page(), FOUND, SETTINGS),
        choose_publisher(page(), cleaning(credits=FOUND.credits), SETTINGS),
        choose_publisher(page(), cleaning(), SETTINGS),
    ]
    assert [found and (found.name, found.origin) for found in chosen] == [
        ("The Harbour Post", "given"),
        ("Harbour Post Online", "page"),
        ("Harbour Post", "rights"),
        ("Harbour Post Limited", "rights"),
        ("Nordwire", "credit"),
        None,
    ]
    confidences = [found.confidence for found in chosen if found]
    assert confidences == [1.0, 0.8, 0.8, 0.5, 0.3]


def test_an_empty_statement_is_none() -> None:
    """Templates leave blanks and dashes behind."""
    source = page(URL, (stated("publisher", " - "),), publisher="\u200b ")
    chosen = choose_publisher(source, cleaning(), SETTINGS)
    assert chosen == Publisher(name="harbourpost.example", origin="host", confidence=0.5, domain="harbourpost.example")


@pytest.mark.parametrize(
    ("url", "stated_name", "holder", "expected"),
    [
        ("https://www.reuters.com/a", "", None, ("Reuters", "host", 0.98, "agency", "GB")),
        ("https://abcnews.go.com/a", "", None, ("ABC News (US)", "host", 0.98, "broadcaster", "US")),
        ("https://www.bbc.co.uk/sport", "BBC Sport", None, ("BBC", "host", 1.0, "broadcaster", "GB")),
        (None, "THE GUARDIAN", None, ("The Guardian", "page", 0.95, "newspaper", "GB")),
        (None, "", "The Financial Times Limited", ("Financial Times", "rights", 0.85, "newspaper", "GB")),
        (None, "", "Reuters Limited", ("Reuters", "rights", 0.4, "agency", "GB")),
        ("https://harbourpost.co.uk/a", "", "Nordwire", ("harbourpost.co.uk", "host", 0.5, None, "GB")),
        ("https://harbourpost.co.uk/a", "", "The Harbour Post Ltd.", ("Harbour Post", "rights", 0.8, None, "GB")),
        ("https://harbourpost.de/a", "Harbour Post", None, ("Harbour Post", "page", 0.95, None, "DE")),
        ("https://harbourpost.io/a", "Quay Weekly", None, ("Quay Weekly", "page", 0.8, None, None)),
    ],
)
def test_known_and_unknown_publishers(
    url: str | None, stated_name: str, holder: str | None, expected: tuple[str, str, float, str | None, str | None]
) -> None:
    """The registry names and describes those it knows; of others the confidence says how many agree."""
    rights = (Rights(holder=holder, years=(), notice=f"© {holder}"),) if holder else ()
    source = page(url, (stated("publisher", stated_name),))
    found = choose_publisher(source, cleaning(rights=rights), SETTINGS)
    assert found is not None
    assert (found.name, found.origin, found.confidence, found.kind, found.country) == expected


def test_what_the_input_gave_is_kept_as_given() -> None:
    """Whoever names the publisher counts by that name; the registry only describes it."""
    found = choose_publisher(page("https://www.ft.com/content/a", publisher="FT"), cleaning(), SETTINGS)
    assert found == Publisher(
        name="FT", origin="given", confidence=1.0, domain="ft.com", country="GB", language="en", kind="newspaper"
    )


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.harbourpost.example/a", "harbourpost.example"),
        ("https://news.harbourpost.co.uk:8443/a", "harbourpost.co.uk"),
        ("https://m.harbourpost.com.au", "harbourpost.com.au"),
        ("https://harbourpost.de/a", "harbourpost.de"),
        ("https://co.uk/a", "co.uk"),
        ("https://новости.пример.рф/a", "пример.рф"),
        ("https://127.0.0.1/a", None),
        ("http://[::1]/a", None),
        ("http://[broken", None),
        ("http://localhost/a", None),
        ("file:///a/b.txt", None),
        ("https://" + "a." * 500 + "example/", None),
        ("", None),
    ],
)
def test_registrable_domain(url: str, domain: str | None) -> None:
    """Hosts differ by device and section, the registered domain does not."""
    assert registrable_domain(url) == domain


@given(url=strategies.text(), name=strategies.text())
def test_a_publisher_has_a_printable_bounded_name(url: str, name: str) -> None:
    """A name goes into a facet: it has a letter or digit, and no surrogate reaches the index."""
    chosen = choose_publisher(page(url, (), publisher=name), cleaning(), SETTINGS)
    if chosen is not None:
        assert any(char.isalnum() for char in chosen.name)
        assert len(chosen.name.encode()) <= 4 * SETTINGS.max_characters
