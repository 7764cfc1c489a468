"""How well copies are found, and how fast: `python -m benchmarks.dedup`."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any
from zlib import crc32

from benchmarks.corpora import read_lines
from ingest.dedup import (
    Candidate,
    Deduplicator,
    DedupSettings,
    HandDecisions,
    MemorySignatures,
    Reclustering,
    SignatureStore,
)
from ingest.dedup.signature import sign
from ingest.model import Cluster

BATCH = 500
LOOKUP_DOCUMENTS = 10_000
SENTENCES, SENTENCE_WORDS = 22, 17
ROUNDS = 3


@dataclass
class Bodies:
    """Bodies by key; counts what is fetched."""

    by_key: dict[str, str]
    fetched: int = 0

    def bodies(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Give bodies."""
        self.fetched += len(ids)
        return {key: self.by_key[key] for key in ids}


@dataclass
class Run:
    """One pass over documents, in batches, with a commit after each."""

    texts: Mapping[str, str]
    store: SignatureStore = field(default_factory=MemorySignatures)
    settings: DedupSettings = field(default_factory=DedupSettings)

    def __post_init__(self) -> None:
        self.bodies = Bodies(dict(self.texts))

    def assign(self) -> dict[str, Cluster]:
        """Give every document's cluster."""
        deduplicator = Deduplicator(self.store, self.bodies, self.settings)
        candidates = [Candidate(key=key, body=text) for key, text in self.texts.items()]
        clusters: dict[str, Cluster] = {}
        for start in range(0, len(candidates), BATCH):
            batch = candidates[start : start + BATCH]
            clusters |= {c.key: cluster for c, cluster in zip(batch, deduplicator.assign(batch), strict=True)}
            deduplicator.commit([candidate.key for candidate in batch])
        return clusters


def measure() -> dict[str, Any]:
    """Give the quality on both labelled sets, and the speed of signing and of look-ups with verification."""
    return {
        "rescraped": measure_quality("dedup/rescraped.jsonl.gz"),
        "wire": measure_quality("dedup/wire.jsonl.gz"),
        "speed": measure_speed(),
    }


def measure_quality(corpus: str) -> dict[str, Any]:
    """Score what `dedup` and `recluster` give for a labelled set, in halves too, and what a shuffled stream gives."""
    records = list(read_lines(corpus))
    shuffled = random.Random(0).sample(records, len(records))
    started = time.process_time()
    clusters = settle(records)
    seconds = time.process_time() - started
    streamed = Run({record["id"]: record["text"] for record in shuffled}).assign()
    halves = {name: [r for r in records if crc32(r["cluster"].encode()) % 2 == half] for half, name in enumerate("ab")}
    return {
        "documents": len(records),
        **score_clusters(records, clusters),
        "found": find_by_kind(records, [clusters[record["id"]].id for record in records]),
        "halves": {name: score_clusters(half, clusters)["pair_f1"] for name, half in halves.items()},
        "same_in_any_order": int(settle(shuffled) == clusters),
        "streamed_shuffled": score_clusters(records, streamed),
        "documents_per_second": round(len(records) / seconds),
    }


def settle(records: Sequence[Mapping[str, Any]]) -> dict[str, Cluster]:
    """Give every document's cluster as it follows from all of them."""
    bench = Reclustering(Bodies({r["id"]: r["text"] for r in records}), DedupSettings(), HandDecisions())
    bench.lay([Candidate(key=record["id"], body=record["text"]) for record in records], [0] * len(records))
    return {each.entry.standing.rank.key: each.cluster for page in bench.settle() for each in page}


def score_clusters(records: Sequence[Mapping[str, Any]], clusters: Mapping[str, Cluster]) -> dict[str, float]:
    """Compare clusters with labels."""
    return score_pairs([clusters[record["id"]].id for record in records], [record["cluster"] for record in records])


def score_pairs(predicted: Sequence[Hashable], labels: Sequence[Hashable]) -> dict[str, float]:
    """Give precision, recall and F1 over all pairs of documents in one cluster."""
    both = count_pairs(list(zip(predicted, labels, strict=True)))
    precision, recall = both / count_pairs(predicted), both / count_pairs(labels)
    return {
        "pair_f1": round(2 * precision * recall / (precision + recall), 4),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
    }


def count_pairs(clusters: Sequence[Hashable]) -> int:
    """Count the pairs within clusters."""
    return sum(size * (size - 1) // 2 for size in Counter(clusters).values())


def find_by_kind(records: Sequence[Mapping[str, Any]], predicted: Sequence[str]) -> dict[str, float]:
    """Give, for each kind of variant, the share that is in the cluster of its original; none without originals."""
    of_original = {
        record["cluster"]: cluster
        for record, cluster in zip(records, predicted, strict=True)
        if record["kind"] == "orig"
    }
    found: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for record, cluster in zip(records, predicted, strict=True):
        if record["kind"] != "orig" and record["cluster"] in of_original:
            seen[record["kind"]] += 1
            found[record["kind"]] += cluster == of_original[record["cluster"]]
    return {kind: round(found[kind] / count, 4) for kind, count in sorted(seen.items())}


def measure_speed() -> dict[str, float]:
    """Give documents per CPU second: signing real texts, and assigning generated ones, a tenth of them near copies."""
    texts = [record["text"] for record in read_lines("dedup/bbc_2225.jsonl.gz")]
    settings = DedupSettings()
    generated = {f"{number:08d}": text for number, text in enumerate(generate(texts, LOOKUP_DOCUMENTS))}
    started = time.process_time()
    clusters = Run(generated).assign()
    assigning = time.process_time() - started
    return {
        "sign_documents_per_second": round(len(texts) / min(time_signing(texts, settings) for _ in range(ROUNDS))),
        "assign_documents": len(generated),
        "assign_near": sum(cluster.kind == "near" for cluster in clusters.values()),
        "assign_documents_per_second": round(len(generated) / assigning),
    }


def generate(texts: Sequence[str], documents: int) -> Iterator[str]:
    """Make articles of real words by their frequency; every tenth is an earlier one with a sentence more."""
    counts = Counter(word for text in texts for word in text.split())
    words, cumulated = list(counts), list(accumulate(counts.values()))
    chance = random.Random(0)

    def write(length: int) -> str:
        return " ".join(chance.choices(words, cum_weights=cumulated, k=length))

    made: list[str] = []
    for number in range(documents):
        if number % 10 == 9:
            yield f"{chance.choice(made)} {write(SENTENCE_WORDS)}."
            continue
        made.append(" ".join(f"{write(SENTENCE_WORDS)}." for _ in range(SENTENCES)))
        yield made[-1]


def time_signing(texts: Sequence[str], settings: DedupSettings) -> float:
    """Give the CPU seconds of signing all texts once."""
    started = time.process_time()
    for text in texts:
        sign(text, settings)
    return time.process_time() - started
