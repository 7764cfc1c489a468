"""Completions and words that were meant, as exact queries and out of answers."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.errors import RequestError
from ingest.search.settings import SearchSettings
from ingest.search.suggesting import (
    Completion,
    build_completion_query,
    build_words_query,
    read_completions,
    read_words,
)


def found(*sources: dict[str, Any]) -> dict[str, Any]:
    """Give the answer of an index that found these."""
    return {"hits": {"hits": [{"_source": source} for source in sources]}}


def test_titles_and_names_are_asked_for() -> None:
    """Words with the last one begun, names as they begin; copies once, the newest first."""
    query = build_completion_query("the harb", SearchSettings())
    assert query is not None
    either, canonical = query["query"]["bool"]["filter"]
    title, *names = either["bool"]["should"]
    assert title["multi_match"] == {
        "query": "the harb",
        "type": "bool_prefix",
        "operator": "and",
        "fields": ["title"],
    }
    assert names[0] == {"prefix": {"publisher": {"value": "the harb", "case_insensitive": True}}}
    assert canonical == {"term": {"canonical": True}}


@pytest.mark.parametrize("typed", ["", "a", " ! ", '"'])
def test_too_little_is_not_completed(typed: str) -> None:
    """One letter begins everything."""
    assert build_completion_query(typed, SearchSettings()) is None


def test_completing_has_the_limits_of_a_query() -> None:
    """A search box may be attacked as well."""
    with pytest.raises(RequestError, match="600 characters"):
        build_completion_query("a" * 600, SearchSettings())


def test_completions_are_read_commonest_first() -> None:
    """The word begun, whole; with the next one; names; each once, whatever its case."""
    answer = found(
        {"title": "Harbour pilots ask again", "publisher": "Harbour Post"},
        {"title": "The harbour is full", "publisher": "HARBOUR POST", "place": ["Oslo"]},
        {"title": None, "person": ["Harb Nell"]},
    )
    told = read_completions("harb", answer, 10)
    assert told[0] == Completion("harbour", "title", 2)
    assert {completion.text for completion in told[1:]} == {"Harb Nell", "harbour pilots", "HARBOUR POST"}
    assert read_completions("harbour pi", answer, 1) == (Completion("harbour pilots", "title", 1),)


def test_words_that_are_near_are_asked_for() -> None:
    """Of plain words of four letters or more: not of fields, beginnings, operators or numbers."""
    query = build_words_query('goverment AND "harbuor" publisher:Psot libr* 12345 the')
    assert query["suggest"]["words"]["text"] == "goverment harbuor"


def test_what_was_meant_keeps_the_rest_of_the_query() -> None:
    """Only the words that the index does not hold are changed."""
    entries = [{"text": "goverment", "options": [{"text": "government"}]}, {"text": "harbour", "options": []}]
    answer = {"suggest": {"words": entries}}
    assert read_words('-"Goverment harbour" OR x', answer) == '-"government harbour" OR x'
    assert read_words("harbour", {"suggest": {"words": []}}) is None
