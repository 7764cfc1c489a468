"""Words are found by another of their forms, in the article's own language, through a whole search on every backend."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from ingest.awaiting import finish
from ingest.index.opening import open_index
from ingest.index.protocol import Index
from ingest.index.reading import read_here
from ingest.index.settings import IndexSettings
from ingest.jobs.paging import Paging
from ingest.search.cursor import CursorSigner
from ingest.search.request import read_request
from tests.contract.languages import STEMMED, STEMMED_BY_ELASTICSEARCH, UNSPACED, UNSTEMMED
from tests.index.articles import write_of


def fill(settings: IndexSettings) -> Index:
    """Write an article in each language, named by it."""
    index = open_index(settings, write=True)
    index.prepare()
    texts = {language: pair[0] for language, pair in {**STEMMED, **STEMMED_BY_ELASTICSEARCH, **UNSPACED}.items()}
    texts |= UNSTEMMED
    writes = [
        write_of(number, 1, language=language, title=None, body=body, publisher=language, canonical=True)
        for number, (language, body) in enumerate(texts.items())
    ]
    assert {receipt.outcome for receipt in index.write(writes)} == {"written"}
    index.refresh()
    return index


@pytest.fixture(scope="module", params=["tantivy", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Give an index of either kind, filled."""
    if request.param == "tantivy":
        opened = fill(IndexSettings(url=f"tantivy:{tmp_path_factory.mktemp('languages')}"))
        yield opened
        opened.close()
        return
    url, prefix = request.getfixturevalue("elasticsearch_url"), f"lang{secrets.token_hex(4)}-"
    opened = fill(IndexSettings(url=url, prefix=prefix, replicas=0))
    yield opened
    opened.close()
    with Elasticsearch(url) as client:
        client.indices.delete(index=list(client.indices.get(index=f"{prefix}*", expand_wildcards="all")))


def find(index: Index, q: str, *more: tuple[str, str]) -> set[str]:
    """Search; give the languages of the articles found."""
    request = read_request(
        [("q", q), ("size", "50"), ("fields", "language"), *more], ("publisher",), None, ("language",)
    )
    paging = Paging(read_here(index), lambda: CursorSigner(b"s"))
    return {str(hit.language) for hit in finish(paging.search(request)).hits}


@pytest.mark.parametrize("language", STEMMED)
def test_a_word_is_found_by_another_form(index: Index, language: str) -> None:
    """Whoever asks for the singular finds the plural; a phrase stays as it was written."""
    written, asked = STEMMED[language]
    assert language in find(index, asked)
    assert find(index, asked, ("language", language)) == {language}
    assert language not in find(index, f'"{asked}"')
    assert language in find(index, f'"{written}"')


@pytest.mark.elasticsearch
@pytest.mark.parametrize("language", STEMMED_BY_ELASTICSEARCH)
def test_more_languages_are_stemmed_on_a_server(index: Index, language: str) -> None:
    """By its built-in analyzers; the embedded index finds the words as they were written."""
    written, asked = STEMMED_BY_ELASTICSEARCH[language]
    assert language in find(index, written)
    on_server = type(index).__name__ == "ElasticsearchIndex"
    assert (language in find(index, asked, ("language", language))) == on_server


@pytest.mark.parametrize("language", UNSPACED)
def test_words_without_spaces_are_found(index: Index, language: str) -> None:
    """Chinese, Japanese and Korean are searched by pairs of characters."""
    assert language in find(index, UNSPACED[language][1])


@pytest.mark.parametrize("language", UNSTEMMED)
def test_a_language_without_a_stemmer_falls_back(index: Index, language: str) -> None:
    """Its words are found as they were written, whatever their case."""
    assert language in find(index, UNSTEMMED[language].upper())
