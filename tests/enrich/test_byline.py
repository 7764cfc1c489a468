"""How bylines become names."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from ingest.enrich.byline import choose_authors, normalize_authors
from ingest.enrich.settings import BylineSettings
from tests.enrich.records import cleaning, page, stated

SETTINGS = BylineSettings()


def test_given_before_page_before_byline() -> None:
    """A source that names nobody gives way to the next."""
    found = cleaning(authors=("By Carl Dorn",))
    site = (stated("author", "Berta Quill", "meta"), stated("author", "Anna Bell"))
    assert choose_authors(page(None, site, authors=("Dora Finch",)), found, SETTINGS)[1] == ("Dora Finch",)
    assert choose_authors(page(None, site, authors=("https://a.example",)), found, SETTINGS)[1] == ("Anna Bell",)
    assert choose_authors(page(None, site[:1]), found, SETTINGS)[1] == ("Berta Quill",)
    assert choose_authors(page(), found, SETTINGS)[1] == ("Carl Dorn",)
    assert choose_authors(page(), cleaning(), SETTINGS)[1] == ()


def test_the_site_is_no_author() -> None:
    """Sites name themselves as the author; the byline then says more, and without one the statement stands."""
    site = (
        stated("author", "THE Harbour-Post"),
        stated("publisher", "The Harbour Post"),
        stated("author", "a.example", "meta"),
    )
    found = cleaning(authors=("Carl Dorn",))
    assert choose_authors(page("https://a.example/b", site), found, SETTINGS)[1] == ("Carl Dorn",)
    assert choose_authors(page("https://a.example/b", site), cleaning(), SETTINGS)[1] == ("THE Harbour-Post",)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Anna Bell", ("Anna Bell",)),
        ("BY: Anna Bell and Carl Dorn", ("Anna Bell", "Carl Dorn")),
        ("Written by Anna Bell, Carl Dorn & Dora Finch", ("Anna Bell", "Carl Dorn", "Dora Finch")),
        ("By Anna Bell in Port Meridian", ("Anna Bell",)),
        ("Anna Bell, North Sea correspondent", ("Anna Bell",)),
        ("Anna Bell | anna.bell@harbourpost.example | @annabell", ("Anna Bell",)),
        ("https://www.harbourpost.example/authors/anna-bell", ()),
        ("Von Jörg Aschenbrenner und Lena Voss", ("Jörg Aschenbrenner", "Lena Voss")),
        ("Par Élodie Marchais et Luc Tavernier", ("Élodie Marchais", "Luc Tavernier")),
        ("Por Inés Robledo y Tomás Ferrán", ("Inés Robledo", "Tomás Ferrán")),
        ("José Robledo y Gasco", ("José Robledo y Gasco",)),
        ("Ursula von der Wiese", ("Ursula von der Wiese",)),
        ("Byron Astley", ("Byron Astley",)),
        ("Sandy Andover", ("Sandy Andover",)),
        ("Marcus Hale, Jr.", ("Marcus Hale Jr",)),
        ("山本 遥", ("山本 遥",)),
        ("신하준 기자", ("신하준",)),
        ("本报记者 王晓明", ("王晓明",)),
        ("松本大輔記者", ("松本大輔",)),
        ("Staff writer", ()),
        ("HP Staff", ("HP Staff",)),
        ("HP-Redaktion", ("HP-Redaktion",)),
        ("Anna Bell, lecturer at the school of fishing, harbour.test", ("Anna Bell",)),
        ("harbour.test", ("harbour.test",)),
        ("", ()),
        ("12 / 34", ()),
    ],
)
def test_one_byline(line: str, names: tuple[str, ...]) -> None:
    """Each row is a shape of byline; a name that merely resembles a label or a separator stays whole."""
    assert normalize_authors((line,), SETTINGS) == names


def test_names_are_kept_once_in_order() -> None:
    """Pages repeat their authors in every block of metadata."""
    lines = ("Carl Dorn", "By Anna Bell and CARL DORN", "Anna Bell", "anna-bell")
    assert normalize_authors(lines, SETTINGS) == ("Carl Dorn", "Anna Bell")


def test_many_and_long_authors_are_bounded() -> None:
    """10,000 authors or one of 30 kB are an attack or an accident, not a byline."""
    many = tuple(f"Author {chr(97 + n % 26)}{n}" for n in range(10_000))
    assert len(normalize_authors(many, SETTINGS)) == 20
    assert normalize_authors(("a" * 30_000,) * 10_000, SETTINGS) == ("a" * 300,)
    assert normalize_authors(("@" * 30_000,) * 10_000, SETTINGS) == ()


@given(lines=strategies.lists(strategies.text()))
def test_names_are_bounded_printable_and_unique(lines: list[str]) -> None:
    """The law of what enters the facet, whatever the byline was."""
    names = normalize_authors(lines, SETTINGS)
    assert len(names) <= 20
    assert len({name.casefold() for name in names}) == len(names)
    assert all(0 < len(name.encode()) <= 1_200 and any(char.isalpha() for char in name) for name in names)
