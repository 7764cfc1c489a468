"""Articles made for the tests: sentences of invented words, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ingest.dedup import BodySource, Candidate, Deduplicator, DedupSettings, MemorySignatures, SignatureStore
from ingest.model import Cluster

SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "ve")
DAY_ONE = datetime(2024, 5, 1, 12, tzinfo=UTC)


def write_sentences(seed: int, count: int) -> list[str]:
    """Write sentences of twelve words of three syllables."""
    chance = random.Random(seed)
    return [
        " ".join("".join(chance.choices(SYLLABLES, k=3)) for _ in range(12)).capitalize() + "." for _ in range(count)
    ]


def write_body(seed: int, sentences: int = 8) -> str:
    """Write a body."""
    return " ".join(write_sentences(seed, sentences))


def day(number: int) -> datetime:
    """Give a publication date."""
    return DAY_ONE + timedelta(days=number)


class Library:
    """The bodies of what was committed, as an index would keep them; knows what it was asked for."""

    def __init__(self) -> None:
        self.by_key: dict[str, str] = {}
        self.asked: list[str] = []

    def bodies(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Give bodies by key; absent keys are absent."""
        self.asked += ids
        return {key: self.by_key[key] for key in ids if key in self.by_key}


class System:
    """A deduplicator with its store and an index that keeps bodies and canonical marks as the pipeline would."""

    def __init__(
        self, store: SignatureStore | None = None, library: Library | None = None, settings: DedupSettings | None = None
    ) -> None:
        self.store = store if store is not None else MemorySignatures()
        self.library = library if library is not None else Library()
        self.settings = settings or DedupSettings()
        self.clusters: dict[str, Cluster] = {}
        self.canonical: dict[str, bool] = {}
        self.restart()

    def restart(self) -> None:
        """Begin a new process: what was pending is lost."""
        source: BodySource = self.library
        self.deduplicator = Deduplicator(self.store, source, self.settings)

    def run(self, *batch: Candidate) -> list[Cluster]:
        """Assign a batch, write it to the index, and commit."""
        clusters = self.deduplicator.assign(batch)
        self.write(batch, clusters)
        self.deduplicator.commit([candidate.key for candidate in batch])
        return clusters

    def write(self, batch: Sequence[Candidate], clusters: Sequence[Cluster]) -> None:
        """Write a batch to the index."""
        for candidate, cluster in zip(batch, clusters, strict=True):
            self.library.by_key[candidate.key] = candidate.body
            self.clusters[candidate.key] = cluster
            self.canonical[candidate.key] = cluster.canonical
        for cluster in clusters:
            self.canonical |= dict.fromkeys(cluster.displaced, False) | dict.fromkeys(cluster.promoted, True)
            for key, reason in cluster.reasons:
                if key in self.clusters:
                    self.clusters[key] = replace(self.clusters[key], reason=reason)

    def members(self) -> dict[str, frozenset[str]]:
        """Give the members of each cluster."""
        members: dict[str, set[str]] = {}
        for key, cluster in self.clusters.items():
            members.setdefault(cluster.id, set()).add(key)
        return {cluster: frozenset(keys) for cluster, keys in members.items()}

    def leaders(self) -> dict[str, list[str]]:
        """Give the canonical members of each cluster."""
        return {cluster: sorted(key for key in keys if self.canonical[key]) for cluster, keys in self.members().items()}
