"""What one batch changes: who leads each cluster it touches, before it and as it goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from ingest.dedup.pending import Pending
from ingest.dedup.protocol import Rank, SignatureStore, Standing
from ingest.model import Cluster

# Ranks fetched of a cluster at first; more only where these are all of articles that have moved since.
FIRST_RANKS = 4


class _Decision(NamedTuple):
    standing: Standing
    canonical: bool
    left: str | None


class Changes:
    """The decisions of one batch, over a store that does not change meanwhile and over what is pending."""

    def __init__(self, store: SignatureStore, pending: Pending) -> None:
        self._store = store
        self._pending = pending
        self._stored: dict[str, Sequence[Rank]] = {}
        self._before: dict[str, Rank | None] = {}
        self._leaders: dict[str, Rank | None] = {}
        self._decisions: list[_Decision] = []

    def fetch_leaders(self, clusters: Iterable[str]) -> None:
        """Ask the store in one request for clusters that are likely to be touched."""
        unknown = sorted(set(clusters) - self._stored.keys())
        if unknown:
            self._stored |= {**dict.fromkeys(unknown, ()), **self._store.leaders(unknown, FIRST_RANKS)}

    def leader(self, cluster: str) -> Rank | None:
        """Give the rank of the canonical member as things stand; None where the cluster is empty."""
        if cluster not in self._leaders:
            self._before[cluster] = self._leaders[cluster] = self._find_leader(cluster)
        return self._leaders[cluster]

    def leave(self, standing: Standing) -> None:
        """Take an article out of its cluster."""
        leader = self.leader(standing.cluster)
        if leader and leader.key == standing.rank.key:
            self._leaders[standing.cluster] = self._find_leader(standing.cluster, without=leader.key)

    def join(self, standing: Standing) -> None:
        """Put an article into its cluster."""
        leader = self.leader(standing.cluster)
        self._leaders[standing.cluster] = min(leader, standing.rank) if leader else standing.rank

    def decide(self, standing: Standing, before: Standing | None) -> None:
        """Note the decision on the next article of the batch, and the one that it replaces."""
        leader = self.leader(standing.cluster)
        canonical = leader is not None and leader.key == standing.rank.key
        self._decisions.append(_Decision(standing, canonical, before.cluster if before else None))

    def to_clusters(self) -> list[Cluster]:
        """Give the clusters of the batch's articles as things stand now.

        An article that came again in the same batch keeps, in its earlier place, the mark that it had then.
        """
        last = {decision.standing.rank.key: place for place, decision in enumerate(self._decisions)}
        return [
            self._to_cluster(decision, last.keys(), is_last=last[decision.standing.rank.key] == place)
            for place, decision in enumerate(self._decisions)
        ]

    def _to_cluster(self, decision: _Decision, batch: Collection[str], *, is_last: bool) -> Cluster:
        standing = decision.standing
        leader = self._leaders[standing.cluster]
        now = leader is not None and leader.key == standing.rank.key
        return Cluster(
            id=standing.cluster,
            canonical=now if is_last else decision.canonical,
            kind=standing.kind,
            similarity=standing.similarity,
            of=standing.of,
            reason=standing.reason,
            evidence=standing.evidence,
            scheme=standing.scheme,
            agency=standing.agency,
            agency_copied=standing.agency_copied,
            displaced=self._displaced(standing, batch) if is_last else (),
            promoted=self._promoted(decision, batch),
        )

    def _displaced(self, standing: Standing, batch: Collection[str]) -> tuple[str, ...]:
        """Name the earlier leader that this article comes before, canonical now or not: its rivals may yet fail."""
        before = self._before[standing.cluster]
        if before is None or before.key in batch or before < standing.rank:
            return ()
        return (before.key,)

    def _promoted(self, decision: _Decision, batch: Collection[str]) -> tuple[str, ...]:
        """Name the earlier member that is canonical now because this article led the cluster and left or fell back."""
        if decision.left is None:
            return ()
        before, leader = self._before[decision.left], self._leaders[decision.left]
        if before is None or leader is None or leader.key in batch or before.key != decision.standing.rank.key:
            return ()
        return (leader.key,)

    def _find_leader(self, cluster: str, without: str | None = None) -> Rank | None:
        pending = self._pending.leader(cluster, without)
        stored = self._find_stored_leader(cluster, without)
        return min((rank for rank in (pending, stored) if rank), default=None)

    def _find_stored_leader(self, cluster: str, without: str | None) -> Rank | None:
        self.fetch_leaders([cluster])
        while True:
            ranks = self._stored[cluster]
            visible = (rank for rank in ranks if rank.key != without and rank.key not in self._pending)
            leader = next(visible, None)
            if leader is not None or not ranks:
                return leader
            more = self._store.leaders([cluster], 8 * len(ranks)).get(cluster, ())
            if len(more) == len(ranks):
                return None
            self._stored[cluster] = more
