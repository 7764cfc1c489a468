"""How look-ups, recall and room change with the number of articles: `python -m benchmarks.dedup --scale 10000 1000000`.

The articles are generated, and made again from their number whenever a body is asked for, so that nothing is held.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
from elasticsearch import Elasticsearch

from benchmarks.corpora import read_lines
from ingest.dedup import Candidate, Deduplicator, DedupSettings, MemorySignatures, SignatureStore
from ingest.dedup.protocol import Entry, Standing
from ingest.dedup.ranking import name_cluster, rank
from ingest.dedup.signature import analyse
from ingest.dedup.stores.elasticsearch import ElasticsearchSignatures
from ingest.dedup.stores.sqlite import SqliteSignatures
from ingest.index.settings import IndexSettings

SENTENCES, SENTENCE_WORDS = 22, 17
PUT = 2000
QUERIES = 2000
SIGNATURES = "signatures.sqlite"
# Of the queries, the share that are near copies of stored articles, half of them cut short and half with more text.
COPIES = 0.2


@dataclass
class Library:
    """Articles by number, as words of a real vocabulary by their frequency; a `BodySource` that makes what it gives.

    `seconds` counts how long the making took.
    """

    corpus: str = "dedup/bbc_2225.jsonl.gz"
    clock: Callable[[], float] = time.thread_time
    given: int = field(default=0, init=False)
    seconds: float = field(default=0.0, init=False)

    @cached_property
    def _vocabulary(self) -> tuple[list[str], list[int]]:
        counts = Counter(word for record in read_lines(self.corpus) for word in record["text"].split())
        return list(counts), list(accumulate(counts.values()))

    def write(self, number: int) -> list[str]:
        """Make the sentences of one article."""
        words, cumulated = self._vocabulary
        drawn = random.Random(str(number)).choices(words, cum_weights=cumulated, k=SENTENCES * SENTENCE_WORDS)
        return [" ".join(drawn[at : at + SENTENCE_WORDS]) + "." for at in range(0, len(drawn), SENTENCE_WORDS)]

    def bodies(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Give bodies by key."""
        self.given += len(ids)
        started = self.clock()
        made = {key: " ".join(self.write(int(key, 16))) for key in ids}
        self.seconds += self.clock() - started
        return made


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of store: how one is opened over a folder, how much room it takes, and the clock that look-ups take.

    Times are of the processor, so that neighbours on the machine count as little as may be, unless another process does
    the work.
    """

    open: Callable[[Path], SignatureStore]
    weigh: Callable[[Path], int]
    remove: Callable[[Path], object]
    clock: Callable[[], float] = time.thread_time


def measure_scale(sizes: Sequence[int], kind: Kind) -> Iterator[dict[str, Any]]:
    """Fill one store step by step, and yield the figures at each size."""
    library, settings = Library(clock=kind.clock), DedupSettings()
    with TemporaryDirectory() as folder:
        enter(library, 0, settings)  # which reads the vocabulary, no part of the store
        with closing(kind.open(Path(folder))) as store, removing(kind, Path(folder)):
            empty = kind.weigh(Path(folder))
            for filled, size in pairwise([0, *sorted(sizes)]):
                started = time.process_time()
                for start in range(filled, size, PUT):
                    store.put([enter(library, number, settings) for number in range(start, min(size, start + PUT))])
                seconds = time.process_time() - started
                yield {
                    "documents": size,
                    "bytes_a_document": round((kind.weigh(Path(folder)) - empty) / size),
                    "fill_documents_per_second": round((size - filled) / seconds),
                    **measure_lookups(store, library, size),
                }


@contextmanager
def removing(kind: Kind, folder: Path) -> Iterator[None]:
    """Remove in the end what lies elsewhere than in the folder."""
    try:
        yield
    finally:
        kind.remove(folder)


def enter(library: Library, number: int, settings: DedupSettings) -> Entry:
    """Make a stored article, a founder."""
    candidate = Candidate(key=f"{number:032x}", body=" ".join(library.write(number)))
    analysis = analyse(candidate.body, settings)
    signature = analysis.signature
    standing = Standing(
        scheme=signature.scheme,
        content=signature.content,
        cluster=name_cluster(candidate.key, signature.content),
        kind="unique",
        similarity=0.0,
        of=None,
        reason="only",
        rank=rank(candidate, analysis.length),
    )
    return Entry(standing, signature)


def measure_lookups(store: SignatureStore, library: Library, size: int) -> dict[str, float]:
    """Look up new articles and near copies of stored ones, one by one, with nothing in the cache of bodies.

    Times are without signing, and without making the bodies: that takes thrice what comparing them does.
    """
    settings = DedupSettings()
    deduplicator = Deduplicator(store, library, settings)
    chance = random.Random(size)
    seconds: list[float] = []
    sought = found = 0
    library.given = 0
    for query in range(QUERIES):
        original = chance.randrange(size) if chance.random() < COPIES else None
        body = copy_article(library, original, chance) if original is not None else " ".join(library.write(-1 - query))
        made, started = library.seconds, library.clock()
        analyse(body, settings)
        analysed = library.clock()
        (cluster,) = deduplicator.assign([Candidate(key="query", body=body)])
        seconds.append(library.clock() - analysed - (analysed - started) - (library.seconds - made))
        deduplicator.discard(["query"])
        sought += original is not None
        found += original is not None and cluster.of == f"{original:032x}"
    seconds.sort()
    return {
        "lookup_p50_ms": round(1000 * seconds[QUERIES // 2], 3),
        "lookup_p95_ms": round(1000 * seconds[QUERIES * 95 // 100], 3),
        "verified_a_document": round(library.given / QUERIES, 4),
        "recall": round(found / sought, 4),
    }


def copy_article(library: Library, number: int, chance: random.Random) -> str:
    """Make a near copy: the first third, or the whole with every tenth sentence another and five more at the end."""
    sentences, other = library.write(number), library.write(-10_000_000 - number)
    if chance.random() < 0.5:
        return " ".join(sentences[: SENTENCES // 3])
    edited = [other[place] if place % 10 == 5 else sentence for place, sentence in enumerate(sentences)]
    return " ".join([*edited, *other[:5]])


def open_sqlite(folder: Path) -> SignatureStore:
    """Open a store in a file."""
    return SqliteSignatures(folder / SIGNATURES)


def weigh_sqlite(folder: Path) -> int:
    """Fold the write-ahead log into the file, and give its bytes."""
    with closing(sqlite3.connect(folder / SIGNATURES)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (folder / SIGNATURES).stat().st_size


def open_memory(folder: Path) -> SignatureStore:  # noqa: ARG001 - stores are opened alike
    """Open a store in memory."""
    return MemorySignatures()


def weigh_memory(_: Path) -> int:
    """Give the bytes that this process holds."""
    return psutil.Process().memory_info().rss


def open_elasticsearch(folder: Path) -> SignatureStore:
    """Open a store in the Elasticsearch of the tests, under the name of the folder."""
    return ElasticsearchSignatures(name_index(folder))


def weigh_elasticsearch(folder: Path) -> int:
    """Give the bytes of the index's segments on the disk."""
    settings = name_index(folder)
    with Elasticsearch(settings.url) as client:
        client.indices.flush(index=f"{settings.prefix}*")
        return int(
            client.indices.stats(index=f"{settings.prefix}*", metric="store")["_all"]["primaries"]["store"][
                "size_in_bytes"
            ]
        )


def name_index(folder: Path) -> IndexSettings:
    """Name the server by the tests' variable, and an index of the run's own by its folder."""
    url = os.environ.get("BROADSHEET_TEST_ELASTICSEARCH_URL", "http://127.0.0.1:9200")
    return IndexSettings(url=url, prefix=f"scale-{folder.name.casefold()}-", replicas=0)


def remove_elasticsearch(folder: Path) -> None:
    """Delete the index."""
    settings = name_index(folder)
    with Elasticsearch(settings.url) as client:
        client.indices.delete(index=list(client.indices.get(index=f"{settings.prefix}*")))


def leave(folder: Path) -> None:
    """Leave it to the folder's owner."""


STORES = {
    "sqlite": Kind(open_sqlite, weigh_sqlite, leave),
    "memory": Kind(open_memory, weigh_memory, leave),
    "elasticsearch": Kind(open_elasticsearch, weigh_elasticsearch, remove_elasticsearch, time.perf_counter),
}
