"""The packaged mappings keep the rules that others rely on."""

from __future__ import annotations

import pytest

from ingest.index.mapping import IndexMapping, articles_mapping, comments_mapping, stem_of, walk_fields

MAPPINGS = [articles_mapping(), comments_mapping()]


@pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda mapping: mapping.name)
def test_mapping_is_strict_and_versioned(mapping: IndexMapping) -> None:
    """An unknown field must be refused, and an index must say which mapping it was built for."""
    assert mapping.body["mappings"]["dynamic"] == "strict"
    assert mapping.version >= 1


@pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda mapping: mapping.name)
def test_searchable_keywords_have_a_bound(mapping: IndexMapping) -> None:
    """Elasticsearch refuses a keyword over 32,766 bytes: no value may reach that."""
    searchable = [d for _, d in walk_fields(mapping.properties) if d["type"] == "keyword" and d.get("index", True)]
    assert searchable
    assert all(declaration["ignore_above"] == 8191 for declaration in searchable)


@pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda mapping: mapping.name)
def test_dates_name_their_format(mapping: IndexMapping) -> None:
    """A date without a format takes numbers for milliseconds."""
    dates = [declaration for _, declaration in walk_fields(mapping.properties) if declaration["type"] == "date"]
    assert dates
    assert all("format" in declaration for declaration in dates)


def test_facets_are_keyword_fields() -> None:
    """Counting values needs whole values."""
    mapping = articles_mapping()
    assert mapping.facets
    assert {mapping.properties[name]["type"] for name in mapping.facets} == {"keyword"}


def test_title_body_and_comments_are_stemmed_for_the_same_languages() -> None:
    """A query asks both fields of a language."""
    stemmed = articles_mapping().properties["stemmed"]["properties"]
    comments = {**stemmed["comments"]["properties"]}
    assert comments.pop("exact") == articles_mapping().properties["body"]
    assert stemmed["title"]["properties"] == stemmed["body"]["properties"] == comments


@pytest.mark.parametrize(
    ("language", "stem"), [("de", "de"), ("ja", "cjk"), ("zh-tw", "cjk"), ("cy", "und"), ("und", "und"), ("", "und")]
)
def test_stem_of_language(language: str, stem: str) -> None:
    """Every language has one stemmed field: its own, a shared one, or the fallback."""
    assert stem_of(language) == stem
    assert stem in articles_mapping().stems
