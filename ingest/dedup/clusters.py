"""Which cluster an article belongs to, and which of its members is canonical.

An exact copy joins the cluster of the oldest article with its content, a near copy that of its best verified match,
and anything else founds one. No clusters are ever merged through an article that resembles both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import NamedTuple

from ingest.dedup.bodies import PartsCache
from ingest.dedup.changes import Changes
from ingest.dedup.hands import BY_HAND, HandDecisions
from ingest.dedup.pending import Pending
from ingest.dedup.protocol import BodySource, Entry, Neighbour, SignatureStore, Standing
from ingest.dedup.ranking import Candidate, name_cluster, rank
from ingest.dedup.settings import DedupSettings
from ingest.dedup.signature import Analysis, Signature, analyse, choose_tokens, name_scheme
from ingest.dedup.similarity import IDENTICAL, Similarity, compare, explain_match
from ingest.dedup.text import Parts
from ingest.model import Cluster, ClusterKind, CopyEvidence

# Articles that are looked up together: few round trips to the store, yet little to hold.
SLICE = 64
# Stored articles with the same content that are looked at; one is enough unless those before it are pending again.
MAX_SAME_CONTENT = 16


class Match(NamedTuple):
    """What an article is a copy of, and its cluster; `of` is None for a founder. `agency` is the other one's."""

    of: str | None
    cluster: str
    kind: ClusterKind
    evidence: CopyEvidence | None
    agency: str | None = None


class _Query(NamedTuple):
    """A candidate with what the store says about it; `same` and `near` are None where it was not asked for them."""

    candidate: Candidate
    analysis: Analysis
    standing: Standing | None
    same: Sequence[Neighbour] | None
    near: Sequence[Neighbour] | None


class Deduplicator:
    """Assigns articles to clusters over a store of signatures; not for several threads at once.

    `compared` counts the bodies that candidates were verified with so far.
    """

    def __init__(
        self, store: SignatureStore, bodies: BodySource, settings: DedupSettings, hands: HandDecisions | None = None
    ) -> None:
        self._store = store
        self._hands = hands or HandDecisions()
        self._settings = settings
        self.compared = 0
        self._pending = Pending(settings.pending_documents)
        self._stored_parts = PartsCache(bodies, settings)
        self._reasons: dict[str, dict[str, str]] = {}

    def assign(self, batch: Sequence[Candidate]) -> list[Cluster]:
        """Give each article its cluster, in order; they are pending until `commit` or `discard`.

        The canonical marks are those that stand after the whole batch; `displaced` and `promoted` name only articles of
        earlier batches. An article whose content is known already gets the decision that was made then. One whose
        content has changed is assigned anew.
        """
        changes = Changes(self._store, self._pending)
        remaining = iter(batch)
        while some := list(islice(remaining, SLICE)):
            queries = self._look_up(some)
            changes.fetch_leaders(_clusters_of(queries))
            for place, query in enumerate(queries):
                self._decide(query, queries[place + 1 :], changes)
        clusters = changes.to_clusters()
        self._note_reasons(batch, clusters)
        return clusters

    def adopt(self, candidates: Sequence[Candidate], clusters: Sequence[Cluster]) -> None:
        """Take articles that another process assigned as pending here, so that they can be committed."""
        for candidate, cluster in zip(candidates, clusters, strict=True):
            analysis = analyse(candidate.body, self._settings)
            match = Match(cluster.of, cluster.id, cluster.kind, cluster.evidence, cluster.agency)
            standing = _stand(candidate, analysis, match, cluster.reason)
            self._pending.put(Entry(standing, analysis.signature), analysis.parts)
        self._note_reasons(candidates, clusters)

    def commit(self, keys: Sequence[str]) -> None:
        """Store the signatures of pending articles that the index has acknowledged; other keys are ignored."""
        acknowledged = self._pending.take(keys)
        if not acknowledged:
            return
        # Before those that changed them: after a crash in between these are assigned anew, and change them again.
        self._amend_reasons(keys)
        self._store.put([entry for entry, _ in acknowledged])
        for entry, parts in acknowledged:
            self._stored_parts.put(entry.standing.rank.key, parts)
        self._pending.remove(keys)

    def discard(self, keys: Sequence[str]) -> None:
        """Forget pending articles that did not reach the index; other keys are ignored."""
        self._pending.remove(keys)
        for key in keys:
            self._reasons.pop(key, None)

    def _note_reasons(self, candidates: Sequence[Candidate], clusters: Sequence[Cluster]) -> None:
        """Note which reasons of stored articles change with these ones."""
        for candidate, cluster in zip(candidates, clusters, strict=True):
            if cluster.reasons:
                self._reasons[candidate.key] = dict(cluster.reasons)

    def _amend_reasons(self, keys: Sequence[str]) -> None:
        """Store the reasons that acknowledged articles changed, of articles that stand as they were."""
        reasons = {name: reason for key in keys for name, reason in self._reasons.pop(key, {}).items()}
        others = [key for key in reasons if key not in self._pending]
        scheme = name_scheme(self._settings)
        amended = []
        for key, standing in self._store.standing(others).items() if others else ():
            if standing.reason == reasons[key] or standing.scheme != scheme:
                continue
            if parts := self._stored_parts.get(key, others):
                signature = Signature(scheme, standing.content, choose_tokens(parts, self._settings))
                amended.append(Entry(replace(standing, reason=reasons[key]), signature))
        if amended:
            self._store.amend(amended)

    def _look_up(self, candidates: Sequence[Candidate]) -> list[_Query]:
        """Ask the store about all at once: for copies only of those that it does not know already, and so on."""
        standings = self._store.standing([candidate.key for candidate in candidates])
        analyses = [analyse(candidate.body, self._settings) for candidate in candidates]
        new = [p for p, c in enumerate(candidates) if not _is_known(standings.get(c.key), analyses[p])]
        same = dict(zip(new, self._find_same([analyses[place] for place in new]), strict=True))
        alone = [place for place in new if not same[place]]
        near = dict(zip(alone, self._find_near([analyses[place] for place in alone]), strict=True))
        return [
            _Query(candidate, analyses[place], standings.get(candidate.key), same.get(place), near.get(place))
            for place, candidate in enumerate(candidates)
        ]

    def _find_same(self, analyses: Sequence[Analysis]) -> list[list[Neighbour]]:
        return self._store.same_content([a.signature for a in analyses], MAX_SAME_CONTENT)

    def _find_near(self, analyses: Sequence[Analysis]) -> list[list[Neighbour]]:
        """Look for stored near copies; one more than are verified, since the article itself may be among them."""
        return self._store.neighbours([a.signature for a in analyses], self._settings.max_candidates + 1)

    def _decide(self, query: _Query, following: Sequence[_Query], changes: Changes) -> None:
        candidate, analysis = query.candidate, query.analysis
        pending = self._pending.get(candidate.key)
        before = pending.standing if pending else query.standing
        if before and _is_known(before, analysis):
            standing = _renew(before, candidate, analysis)
        else:
            standing = _stand(candidate, analysis, self._match(query, following), "")
        if standing != before:
            if before:
                changes.leave(before)
            standing = replace(standing, reason=changes.join(standing))
            self._pending.put(Entry(standing, analysis.signature), analysis.parts)
        changes.decide(standing, before)

    def _match(self, query: _Query, following: Sequence[_Query]) -> Match:
        """Find what an article is a copy of; it founds a cluster where there is nothing."""
        signature = query.analysis.signature
        if by_hand := self._find_partner(query.candidate.key):
            return by_hand
        if query.analysis.shingles and query.candidate.key not in self._hands.alone:
            pending = self._pending.same_content(signature, 2)
            stored = self._find_same([query.analysis])[0] if query.same is None else query.same
            for oldest in self._visible(query, stored, pending):
                return Match(oldest.key, oldest.cluster, "exact", IDENTICAL, oldest.agency)
            best = self._find_best(query, following)
            if best:
                similarity, neighbour, parts = best
                evidence = explain_match(similarity, query.analysis.parts, parts, self._settings)
                return Match(neighbour.key, neighbour.cluster, "near", evidence, neighbour.agency)
        return Match(None, name_cluster(query.candidate.key, signature.content), "unique", None)

    def _find_partner(self, key: str) -> Match | None:
        """Give the article that this one was joined with by hand, if it is there yet."""
        for partner in sorted(self._hands.partners(key)):
            pending = self._pending.get(partner)
            standing = pending.standing if pending else self._store.standing([partner]).get(partner)
            if standing:
                return Match(partner, standing.cluster, "near", BY_HAND, standing.agency)
        return None

    def _find_best(self, query: _Query, following: Sequence[_Query]) -> tuple[Similarity, Neighbour, Parts] | None:
        """Verify the likeliest copies; of equal ones the oldest is best."""
        shingles = query.analysis.shingles
        distinct = set(shingles)
        best: tuple[Similarity, Neighbour, Parts] | None = None
        budget = self._settings.max_compared_shingles
        for neighbour in self._find_likely(query):
            if budget <= 0:
                break
            other = self._parts_of(neighbour.key, query, following)
            if not other or not other.shingles:
                continue
            self.compared += 1
            budget -= len(other.shingles)
            similarity = compare(shingles, distinct, other.shingles, self._settings)
            if similarity and (best is None or (similarity, -neighbour.age) > (best[0], -best[1].age)):
                best = similarity, neighbour, other
        return best

    def _find_likely(self, query: _Query) -> Iterator[Neighbour]:
        """Give the articles to verify: of the stored and of the pending ones at most `max_candidates` each."""
        limit = self._settings.max_candidates
        stored = self._find_near([query.analysis])[0] if query.near is None else query.near
        pending = self._pending.neighbours(query.analysis.signature, limit + 1)
        yield from islice(self._visible(query, stored, ()), limit)
        yield from islice(self._visible(query, (), pending), limit)

    def _visible(self, query: _Query, stored: Sequence[Neighbour], pending: Sequence[Neighbour]) -> Iterator[Neighbour]:
        """Leave out the article itself, those that stand alone, and what is stored of those that are pending again."""
        hidden = {query.candidate.key, *self._hands.alone}
        yield from (n for n in stored if n.key not in hidden and n.key not in self._pending)
        yield from (n for n in pending if n.key not in hidden)

    def _parts_of(self, key: str, query: _Query, following: Sequence[_Query]) -> Parts | None:
        if key in self._pending:
            return self._pending.parts(key)
        soon = (n.key for q in chain([query], following) for n in q.near or () if n.key not in self._pending)
        return self._stored_parts.get(key, soon)


def _clusters_of(queries: Iterable[_Query]) -> Iterator[str]:
    """Name the clusters that the queries may touch, those that they would found included."""
    for query in queries:
        if query.standing:
            yield query.standing.cluster
        yield name_cluster(query.candidate.key, query.analysis.signature.content)
        yield from (neighbour.cluster for neighbour in chain(query.same or (), query.near or ()))


def _is_known(standing: Standing | None, analysis: Analysis) -> bool:
    """Say whether a decision was made on this very content, under this scheme."""
    signature = analysis.signature
    return standing is not None and (standing.scheme, standing.content) == (signature.scheme, signature.content)


def _renew(before: Standing, candidate: Candidate, analysis: Analysis) -> Standing:
    """Keep a decision, with what the article says of itself now."""
    renewed = replace(before, rank=rank(candidate, analysis.length))
    if candidate.agency is not None:
        return replace(renewed, agency=candidate.agency, agency_copied=False)
    return renewed if before.agency_copied else replace(renewed, agency=None)


def _stand(candidate: Candidate, analysis: Analysis, match: Match, reason: str) -> Standing:
    return Standing(
        scheme=analysis.signature.scheme,
        content=analysis.signature.content,
        cluster=match.cluster,
        kind=match.kind,
        similarity=match.evidence.containment if match.evidence else 0.0,
        of=match.of,
        reason=reason,
        rank=rank(candidate, analysis.length),
        evidence=match.evidence,
        agency=candidate.agency or match.agency,
        agency_copied=candidate.agency is None and match.agency is not None,
    )
