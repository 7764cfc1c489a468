"""The clusters of a whole collection, the same whatever order it came in.

First every text is compared with its likeliest copies, and then the texts are placed: those that resemble others most
first, since they are the middle of a cluster (Aslam, Pelekhov, Rus: The Star Clustering Algorithm, 2004). Each joins
the cluster of its best verified match among those placed before it, and founds one where there is none, so that no two
clusters ever become one through a text that resembles both. What people decided comes last and counts most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.dedup.bodies import PartsCache
from ingest.dedup.hands import BY_HAND, HandDecisions
from ingest.dedup.protocol import BodySource, Entry, Standing
from ingest.dedup.ranking import Candidate, explain, name_cluster, rank
from ingest.dedup.settings import DedupSettings
from ingest.dedup.signature import Signature, analyse, name_scheme
from ingest.dedup.similarity import IDENTICAL, compare, count_shared_sentences
from ingest.dedup.workbench import Laid, Member, Workbench
from ingest.model import Cluster, ClusterKind, CopyEvidence


@dataclass(frozen=True, slots=True)
class Settled:
    """What was decided on one article: what a store keeps of it, its cluster, and the caller's stamp."""

    entry: Entry
    cluster: Cluster
    stamp: int


class Reclustering:
    """Lays a collection out on a bench (a file's path, or `:memory:`) and settles it; `compared` counts verifications.

    Lay everything with `lay`, then go through `settle` once. Bodies are asked for again while texts are compared.
    """

    def __init__(
        self, bodies: BodySource, settings: DedupSettings, hands: HandDecisions, path: str = ":memory:"
    ) -> None:
        self._settings = settings
        self._hands = hands
        self._bench = Workbench(path)
        self._parts = PartsCache(bodies, settings)
        self.compared = 0

    def lay(self, candidates: Sequence[Candidate], stamps: Sequence[int]) -> None:
        """Take articles in, in any order, each with a number that `settle` gives back."""
        laid = []
        for candidate, stamp in zip(candidates, stamps, strict=True):
            analysis = analyse(candidate.body, self._settings)
            self._parts.put(candidate.key, analysis.parts)
            comparable = bool(analysis.shingles) and candidate.key not in self._hands.alone
            place = rank(candidate, analysis.length)
            laid.append(Laid(place, analysis.signature, candidate.agency, stamp, comparable))
        self._bench.lay(laid)

    def settle(self) -> Iterator[list[Settled]]:
        """Find all copies, place them, and yield the decisions page by page in the order of keys."""
        self._bench.number()
        for texts in self._bench.texts():
            for place, (node, key, tokens) in enumerate(texts):
                self._compare(node, key, tokens, [other for _, other, _ in texts[place + 1 :]])
        self._bench.place()
        self._bench.join(sorted(self._hands.joined))
        self._bench.seat()
        for members in self._bench.members():
            yield [self._settle_one(member) for member in members]

    def close(self) -> None:
        """Let go of the bench."""
        self._bench.close()

    def _compare(self, node: int, key: str, tokens: Sequence[int], following: Sequence[str]) -> None:
        neighbours = self._bench.neighbours(node, tokens, self._settings.max_candidates)
        unknown = [(other, name) for other, name in neighbours if not self._bench.knows(node, other)]
        mine = self._parts.get(key, following) if unknown else None
        if mine is None:
            return
        distinct = set(mine.shingles)
        budget = self._settings.max_compared_shingles
        for other, name in unknown:
            if budget <= 0:
                return
            theirs = self._parts.get(name, (name for _, name in unknown))
            if theirs is None or not theirs.shingles:
                continue
            self.compared += 1
            budget -= len(theirs.shingles)
            similarity = compare(mine.shingles, distinct, theirs.shingles, self._settings)
            if similarity:
                self._bench.match(node, other, similarity, count_shared_sentences(mine, theirs))

    def _settle_one(self, member: Member) -> Settled:
        leader, *others = self._bench.leaders(member.root)
        key = member.rank.key
        canonical = leader.rank.key == key
        of, kind, evidence, copied = self._name_match(member, leader.rank.key, leader.agency)
        cluster = Cluster(
            id=name_cluster(leader.rank.key, leader.content),
            canonical=canonical,
            kind=kind,
            similarity=evidence.containment if evidence else 0.0,
            of=of,
            reason=explain(leader.rank, (others[0].rank if others else None) if canonical else member.rank),
            evidence=evidence,
            scheme=name_scheme(self._settings),
            agency=member.agency or copied,
            agency_copied=member.agency is None and copied is not None,
        )
        signature = Signature(cluster.scheme, member.content, member.tokens)
        return Settled(Entry(stand(cluster, member), signature), cluster, member.stamp)

    def _name_match(
        self, member: Member, leader: str, agency: str | None
    ) -> tuple[str | None, ClusterKind, CopyEvidence | None, str | None]:
        """Say of whom a member is a copy, how, why, and whose agency that article names."""
        if member.seat == 1:
            return None, "unique", None, None
        if member.first != member.rank.key:
            return member.first, "exact", IDENTICAL, agency
        found = self._bench.best_match(member)
        if found is None:
            return leader, "near", BY_HAND, agency
        evidence = CopyEvidence(
            matched="jaccard" if found.jaccard >= self._settings.min_jaccard else "containment",
            containment=found.containment,
            jaccard=found.jaccard,
            shared_shingles=found.shared_shingles,
            shared_sentences=found.shared_sentences,
        )
        return found.key, "near", evidence, found.agency or agency


def stand(cluster: Cluster, member: Member) -> Standing:
    """Give what a store keeps of a decision."""
    return Standing(
        scheme=cluster.scheme,
        content=member.content,
        cluster=cluster.id,
        kind=cluster.kind,
        similarity=cluster.similarity,
        of=cluster.of,
        reason=cluster.reason,
        rank=member.rank,
        evidence=cluster.evidence,
        agency=cluster.agency,
        agency_copied=cluster.agency_copied,
    )
