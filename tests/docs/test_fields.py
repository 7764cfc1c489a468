"""The table of fields, its page, the mappings, and what documents hold say the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.enrich import ENRICHERS, EnrichSettings, describe
from ingest.index.document import to_comments, to_document
from ingest.index.mapping import articles_mapping, comments_mapping
from tests.enrich.records import telling_article
from tests.index.articles import PROVENANCE
from tools.fields import PAGE, declared_types, load_table, render, type_of, undeclared

MAPPINGS = {mapping.name: mapping for mapping in (articles_mapping(), comments_mapping())}
TABLE = load_table()
ROWS = [(name, path) for name, rows in TABLE.items() for path in rows]
STAGES = {"read", "extract", "clean", "deduplicate", "enrich", "index"}
NAMES = [enricher.name for enricher in ENRICHERS]
NOW = datetime(2026, 5, 1, tzinfo=UTC)

SCHEMA_ORG = """
identifier url headline articleBody publisher datePublished dateModified inLanguage author contributor copyrightHolder
copyrightYear copyrightNotice image.caption image.creditText creditText sourceOrganization wordCount timeRequired
commentCount articleSection keywords about mentions contentLocation dateline genre isAccessibleForFree isBasedOn
correction publisher.url version position text upvoteCount parentItem countryOfOrigin locationCreated editor translator
"""
NINJS = """
uri type profile version firstcreated versioncreated contentcreated embargoed pubstatus urgency copyrightholder
copyrightnotice usageterms ednote language descriptions descriptions.value bodies.value bodies.wordcount
bodies.charcount headlines.value people.name organisations.name places.name subjects.name subjects.relevance
subjects.confidence events.name events.uri objects.name infosources.name infosources.role infosources.uri title by
slugline located renditions associations associations.descriptions associations.by altids.value trustindicators
genres.name expires rightsinfo
"""
VALUES: dict[str, type] = {"boolean": bool, "integer": int, "long": int, "float": float}


def test_the_page_is_up_to_date() -> None:
    """A page written by hand drifts; `make docs` writes this one."""
    assert PAGE.read_text(encoding="utf-8") == render()


@pytest.mark.parametrize("name", MAPPINGS)
def test_every_field_has_a_row_and_every_row_a_field(name: str) -> None:
    """Whoever adds a field says in index_mappings/fields.toml what it holds, and runs `make docs`."""
    assert undeclared(TABLE[name], declared_types(MAPPINGS[name])) == []


@pytest.mark.parametrize(("name", "path"), ROWS)
def test_a_row_says_what_it_must(name: str, path: str) -> None:
    """The example is of the field's type, and the origins and the names of others exist."""
    row = TABLE[name][path]
    assert {"is", "origin", "example"} <= row.keys() <= {"is", "origin", "example", "schema_org", "ninjs"}
    assert row["origin"] in STAGES | {f"enrich.{enricher}" for enricher in (*NAMES, "commenters")}
    assert row.get("schema_org", "about") in SCHEMA_ORG.split()
    assert row.get("ninjs", "uri") in NINJS.split()
    kind = type_of(path, declared_types(MAPPINGS[name])).partition(",")[0]
    assert isinstance(row["example"], VALUES.get(kind, str))
    if kind == "date":
        assert datetime.fromisoformat(str(row["example"]))


def fill(enrichers: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Make the documents of an article that tells everything, with some enrichers switched on."""
    switched = {name: replace(getattr(EnrichSettings(), name), enabled=name in enrichers) for name in NAMES}
    article = telling_article()
    article = replace(article, metadata=describe(article, EnrichSettings(**switched), now=NOW))
    return {"articles": [to_document(article, PROVENANCE)], "comments": list(to_comments(article))}


def find_filled(documents: dict[str, list[dict[str, Any]]]) -> set[tuple[str, str]]:
    """List the rows of the enrichers where anything that says something stands in a document."""
    rows = [(name, path) for name, path in ROWS if TABLE[name][path]["origin"].removeprefix("enrich.") in NAMES]
    return {(name, path) for name, path in rows if any(is_filled(each, path) for each in documents[name])}


def is_filled(document: dict[str, Any], path: str) -> bool:
    """Tell whether anything that says something stands at a path."""
    parts: list[Any] = [document]
    for step in path.split("."):
        parts = [part[step] for part in parts if part.get(step) is not None]
        parts = [single for part in parts for single in (part if isinstance(part, list) else [part])]
    return any(part not in (0.0, "und", False) for part in parts)


@pytest.mark.parametrize("enricher", NAMES)
def test_an_enricher_fills_its_fields_and_no_others_do(enricher: str) -> None:
    """The origin in the table is who fills the field: switched off, its fields are empty, and no others."""
    own = {(name, path) for name, path in ROWS if TABLE[name][path]["origin"] == f"enrich.{enricher}"}
    everything, without = find_filled(fill(NAMES)), find_filled(fill([name for name in NAMES if name != enricher]))
    assert own
    assert own <= everything
    assert everything - without == own


@pytest.mark.parametrize("enricher", NAMES)
def test_an_enricher_says_what_it_read(enricher: str) -> None:
    """Evidence stands on the article; an enricher that is switched off leaves none."""
    all_on, without = (
        {each["enricher"]: each["read"] for each in fill(names)["articles"][0]["evidence"]}
        for names in (NAMES, [name for name in NAMES if name != enricher])
    )
    assert all_on[enricher]
    assert enricher not in without
