"""Walks over 50,000 hits with cursors, while articles are written between pages, on both indices.

`python -m benchmarks.walking [--index URL] [--articles N]`; in `benchmarks.run` with an Elasticsearch of its own where
the tests' is not named.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from benchmarks.elasticsearch import EMBEDDED, find_server, new_place
from ingest.awaiting import finish
from ingest.index.document import fill_stemmed
from ingest.index.mapping import articles_mapping
from ingest.index.opening import open_index
from ingest.index.protocol import Index, Write
from ingest.index.reading import read_here
from ingest.jobs.paging import Paging
from ingest.search.cursor import CursorSigner
from ingest.search.request import read_request

ARTICLES = 50_000
BATCH = 1_000
# So often, in pages, something is written.
PAGES_BETWEEN_WRITES = 50
WORDS = ("ferry", "harbour", "strike", "council", "market", "river", "bridge", "storm", "school", "library")


def measure(url: str | None = None, articles: int = ARTICLES) -> dict[str, Any]:
    """Walk on both indices in each order; tell how many hits were given twice or never, and how fast."""
    figures: dict[str, Any] = {}
    with find_server(url) as address:
        for kind, place in ((EMBEDDED, EMBEDDED), ("elasticsearch", address)):
            with filled(place, articles) as index:
                figures[kind] = {sort: walk(index, sort, articles) for sort in ("relevance", "newest")}
    return figures


def walk(index: Index, sort: str, articles: int) -> dict[str, float]:
    """Walk over every article in pages of 100, writing on the way."""
    asked = [("q", "ferry river"), ("sort", sort), ("size", "100"), ("highlight", "false"), ("timeline", "false")]
    request = read_request([*asked, ("duplicates", "show"), ("fields", "id")], articles_mapping().facets, None, ("id",))
    paging, found, pages, writing = Paging(read_here(index), lambda: CursorSigner(b"bench")), list[str](), 0, 0.0
    started = time.monotonic()
    while True:
        page = finish(paging.search(request, counted=request.cursor is None))
        found += [hit.id for hit in page.hits]
        pages += 1
        if page.next is None:
            break
        request = replace(request, cursor=page.next)
        if pages % PAGES_BETWEEN_WRITES == 0:
            began = time.monotonic()
            index.write([to_write(number, version=1 + pages) for number in range(pages % 7, articles, articles // 100)])
            index.refresh()
            writing += time.monotonic() - began
    given = set(found)
    return {
        "twice": len(found) - len(given),
        "never": sum(name(number) not in given for number in range(articles)),
        "hits_per_second": round(len(found) / (time.monotonic() - started - writing)),
    }


def name(number: int) -> str:
    """Give an article's id."""
    return f"{number * 7919:032x}"


def to_write(number: int, version: int = 1) -> Write:
    """Make an article that mentions the ferry, in other words each version; one in ten has no date."""
    chance = random.Random(number * 31 + version)
    document = {
        "id": name(number),
        "title": f"Ferry {number}",
        "body": " ".join(["ferry", *chance.choices(WORDS, k=1 + number % 40)]),
        "language": "en",
        "published_at": None
        if number % 10 == 0
        else f"20{10 + number % 15}-0{1 + number % 9}-1{number % 10}T00:00:00Z",
        "cluster_id": name(number),
        "canonical": True,
        "comment_count": 0,
        "fingerprint": f"{number}-{version}",
    }
    return Write(name(number), version, fill_stemmed(document))


@contextmanager
def filled(url: str, articles: int) -> Iterator[Index]:
    """Give an index that holds the articles, and remove it afterwards."""
    with new_place(url, "walking") as place:
        index = open_index(place, write=True)
        try:
            index.prepare()
            for start in range(0, articles, BATCH):
                index.write([to_write(number) for number in range(start, min(articles, start + BATCH))])
            index.refresh()
            yield index
        finally:
            index.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.walking", description=__doc__)
    parser.add_argument("--index", metavar="URL", help="http://host:9200")
    parser.add_argument("--articles", type=int, default=ARTICLES, metavar="N")
    given = parser.parse_args(arguments)
    print(json.dumps(measure(given.index, given.articles), indent=2))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
