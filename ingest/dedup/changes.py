"""What one batch changes: who leads each cluster it touches, before it and as it goes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from ingest.dedup.pending import Pending
from ingest.dedup.protocol import Rank, SignatureStore, Standing
from ingest.dedup.ranking import explain
from ingest.model import Cluster

# Ranks fetched of a cluster at first; more only where these are all of articles that have moved since.
FIRST_RANKS = 4
CANONICAL_AND_NEXT = 2


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
        self._first: dict[str, Sequence[Rank]] = {}
        self._reasons: dict[str, str] = {}
        self._because_of: dict[str, str] = {}
        self._decisions: list[_Decision] = []

    def fetch_leaders(self, clusters: Iterable[str]) -> None:
        """Ask the store in one request for clusters that are likely to be touched."""
        unknown = sorted(set(clusters) - self._stored.keys())
        if unknown:
            self._stored |= {**dict.fromkeys(unknown, ()), **self._store.leaders(unknown, FIRST_RANKS)}

    def leader(self, cluster: str) -> Rank | None:
        """Give the rank of the canonical member as things stand; None where the cluster is empty."""
        return next(iter(self._first_two(cluster)), None)

    def leave(self, standing: Standing) -> None:
        """Take an article out of its cluster, whose canonical member may be so for another reason now."""
        cluster, key = standing.cluster, standing.rank.key
        if any(rank.key == key for rank in self._first_two(cluster)):
            self._first[cluster] = self._find_first_two(cluster, without=key)
            self._explain_leader(cluster, because_of=key)

    def join(self, standing: Standing) -> str:
        """Put an article into its cluster; say why the canonical member, it or another one, is that."""
        cluster, own = standing.cluster, standing.rank
        before = self._first_two(cluster)
        self._first[cluster] = after = sorted((*before, own))[:CANONICAL_AND_NEXT]
        if own in after:
            self._explain_leader(cluster, because_of=own.key)
        if before and after[0] == own:
            self._explain(before[0].key, explain(own, before[0]), because_of=own.key)
        if after[0] != own:
            self._explain(own.key, explain(after[0], own), because_of=own.key)
        return self._reasons[own.key]

    def _explain_leader(self, cluster: str, because_of: str) -> None:
        first = self._first[cluster]
        if first:
            reason = explain(first[0], first[1] if len(first) > 1 else None)
            self._explain(first[0].key, reason, because_of)

    def _explain(self, key: str, reason: str, because_of: str) -> None:
        self._reasons[key] = reason
        self._because_of[key] = because_of
        self._pending.explain(key, reason)

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
        reasons = self._group_reasons(last.keys())
        return [
            self._to_cluster(decision, last.keys(), reasons, is_last=last[decision.standing.rank.key] == place)
            for place, decision in enumerate(self._decisions)
        ]

    def _group_reasons(self, batch: Collection[str]) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Give, by who changed them, the reasons of others, but of those whose pending entries say them."""
        grouped: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for key, cause in self._because_of.items():
            if key not in batch or key not in self._pending:
                grouped[cause].append((key, self._reasons[key]))
        return grouped

    def _to_cluster(
        self,
        decision: _Decision,
        batch: Collection[str],
        reasons: Mapping[str, Sequence[tuple[str, str]]],
        *,
        is_last: bool,
    ) -> Cluster:
        standing = decision.standing
        leader = self.leader(standing.cluster)
        now = leader is not None and leader.key == standing.rank.key
        return Cluster(
            id=standing.cluster,
            canonical=now if is_last else decision.canonical,
            kind=standing.kind,
            similarity=standing.similarity,
            of=standing.of,
            reason=self._reasons.get(standing.rank.key, standing.reason) if is_last else standing.reason,
            evidence=standing.evidence,
            scheme=standing.scheme,
            agency=standing.agency,
            agency_copied=standing.agency_copied,
            displaced=self._displaced(standing, batch) if is_last else (),
            promoted=self._promoted(decision, batch),
            reasons=tuple(reasons.get(standing.rank.key, ())) if is_last else (),
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
        before, leader = self._before[decision.left], self.leader(decision.left)
        if before is None or leader is None or leader.key in batch or before.key != decision.standing.rank.key:
            return ()
        return (leader.key,)

    def _first_two(self, cluster: str) -> Sequence[Rank]:
        """Give the ranks of the canonical member and the next one, as things stand."""
        if cluster not in self._first:
            self._first[cluster] = first = self._find_first_two(cluster)
            self._before[cluster] = first[0] if first else None
        return self._first[cluster]

    def _find_first_two(self, cluster: str, without: str | None = None) -> Sequence[Rank]:
        pending = self._pending.leaders(cluster, without, CANONICAL_AND_NEXT)
        return sorted((*pending, *self._find_stored(cluster, without)))[:CANONICAL_AND_NEXT]

    def _find_stored(self, cluster: str, without: str | None) -> Sequence[Rank]:
        """Give the smallest two of the stored ranks that still stand; most often they are among those fetched first."""
        self.fetch_leaders([cluster])
        asked = FIRST_RANKS
        while True:
            ranks = self._stored[cluster]
            visible = [rank for rank in ranks if rank.key != without and rank.key not in self._pending]
            if len(visible) >= CANONICAL_AND_NEXT or len(ranks) < asked:
                return visible[:CANONICAL_AND_NEXT]
            asked *= 8
            self._stored[cluster] = self._store.leaders([cluster], asked).get(cluster, ())
