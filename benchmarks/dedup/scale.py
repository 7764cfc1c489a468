"""How look-ups, recall and room change with the number of articles: `python -m benchmarks.dedup --scale 10000 1000000`.

The articles are generated, and made again from their number whenever a body is asked for, so that nothing is held.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from benchmarks.corpora import read_lines
from ingest.dedup import Candidate, Deduplicator, DedupSettings, MemorySignatures, SignatureStore
from ingest.dedup.protocol import Entry, Standing
from ingest.dedup.ranking import name_cluster, rank
from ingest.dedup.signature import analyse
from ingest.dedup.stores.sqlite import SqliteSignatures

SENTENCES, SENTENCE_WORDS = 22, 17
PUT = 2000
QUERIES = 2000
# Of the queries, the share that are near copies of stored articles, half of them cut short and half with more text.
COPIES = 0.2


@dataclass
class Library:
    """Articles by number, as words of a real vocabulary by their frequency; a `BodySource` that makes what it gives."""

    corpus: str = "dedup/bbc_2225.jsonl.gz"
    given: int = field(default=0, init=False)

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
        return {key: " ".join(self.write(int(key, 16))) for key in ids}


def measure_scale(sizes: Sequence[int], open_store: Callable[[Path], SignatureStore]) -> Iterator[dict[str, Any]]:
    """Fill one store step by step, and yield the figures at each size."""
    library, settings = Library(), DedupSettings()
    with TemporaryDirectory() as folder:
        empty = psutil.Process().memory_info().rss
        store = open_store(Path(folder))
        filled = 0
        for size in sorted(sizes):
            started = time.process_time()
            for start in range(filled, size, PUT):
                store.put([enter(library, number, settings) for number in range(start, min(size, start + PUT))])
            seconds = time.process_time() - started
            if room := sum(path.stat().st_size for path in Path(folder).iterdir()):
                store.close()  # which folds the write-ahead log into the file
                room = sum(path.stat().st_size for path in Path(folder).iterdir())
                store = open_store(Path(folder))
            else:
                room = psutil.Process().memory_info().rss - empty
            yield {
                "documents": size,
                "bytes_a_document": round(room / size),
                "fill_documents_per_second": round((size - filled) / seconds),
                **measure_lookups(store, library, size, settings),
            }
            filled = size
        store.close()


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


def measure_lookups(store: SignatureStore, library: Library, size: int, settings: DedupSettings) -> dict[str, float]:
    """Look up new articles and near copies of stored ones, one by one, with nothing in the cache of bodies.

    Times are of the processor, without signing, so that neighbours on the machine count as little as may be.
    """
    deduplicator = Deduplicator(store, library, settings)
    chance = random.Random(size)
    seconds: list[float] = []
    sought = found = 0
    library.given = 0
    for query in range(QUERIES):
        original = chance.randrange(size) if chance.random() < COPIES else None
        body = copy_article(library, original, chance) if original is not None else " ".join(library.write(-1 - query))
        started = time.thread_time()
        analyse(body, settings)
        analysed = time.thread_time()
        (cluster,) = deduplicator.assign([Candidate(key="query", body=body)])
        seconds.append(time.thread_time() - analysed - (analysed - started))
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
    return SqliteSignatures(folder / "signatures.sqlite")


def open_memory(folder: Path) -> SignatureStore:  # noqa: ARG001 - stores are opened alike
    """Open a store in memory."""
    return MemorySignatures()


STORES = {"sqlite": open_sqlite, "memory": open_memory}
