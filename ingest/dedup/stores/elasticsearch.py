"""Signatures in an Elasticsearch index of their own, `article-signatures`, beside the articles."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ingest.dedup.protocol import Entry, Neighbour, Rank, Standing
from ingest.dedup.signature import Signature, narrow
from ingest.elastic.beside import SideIndex, StoreSettings, open_bulk, raise_error, read_documents, wait_as_set
from ingest.elastic.bulk import Action, Outcome
from ingest.elastic.client import connect
from ingest.elastic.retries import call
from ingest.errors import IndexUnavailable
from ingest.model import CopyEvidence

LAYOUT = 2
SEARCHES_PER_REQUEST = 128
GROUPED_HITS = 2000
MAX_ROUNDS = 5

KEPT = {"index": False, "doc_values": False}
SORTED = {"index": False}
PROPERTIES = {
    "key": {"type": "keyword", **SORTED},
    "scheme": {"type": "keyword"},
    "content": {"type": "keyword", "doc_values": False},
    # Not in the source: they are searched, never read, and signing again makes them anew.
    "tokens": {"type": "keyword", "doc_values": False},
    "cluster": {"type": "keyword"},
    "kind": {"type": "keyword", **KEPT},
    "similarity": {"type": "double", **KEPT},
    "of": {"type": "keyword", **KEPT},
    "matched": {"type": "keyword", **KEPT},
    "jaccard": {"type": "double", **KEPT},
    "shared_shingles": {"type": "integer", **KEPT},
    "shared_sentences": {"type": "integer", **KEPT},
    "agency": {"type": "keyword", **KEPT},
    "agency_copied": {"type": "boolean", **KEPT},
    "reason": {"type": "keyword", **KEPT},
    "published": {"type": "long", **SORTED},
    "shortness": {"type": "long", **SORTED},
    "syndicated": {"type": "boolean", **SORTED},
    "age": {"type": "long", **SORTED},
}
MAPPINGS = {"_source": {"excludes": ["tokens"]}, "properties": PROPERTIES}
NEIGHBOUR_FIELDS = ["key", "cluster", "age", "agency"]
EVIDENCE_FIELDS = ["matched", "jaccard", "shared_shingles", "shared_sentences"]
RANK_FIELDS = ["published", "shortness", "syndicated", "key"]


@dataclass(frozen=True, slots=True)
class _Search:
    """One search: what it filters by, what else it scores, how it sorts."""

    filters: Mapping[str, str | Sequence[str]]
    tokens: Sequence[str]
    sort: Sequence[str | Mapping[str, str]]
    fields: Sequence[str]
    size: int

    def to_body(self) -> dict[str, Any]:
        query: dict[str, Any] = {
            "filter": [
                {"term" if isinstance(value, str) else "terms": {field: value}} for field, value in self.filters.items()
            ]
        }
        if self.tokens:
            query |= {"should": [{"term": {"tokens": token}} for token in self.tokens], "minimum_should_match": 1}
        return {
            "query": {"bool": query},
            "sort": list(self.sort),
            "_source": list(self.fields),
            "size": self.size,
            "track_total_hits": False,
        }


class ElasticsearchSignatures:
    """A `SignatureStore` in Elasticsearch, for several processes and machines at once; made where it is missing.

    Every `put` ends with a refresh: searches see it. Raises MappingMismatch where the index is of another layout.
    """

    def __init__(self, settings: StoreSettings) -> None:
        self._client = connect(settings)
        self._alias = f"{settings.prefix}article-signatures"
        self._retries = wait_as_set(settings, settings.write_patience_seconds)
        self._bulk = open_bulk(self._client, self._retries, settings)
        # Searches that must see a write refresh; nothing else needs to.
        index = SideIndex(
            alias=self._alias, layout=LAYOUT, mappings=MAPPINGS, refresh_interval="-1", kept="signatures", carried=False
        )
        index.prepare(self._client, self._retries, settings)

    def standing(self, keys: Sequence[str]) -> Mapping[str, Standing]:
        """Look up decisions by id, up to the last acknowledged write; absent keys are absent."""
        return {found["_id"]: _to_standing(found["_source"]) for found in self._get(keys, source=True)}

    def same_content(self, signatures: Sequence[Signature], limit: int) -> list[list[Neighbour]]:
        """Find articles with the same content, the oldest first."""
        wanted = [{"scheme": s.scheme, "content": s.content.hex()} for s in signatures]
        found = self._search_grouped(wanted, _Search({}, (), ["age"], NEIGHBOUR_FIELDS, limit))
        return [[_to_neighbour(source) for source in hits] for hits in found]

    def neighbours(self, signatures: Sequence[Signature], limit: int) -> list[list[Neighbour]]:
        """Find articles that share tokens, weighed by their inverse document frequency.

        Nearly all share tokens with one article or none, which a filter tells at half the cost: only the others are
        weighed.
        """
        found: list[list[dict[str, Any]]] = [[] for _ in signatures]
        sharing = [place for place, signature in enumerate(signatures) if signature.tokens]
        self._fill(found, {place: _share(signatures[place]) for place in sharing})
        several = [place for place in sharing if len(found[place]) > 1]
        self._fill(found, {place: _weigh(signatures[place], limit) for place in several})
        return [[_to_neighbour(source) for source in sources] for sources in found]

    def leaders(self, clusters: Collection[str], limit: int) -> Mapping[str, Sequence[Rank]]:
        """Give the smallest ranks of each cluster."""
        wanted = [{"cluster": cluster} for cluster in clusters]
        found = self._search_grouped(wanted, _Search({}, (), RANK_FIELDS, RANK_FIELDS, limit))
        return {cluster: [_to_rank(s) for s in hits] for cluster, hits in zip(clusters, found, strict=True) if hits}

    def put(self, entries: Sequence[Entry]) -> None:
        """Store articles, each in the place of what stood under its key, and make them visible to searches.

        Raises IndexUnavailable where other writers keep overtaking this one.
        """
        self._write_all({entry.standing.rank.key: entry for entry in entries}, {})

    def amend(self, entries: Sequence[Entry]) -> None:
        """Store other decisions on what stands, under the ages that it has."""
        by_key = {entry.standing.rank.key: entry for entry in entries}
        ages = {found["_id"]: found["_source"]["age"] for found in self._get(list(by_key), source=True)}
        if ages:
            self._write_all({key: by_key[key] for key in ages}, ages)

    def _write_all(self, latest: Mapping[str, Entry], ages: Mapping[str, int]) -> None:
        """Write until no other writer has come in between, and make it visible to searches."""
        for _ in range(MAX_ROUNDS):
            outcomes = self._write(latest, ages)
            latest = {key: latest[key] for key, outcome in outcomes.items() if outcome.result == "stale"}
            if not latest:
                call(lambda: self._client.indices.refresh(index=self._alias), self._retries)
                return
        raise IndexUnavailable(f"other writers kept overtaking this one, {MAX_ROUNDS} times in a row; run again")

    def remove(self, keys: Sequence[str]) -> None:
        """Forget articles, and make that visible to searches."""
        held = {found["_id"]: found["_version"] for found in self._get(keys, source=False)}
        self._bulk.write(
            [Action(alias=self._alias, id=key, version=version + 1, source=None) for key, version in held.items()]
        )
        call(lambda: self._client.indices.refresh(index=self._alias), self._retries)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _write(self, entries: Mapping[str, Entry], ages: Mapping[str, int]) -> dict[str, Outcome]:
        """Write entries as the next version of what stands; those without an age are the youngest."""
        versions = {found["_id"]: found["_version"] for found in self._get(list(entries), source=False)}
        now = time.time_ns() // 1000
        actions = [
            Action(
                alias=self._alias,
                id=key,
                # A deletion is remembered for a while: what is not there begins above any version that was.
                version=versions[key] + 1 if key in versions else now,
                source=_to_source(entry, ages.get(key, now + place)),
            )
            for place, (key, entry) in enumerate(entries.items())
        ]
        outcomes = dict(zip(entries, self._bulk.write(actions), strict=True))
        for key, outcome in outcomes.items():
            if outcome.result == "rejected":
                raise IndexUnavailable(f"the signature of {key} was refused: {outcome.error}: {outcome.message}")
        return outcomes

    def _get(self, keys: Sequence[str], *, source: bool) -> Iterator[dict[str, Any]]:
        return read_documents(self._client, self._retries, self._alias, keys, source=source)

    def _search_grouped(self, wanted: Sequence[Mapping[str, str]], search: _Search) -> list[list[dict[str, Any]]]:
        """Run a search once for each of the wanted filters, all of the same fields, as one search where that is enough.

        One search costs little more than one of its parts, but a large group could crowd the others out of its hits.
        """
        if not wanted:
            return []
        fields = tuple(wanted[0])
        filters = {field: sorted({each[field] for each in wanted}) for field in fields}
        together = replace(search, filters=filters, fields=[*search.fields, *fields], size=GROUPED_HITS)
        (hits,) = self._search([together])
        if len(hits) == GROUPED_HITS:
            return self._search([replace(search, filters=each) for each in wanted])
        groups: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for hit in hits:
            groups[tuple(hit[field] for field in fields)].append(hit)
        return [groups[tuple(each[field] for field in fields)][: search.size] for each in wanted]

    def _fill(self, found: list[list[dict[str, Any]]], searches: Mapping[int, _Search]) -> None:
        """Run searches, and put what they give at their places."""
        for place, sources in zip(searches, self._search(list(searches.values())), strict=True):
            found[place] = sources

    def _search(self, searches: Sequence[_Search]) -> list[list[dict[str, Any]]]:
        """Run searches, many in a request; give the sources of the hits of each."""
        results: list[list[dict[str, Any]]] = []
        for start in range(0, len(searches), SEARCHES_PER_REQUEST):
            lines = [
                line for search in searches[start : start + SEARCHES_PER_REQUEST] for line in ({}, search.to_body())
            ]
            results += call(partial(self._search_some, lines), self._retries)
        return results

    def _search_some(self, lines: Sequence[Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
        answer = self._client.msearch(index=self._alias, searches=lines)
        responses: Iterable[dict[str, Any]] = map(raise_error, answer["responses"])
        return [[hit["_source"] for hit in response["hits"]["hits"]] for response in responses]


def _share(signature: Signature) -> _Search:
    """Look for any two articles that share a token."""
    terms = [_to_term(token) for token in narrow(signature.tokens)]
    return _Search({"scheme": signature.scheme, "tokens": terms}, (), (), NEIGHBOUR_FIELDS, 2)


def _weigh(signature: Signature, size: int) -> _Search:
    """Look for those that share the most tokens and the rarest."""
    terms = [_to_term(token) for token in narrow(signature.tokens)]
    order = [{"_score": "desc"}, {"age": "asc"}]
    return _Search({"scheme": signature.scheme}, terms, order, NEIGHBOUR_FIELDS, size)


def _to_term(token: int) -> str:
    return f"{token:08x}"


def _to_source(entry: Entry, age: int) -> dict[str, Any]:
    standing = entry.standing
    return {
        "scheme": standing.scheme,
        "content": standing.content.hex(),
        "tokens": [_to_term(token) for token in narrow(entry.signature.tokens)],
        "cluster": standing.cluster,
        "kind": standing.kind,
        "similarity": standing.similarity,
        "of": standing.of,
        "reason": standing.reason,
        **{field: getattr(standing.evidence, field, None) for field in EVIDENCE_FIELDS},
        "agency": standing.agency,
        "agency_copied": standing.agency_copied,
        "age": age,
        **standing.rank._asdict(),
    }


def _to_standing(source: Mapping[str, Any]) -> Standing:
    return Standing(
        scheme=source["scheme"],
        content=bytes.fromhex(source["content"]),
        cluster=source["cluster"],
        kind=source["kind"],
        similarity=source["similarity"],
        of=source["of"],
        reason=source["reason"],
        rank=_to_rank(source),
        evidence=_to_evidence(source) if source["matched"] else None,
        agency=source["agency"],
        agency_copied=source["agency_copied"],
    )


def _to_evidence(source: Mapping[str, Any]) -> CopyEvidence:
    return CopyEvidence(containment=source["similarity"], **{field: source[field] for field in EVIDENCE_FIELDS})


def _to_rank(source: Mapping[str, Any]) -> Rank:
    return Rank(**{field: source[field] for field in RANK_FIELDS})


def _to_neighbour(source: Mapping[str, Any]) -> Neighbour:
    return Neighbour(**{field: source[field] for field in NEIGHBOUR_FIELDS})
