"""One meaning on every backend: the same queries over the same articles give the same ids, totals and facet counts."""

from __future__ import annotations

import json
import secrets
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from ingest.awaiting import finish
from ingest.index.mapping import articles_mapping, stem_of
from ingest.index.opening import open_index
from ingest.index.protocol import Index
from ingest.index.reading import read_here
from ingest.index.settings import IndexSettings
from ingest.jobs.paging import Paging
from ingest.search import (
    add_duplicates,
    build_clusters_query,
    build_languages_query,
    build_query,
    read_languages,
    read_request,
    read_response,
)
from ingest.search.cursor import CursorSigner
from ingest.search.request import SearchRequest
from ingest.search.response import read_hits
from ingest.search.settings import SearchSettings
from ingest.search.similarity import build_similar_query
from ingest.search.suggesting import build_completion_query, build_words_query, read_completions, read_words
from ingest.search.weighing import AGES
from tests.contract.search_corpus import writes

FACETS = articles_mapping().facets
QUERIES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "search_queries.json").read_text(encoding="utf-8"))
ABOUT = [query["about"] for query in QUERIES]
Answer = dict[str, Any]


def fill(settings: IndexSettings) -> Index:
    """Open an index and write the corpus into it."""
    index = open_index(settings, write=True)
    index.prepare()
    assert {receipt.outcome for receipt in index.write(writes())} == {"written"}
    index.refresh()
    return index


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Give the embedded index, filled."""
    index = fill(IndexSettings(url=f"tantivy:{tmp_path_factory.mktemp('search')}"))
    yield index
    index.close()


@pytest.fixture(scope="module")
def server(elasticsearch_url: str) -> Iterator[Index]:
    """Give an Elasticsearch index of this module's own, filled."""
    prefix = f"search{secrets.token_hex(4)}-"
    index = fill(IndexSettings(url=elasticsearch_url, prefix=prefix, replicas=0))
    yield index
    index.close()
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.delete(index=list(client.indices.get(index=f"{prefix}*", expand_wildcards="all")))


@dataclass(frozen=True)
class Asked:
    """A query of the table, as the search room reads it."""

    request: SearchRequest

    @classmethod
    def read(cls, query: dict[str, Any]) -> Asked:
        """Read a row of the table."""
        return cls(read_request([(name, text) for name, text in query["parameters"]], FACETS))

    def ask(self, index: Index) -> Answer:
        """Search, in the stemmed fields of the languages asked for or of all that are present."""
        languages = self.request.languages or read_languages(index.search(build_languages_query()))
        stems = sorted({stem_of(code) for code in languages})
        return read_response(index.search(build_query(self.request, stems)), self.request).to_json()


@pytest.mark.elasticsearch
@pytest.mark.parametrize("query", QUERIES, ids=ABOUT)
def test_both_backends_give_the_same(embedded: Index, server: Index, query: dict[str, Any]) -> None:
    """Whoever moves from the embedded index to a server finds the same articles and the same counts."""
    asked = Asked.read({**query, "parameters": [*query["parameters"], *whole(query)]})
    here, there = asked.ask(embedded), asked.ask(server)
    for counted in ("total", "total_stories", "facets", "facet_totals", "timeline", "notes"):
        assert here[counted] == there[counted], counted
    ids_here, ids_there = ([hit["id"] for hit in answer["hits"]] for answer in (here, there))
    if asked.request.sort != "relevance":
        assert ids_here == ids_there
    assert set(ids_here) == set(ids_there)


def whole(query: dict[str, Any]) -> list[tuple[str, str]]:
    """Ask for all hits where their order is by relevance: scores differ in the last digits, so may the cut."""
    names = {name for name, _ in query["parameters"]}
    return [] if "sort" in names or "size" in names else [("size", "100")]


FOUND = {
    "a word by its stem": {1, 16},
    "a phrase, exact and unstemmed": {5},
    "a phrase whose stems alone would match": set(),
    "a phrase with a stop word in it": {6, 7},
    "minus a phrase": {3, 16, 30},
    "AND": {14, 15},
    "AND with a stop word": {16},
    "AND with another language's stop word": set(),
    "in the title": {16},
    "nothing but stop words": {8},
    "a prefix with an accent": {13},
    "German without umlauts": {17, 18},
    "Spanish stems": {22},
    "Italian stems and elision": {23},
    "Portuguese stems": {24},
    "Russian stems": {25},
    "Finnish stems": {26},
    "Chinese": {27},
    "Japanese": {28},
    "a Chinese phrase": {27},
    "a language without a stemmer": {29},
    "accents folded in phrases": {13},
    "no result": set(),
    "punctuation alone": set(),
}


@pytest.mark.parametrize("about", FOUND)
def test_embedded_index_finds_what_was_meant(embedded: Index, about: str) -> None:
    """Two backends can agree on nonsense: here a person said what each query should find."""
    answer = Asked.read(QUERIES[ABOUT.index(about)]).ask(embedded)
    assert {int(hit["id"], 16) for hit in answer["hits"]} == FOUND[about]


@pytest.mark.parametrize("query", QUERIES, ids=ABOUT)
def test_totals_and_facets_count_what_hits_show(embedded: Index, query: dict[str, Any]) -> None:
    """`total` counts duplicates, `total_stories` clusters; a facet counts hits, its own filter aside."""
    asked = Asked.read(query)
    answer = asked.ask(embedded)
    assert answer["total_stories"] <= answer["total"]
    if asked.request.duplicates == "hide":
        assert all(hit["canonical"] for hit in answer["hits"])
    for entries in answer["facets"].values():
        counts = [(-entry["count"], entry["value"]) for entry in entries]
        assert counts == sorted(counts)
        assert len(entries) <= asked.request.values


def test_facet_ignores_its_own_filter_and_no_other(embedded: Index) -> None:
    """Choosing one publisher must not make the others vanish from the list to choose from."""
    base = [("facets", "publisher,language"), ("size", "0")]
    free = Asked(read_request(base, FACETS)).ask(embedded)
    chosen = Asked(read_request([*base, ("filter.publisher", "Hafenbote")], FACETS)).ask(embedded)
    assert chosen["facets"]["publisher"] == free["facets"]["publisher"]
    assert chosen["facets"]["language"] != free["facets"]["language"]


@pytest.mark.elasticsearch
def test_both_backends_count_duplicates(embedded: Index, server: Index) -> None:
    """A canonical article says how many copies were folded into it."""
    request = read_request([("q", '"nine days" OR "distrust remains"')], FACETS)
    for index in (embedded, server):
        response = read_response(index.search(build_query(request, ("en",))), request)
        clusters = build_clusters_query([str(hit.fields["cluster_id"]) for hit in response.hits])
        told = add_duplicates(response, index.search(clusters))
        assert {int(hit.fields["id"], 16): hit.duplicates for hit in told.hits} == {1: 2, 6: 1}


@pytest.mark.elasticsearch
@pytest.mark.parametrize(
    "span", ["2021-03-03 2021-03-20", "2021-01-01 2021-06-30", "2019 2022", "2015 2024", "2021-03-03"]
)
def test_both_backends_cut_time_alike(embedded: Index, server: Index, span: str) -> None:
    """Days, weeks, months, quarters or years, whatever fits; each stretch searched by itself finds what it counts."""
    start, end = (span.split() * 2)[:2]
    asked = [("from", start), ("to", end), ("size", "0")]
    here, there = (Asked(read_request(asked, FACETS)).ask(index)["timeline"] for index in (embedded, server))
    assert here == there
    assert len(here) <= 40
    assert here or span == "2021-03-03"
    for stretch in here[:: len(here) // 4 + 1]:
        within = [
            ("from", stretch["from"]),
            ("to", min(stretch["to"], end if len(end) > 4 else f"{end}-12-31")),
            ("size", "100"),
        ]
        assert len(Asked(read_request(within, FACETS)).ask(embedded)["hits"]) == stretch["count"]


@pytest.mark.elasticsearch
def test_both_backends_find_significant_words(embedded: Index, server: Index) -> None:
    """What articles about a thing speak of more than others; the thing itself left out."""
    asked = Asked(read_request([("q", "harbour"), ("language", "en"), ("significant", "5")], FACETS))
    here, there = ([word["word"] for word in asked.ask(index)["significant"]] for index in (embedded, server))
    assert len(set(here) & set(there)) >= 4
    assert not {"harbour", "the", "a"} & {*here, *there}


def find_step(published_at: str | None) -> int:
    """Say how many steps of recency an article has lost in 2024, with a half-life of 300 days."""
    if published_at is None:
        return len(AGES)
    age = datetime(2024, 1, 1, tzinfo=UTC) - datetime.fromisoformat(published_at)
    return bisect_left(AGES, age.days / 300)


@pytest.mark.elasticsearch
def test_both_backends_weigh_what_is_new_and_good(embedded: Index, server: Index) -> None:
    """The same articles, ordered by time once being new weighs more than any word."""
    weights = SearchSettings(recency_weight=1000.0, recency_half_life_days=300)
    asked = read_request([("q", "policy market"), ("language", "en"), ("size", "100")], FACETS, weights)
    plain = read_request([("q", "policy market"), ("language", "en"), ("size", "100")], FACETS)
    for index in (embedded, server):
        paging = Paging(read_here(index), lambda: CursorSigner(b"s"), lambda: datetime(2024, 1, 1, tzinfo=UTC))
        steps = [find_step(hit.fields["published_at"]) for hit in finish(paging.search(asked)).hits]
        assert steps == sorted(steps)
        assert len(set(steps)) > 3
        weighed, unweighed = (finish(paging.search(request)).hits for request in (asked, plain))
        assert {hit.id for hit in weighed} == {hit.id for hit in unweighed}


@pytest.mark.elasticsearch
def test_both_backends_know_what_was_meant(embedded: Index, server: Index) -> None:
    """A word that no article has becomes one that some have; the rest of the query stays."""
    for index in (embedded, server):
        answer = index.search(build_words_query("harbuor AND -councli publisher:Psot librar*"))
        assert read_words("harbuor AND -councli publisher:Psot", answer) == "harbour AND -council publisher:Psot"
        assert read_words("harbour", index.search(build_words_query("harbour"))) is None


@pytest.mark.elasticsearch
def test_both_backends_complete(embedded: Index, server: Index) -> None:
    """Words of titles with what follows them, and names, whatever their case."""
    for typed, expected in (("harb", "harbour"), ("moorland g", "Moorland Gazette"), ("bea", "Bea Lund")):
        query = build_completion_query(typed, SearchSettings())
        assert query is not None
        here, there = (read_completions(typed, index.search(query), 100) for index in (embedded, server))
        assert here == there
        assert expected in [completion.text for completion in here]


@pytest.mark.elasticsearch
def test_both_backends_find_similar_articles(embedded: Index, server: Index) -> None:
    """Those that share its words, never its copies; the first ones are the same on both."""
    document = embedded.documents([f"{1001:032x}"])[f"{1001:032x}"]
    query = build_similar_query(document, stem_of(document["language"]), 10)
    here, there = (read_hits(index.search(query)) for index in (embedded, server))
    assert len({hit.id for hit in here} & {hit.id for hit in there}) >= 6
    assert document["cluster_id"] not in {hit.cluster_id for hit in (*here, *there)}
    assert {hit.language for hit in (*here, *there)} == {document["language"]}


@pytest.mark.elasticsearch
def test_both_backends_show_the_comments_that_matched(embedded: Index, server: Index) -> None:
    """By their stems, with who wrote them, and nothing of a comment becomes markup."""
    request = read_request(
        [("q", "elections late"), ("in", "comments"), ("duplicates", "show"), ("size", "100")],
        articles_mapping().facets,
    )
    pagings = [Paging(read_here(index), lambda: CursorSigner(b"s")) for index in (embedded, server)]
    answers = [finish(paging.search(request)) for paging in pagings]
    shown = [{hit.id: hit.to_json()["comments"] for hit in answer.hits} for answer in answers]
    assert shown[0] == shown[1]
    comment = shown[0][f"{15:032x}"][-1]
    assert (comment["author"], comment["number"]) == ("Reader 15", 2)
    assert comment["snippet"].startswith("<em>Late</em> again &lt;b&gt;&amp;: ")


@pytest.mark.elasticsearch
def test_both_backends_highlight_and_escape(embedded: Index, server: Index) -> None:
    """What matched is marked by its stem, and no text of an article becomes markup."""
    asked = Asked(read_request([("q", "elections bold")], FACETS))
    for index in (embedded, server):
        highlights = next(hit for hit in asked.ask(index)["hits"] if int(hit["id"], 16) == 14)["highlights"]
        text = " ".join(highlights["title"] + highlights["body"])
        assert "<em>Election</em>" in text
        assert "<em>Elections</em>" in text
        assert "<em>elected</em>" in text
        assert "<b>" not in text
