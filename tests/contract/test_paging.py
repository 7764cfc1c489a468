"""Walks over hits with cursors: every hit exactly once, while others write, on every backend."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from ingest.awaiting import finish
from ingest.errors import CursorExpired
from ingest.index.document import fill_stemmed
from ingest.index.mapping import articles_mapping
from ingest.index.opening import open_index
from ingest.index.protocol import Index, Write
from ingest.index.reading import read_here
from ingest.index.settings import IndexSettings
from ingest.jobs.paging import Paging
from ingest.search.cursor import CursorSigner
from ingest.search.request import SearchRequest, read_request
from ingest.search.settings import SearchSettings

ARTICLES = 700
WORDS = ["ferry", "harbour", "strike", "council", "market", "river", "bridge", "storm", "school", "library"]


def to_write(number: int, version: int = 1) -> Write:
    """Make an article that mentions the ferry; one in seven has no date, one in five is a copy of another."""
    chance = random.Random(number * 31 + version)
    day = None if number % 7 == 0 else f"2021-{1 + number % 12:02d}-{1 + number % 9:02d}T00:00:0{number % 3}Z"
    copy = number % 5 == 4
    document: dict[str, Any] = {
        "id": f"{number * 7919:032x}",
        "title": f"Ferry {number}",
        "body": " ".join(["ferry", *chance.choices(WORDS, k=1 + number % 40)]),
        "language": "en",
        "published_at": day,
        "cluster_id": f"{(number - copy) * 7919:032x}",
        "canonical": not copy,
        "comment_count": 0,
        "fingerprint": f"{number}-{version}",
    }
    return Write(document["id"], version, fill_stemmed(document))


def fill(settings: IndexSettings) -> Index:
    """Open an index and write the articles into it, in parts, as they come."""
    index = open_index(settings, write=True)
    index.prepare()
    for start in range(0, ARTICLES, 100):
        index.write([to_write(number) for number in range(start, start + 100)])
    index.refresh()
    return index


@pytest.fixture(params=["tantivy", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    """Give an index of either kind, filled."""
    if request.param == "tantivy":
        opened = fill(IndexSettings(url=f"tantivy:{tmp_path}"))
        yield opened
        opened.close()
        return
    url, prefix = request.getfixturevalue("elasticsearch_url"), f"paging{secrets.token_hex(4)}-"
    opened = fill(IndexSettings(url=url, prefix=prefix, replicas=0))
    yield opened
    opened.close()
    with Elasticsearch(url) as client:
        client.indices.delete(index=list(client.indices.get(index=f"{prefix}*", expand_wildcards="all")))


def ask(**parameters: str) -> SearchRequest:
    """Ask for what mentions the ferry."""
    return read_request([("q", "ferry river"), *parameters.items()], articles_mapping().facets)


def walk(index: Index, request: SearchRequest, between: Callable[[], object] = lambda: None) -> list[tuple[str, Any]]:
    """Give the ids and scores of all pages, doing something between each two."""
    paging, found = Paging(read_here(index), lambda: CursorSigner(b"secret")), []
    while True:
        page = finish(paging.search(request))
        found += [(hit.id, hit.score) for hit in page.hits]
        if page.next is None:
            return found
        between()
        request = replace(request, cursor=page.next)


class Newsroom:
    """Writes between pages: new articles, and new versions of those that stand, with other words, so other scores."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._round = 0

    def work(self) -> None:
        """Write some."""
        self._round += 1
        new = [to_write(ARTICLES + 20 * self._round + number) for number in range(20)]
        again = [to_write(number, version=1 + self._round) for number in range(self._round % 5, ARTICLES, 5)]
        self._index.write([*new, *again])
        self._index.refresh()


@pytest.mark.parametrize(("sort", "duplicates"), [("relevance", "hide"), ("newest", "show"), ("oldest", "hide")])
def test_every_hit_is_given_once_while_others_write(index: Index, sort: str, duplicates: str) -> None:
    """What matched at the start is given exactly once, whatever is written on the way."""
    request = ask(sort=sort, duplicates=duplicates, size="97")
    numbers = [number for number in range(ARTICLES) if duplicates == "show" or number % 5 != 4]
    found = [id_ for id_, _ in walk(index, request, Newsroom(index).work)]
    assert len(set(found)) == len(found)
    assert {f"{number * 7919:032x}" for number in numbers} <= set(found)


def test_pages_follow_the_order_of_one_search(index: Index) -> None:
    """Page by page or all at once: the same hits in the same order, ties of scores aside; the last has no next."""
    paging = Paging(read_here(index), lambda: CursorSigner(b"secret"))
    assert finish(paging.search(replace(ask(q='"Ferry 12"'), size=100))).next is None
    assert finish(paging.search(ask(size="0"))).next is None
    for sort in ("newest", "oldest"):
        whole = walk(index, replace(ask(sort=sort, duplicates="show"), size=100))
        assert walk(index, ask(sort=sort, duplicates="show", size="33")) == whole
    scores = [score for _, score in walk(index, ask(size="33"))]
    assert scores == sorted(scores, reverse=True)


def test_a_walk_left_too_long_has_to_begin_again(index: Index) -> None:
    """What is no longer held cannot be walked over: told as such, never answered from another state."""
    paging = Paging(read_here(index), lambda: CursorSigner(b"secret"))
    request = ask(size="50")
    second = finish(paging.search(replace(request, cursor=finish(paging.search(request)).next)))
    third = replace(request, cursor=second.next)
    Newsroom(index).work()
    # Each page says anew how long is held what it walks over: from the last one on, next to nothing.
    assert finish(paging.search(replace(third, settings=SearchSettings(cursor_seconds=1)))).hits
    finish(paging.leave(third))
    time.sleep(1.1)
    with pytest.raises(CursorExpired):
        finish(paging.search(third))
