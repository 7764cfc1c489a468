"""Words are found by their stems, in the article's own language, on a real Elasticsearch."""

from __future__ import annotations

from dataclasses import replace

import pytest
from elasticsearch import Elasticsearch

from ingest.index.backends.elasticsearch import ElasticsearchIndex
from ingest.index.settings import IndexSettings
from tests.contract.languages import STEMMED, STEMMED_BY_ELASTICSEARCH, UNSPACED
from tests.index.articles import write_of

pytestmark = pytest.mark.elasticsearch

INFLECTED = {**STEMMED, **STEMMED_BY_ELASTICSEARCH}


def test_stemmed_copies_are_searched_and_not_stored(
    place: IndexSettings, client: Elasticsearch, index: ElasticsearchIndex
) -> None:
    """A word is found by its stem in the article's language, and in no other; the copies cost no storage."""
    write = write_of(1, 1)
    index.write([write])
    rewritten = index.documents([write.id])[write.id]
    index.write([replace(write, version=2, document=dict(rewritten))])
    index.refresh()
    assert "stemmed" not in rewritten
    assert count(index, {"match": {"stemmed.body.en": "ferries sailing"}}) == 1
    assert count(index, {"match": {"stemmed.body.de": "ferry"}}) == 0
    assert count(index, {"match": {"body": "ferries"}}) == 0


def count(index: ElasticsearchIndex, query: dict[str, object]) -> int:
    """Count what a query finds."""
    return int(index.search({"query": query, "track_total_hits": True})["hits"]["total"]["value"])


def test_inflected_words_meet(index: ElasticsearchIndex) -> None:
    """In each of these languages a word is found by another of its forms, which the exact field keeps apart."""
    pairs = list(INFLECTED.items())
    index.write([write_of(n, 1, language=language, body=pair[0]) for n, (language, pair) in enumerate(pairs)])
    index.refresh()
    stemmed = {language: count(index, {"match": {f"stemmed.body.{language}": asked}}) for language, (_, asked) in pairs}
    exact = {language: count(index, {"match": {"body": asked}}) for language, (_, asked) in pairs}
    assert stemmed == dict.fromkeys(INFLECTED, 1)
    assert exact == dict.fromkeys(INFLECTED, 0)


def test_words_without_spaces_are_found(index: ElasticsearchIndex) -> None:
    """Chinese, Japanese and Korean are searched by pairs of characters."""
    pairs = list(UNSPACED.items())
    index.write([write_of(n, 1, language=language, body=pair[0]) for n, (language, pair) in enumerate(pairs)])
    index.refresh()
    found = {language: count(index, {"match_phrase": {"stemmed.body.cjk": asked}}) for language, (_, asked) in pairs}
    assert found == dict.fromkeys(UNSPACED, 1)
