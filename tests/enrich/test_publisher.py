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
    assert chosen == [
        Publisher(name="The Harbour Post", origin="given"),
        Publisher(name="Harbour Post Online", origin="page"),
        Publisher(name="harbourpost.example", origin="host"),
        Publisher(name="Harbour Post Limited", origin="rights"),
        Publisher(name="Nordwire", origin="credit"),
        None,
    ]


def test_an_empty_statement_is_none() -> None:
    """Templates leave blanks and dashes behind."""
    source = page(URL, (stated("publisher", " - "),), publisher="\u200b ")
    assert choose_publisher(source, cleaning(), SETTINGS) == Publisher(name="harbourpost.example", origin="host")


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
