"""Whom bylines and credits name, in which role and where."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, strategies

from ingest.enrich.byline import find_byline
from ingest.enrich.contributors import read_contributors
from ingest.enrich.enricher import Draft
from ingest.enrich.settings import BylineSettings
from ingest.model import Credit, Metadata, Rights, Role
from tests.enrich.records import cleaning, page, stated
from tests.enrich.test_enrichers import NOW

SETTINGS = BylineSettings()


@pytest.mark.parametrize(
    ("line", "role", "found"),
    [
        ("Oda Brink in Northgate", "additional_reporting", [("Oda Brink", "additional_reporting", "Northgate")]),
        ("By Oda Brink, ports editor, in Northgate", None, [("Oda Brink", "author", "Northgate")]),
        ("Oda Brink", None, []),
        (
            "Additional reporting by Oda Brink in Northgate, Karl Ness and Mia Lund in Aldersund",
            None,
            [
                ("Oda Brink", "additional_reporting", "Northgate"),
                ("Karl Ness", "additional_reporting", "Aldersund"),
                ("Mia Lund", "additional_reporting", "Aldersund"),
            ],
        ),
        ("Oda Brink contributed reporting from Northgate.", None, [("Oda Brink", "additional_reporting", "Northgate")]),
        ("Mit Material von dpa", None, [("dpa", "agency", None)]),
        ("Door Oda Brink en Mia Lund", None, [("Oda Brink", "author", None), ("Mia Lund", "author", None)]),
        ("Con información de Oda Brink en Northgate", None, [("Oda Brink", "additional_reporting", "Northgate")]),
        ("Photographs by Mia Lund", None, [("Mia Lund", "photographer", None)]),
        ("Additional reporting rules apply from Monday", None, []),
        ("", "author", []),
    ],
)
def test_a_line(line: str, role: Role | None, found: list[tuple[str, str, str | None]]) -> None:
    """Each row is a way in which newsrooms name people; a place counts for all before it."""
    assert [(each.name, each.role, each.place) for each in read_contributors(line, SETTINGS, role)] == found


def test_the_line_and_the_office_are_kept() -> None:
    """The name is made for the facet; what stood there is not lost."""
    line = "By Oda Brink, North Sea correspondent"
    (found,) = read_contributors(line, SETTINGS)
    assert (found.name, found.title, found.stated) == ("Oda Brink", "North Sea correspondent", line)


def describe() -> Metadata:
    """Describe an article of which page, byline, credits and notice each say something."""
    found = cleaning(
        bylines=("By Oda Brink in Northgate",),
        authors=("Oda Brink",),
        credits=(Credit(text="Additional reporting by Karl Ness in Aldersund"), Credit(text="(AFP)", agency="AFP")),
    )
    held = Metadata(rights=(Rights(holder="Reuters", years=(), notice="© Reuters", agency="Reuters"),))
    source = page(None, (stated("author", "Oda Brink"), stated("author", "Mia Lund")))
    return find_byline(Draft(page=source, cleaning=found, now=NOW, metadata=held), SETTINGS).metadata


def test_all_sources_together() -> None:
    """The page names the authors, the byline adds the place, credits add others, and agencies come from anywhere."""
    metadata = describe()
    assert metadata.authors == ("Oda Brink", "Mia Lund")
    assert [(each.name, each.role, each.place) for each in metadata.contributors] == [
        ("Oda Brink", "author", "Northgate"),
        ("Mia Lund", "author", None),
        ("Karl Ness", "additional_reporting", "Aldersund"),
    ]
    assert metadata.agencies == ("Agence France-Presse", "Reuters")
    assert all(each.stated for each in metadata.contributors)


def test_a_credit_names_the_author_where_nobody_else_does() -> None:
    """`Reporting by` at the end of an agency's report is its byline."""
    found = cleaning(credits=(Credit(text="Reporting by Oda Brink in Northgate; Editing by Karl Ness"),))
    metadata = find_byline(Draft(page=page(), cleaning=found, now=NOW), SETTINGS).metadata
    assert (metadata.authors, metadata.author_origin) == (("Oda Brink",), "credit")
    assert [(each.name, each.role) for each in metadata.contributors] == [
        ("Oda Brink", "author"),
        ("Karl Ness", "editor"),
    ]


HOSTILE = {
    "10,000 authors": "By " + ", ".join(f"Author Number{n}" for n in range(10_000)),
    "30 kB of a": "a" * 30_000,
    "30 kB of A after a label": "By " + "A" * 30_000,
    "labels without end": "additional reporting by " * 2_000,
    "contributed without end": "Ann Lee contributed " * 2_000,
    "places without end": "By Ann Lee" + " in Oslo" * 5_000,
    "separators without end": "By " + "and " * 10_000,
    "a megabyte": "By Ann Lee; " * 90_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_lines_cost_little(name: str) -> None:
    """An attack or an accident: bounded in time and in what is kept."""
    started = process_time()
    found = cleaning(bylines=(HOSTILE[name],) * 100, credits=(Credit(text=HOSTILE[name]),) * 100)
    source = page(None, (stated("author", HOSTILE[name]),), authors=(HOSTILE[name],) * 100)
    metadata = find_byline(Draft(page=source, cleaning=found, now=NOW), SETTINGS).metadata
    assert process_time() - started < 5
    assert len(metadata.authors) <= SETTINGS.max_authors
    assert len(metadata.contributors) <= 2 * SETTINGS.max_authors
    assert all(len(each.name) <= SETTINGS.max_characters for each in metadata.contributors)


@given(line=strategies.text(alphabet="ABbyin, and;().éаи-\n", max_size=200))
def test_any_line_names_bounded_people(line: str) -> None:
    """Never an exception, never an empty name."""
    assert all(each.name.strip() for each in read_contributors(line, SETTINGS, "author"))
