"""Undoing and making merges by hand: decisions of people, kept beside the index, that every later run respects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from ingest.dedup.signature import sign
from ingest.errors import UsageError
from ingest.index.protocol import Document, Index
from ingest.jobs.reclustering import JOIN, SPLIT, OpenedClusters, open_clusters, read_hands, regroup
from ingest.jobs.searching import find
from ingest.settings import Settings
from ingest.state import Records, open_records, read_records

# A cluster of more members is regrouped in part; `recluster` does the rest.
MOST_MEMBERS = 10_000


def split(any_id: str, settings: Settings) -> dict[str, Any]:
    """Let an article stand alone: it joins no cluster and none joins it, until that is undone.

    Merges by hand that name it are undone. Raises UsageError where there is no such article.
    """
    with open_for_hands(settings) as (opened, records):
        document = find(opened.index, any_id)
        key = document["id"]
        records.put(SPLIT, {key: {"at": format_now()}})
        records.delete(JOIN, [name for name, record in records.scan(JOIN) if key in record["ids"]])
        return redo(opened, records, [key], find_members(opened.index, [document["cluster_id"]]))


def undo_split(any_id: str, settings: Settings) -> dict[str, Any]:
    """Let an article join what it is a copy of again; raise UsageError where it does not stand alone by hand."""
    with open_for_hands(settings) as (opened, records):
        document = find(opened.index, any_id)
        key = document["id"]
        if key not in opened.hands.alone:
            raise UsageError(f"{any_id}: was not split from its cluster by hand; see split --list")
        records.delete(SPLIT, [key])
        clusters = find_likely_clusters(opened, document)
        return redo(opened, records, [key], find_members(opened.index, [document["cluster_id"], *clusters]))


def join(any_id: str, other_id: str, settings: Settings) -> dict[str, Any]:
    """Make one cluster of those of two articles; raise UsageError where they are one or absent."""
    with open_for_hands(settings) as (opened, records):
        documents = [find(opened.index, each) for each in (any_id, other_id)]
        keys = name_pair(documents)
        records.put(JOIN, {" ".join(keys): {"ids": keys, "at": format_now()}})
        return redo(opened, records, keys, find_members(opened.index, [each["cluster_id"] for each in documents]))


def undo_join(any_id: str, other_id: str, settings: Settings) -> dict[str, Any]:
    """Take a merge by hand back; raise UsageError where there was none of these two."""
    with open_for_hands(settings) as (opened, records):
        documents = [find(opened.index, each) for each in (any_id, other_id)]
        keys = name_pair(documents)
        if not records.get(JOIN, [" ".join(keys)]):
            raise UsageError(f"{any_id} and {other_id} were not joined by hand; see join --list")
        records.delete(JOIN, [" ".join(keys)])
        return redo(opened, records, keys, find_members(opened.index, [each["cluster_id"] for each in documents]))


def list_splits(settings: Settings) -> list[dict[str, Any]]:
    """List the articles that stand alone by hand."""
    with read_records(settings.index) as records:
        return [{"id": key, **record} for key, record in records.scan(SPLIT)]


def list_joins(settings: Settings) -> list[dict[str, Any]]:
    """List the merges by hand."""
    with read_records(settings.index) as records:
        return [record for _, record in records.scan(JOIN)]


@contextmanager
def open_for_hands(settings: Settings) -> Iterator[tuple[OpenedClusters, Records]]:
    """Open what holds clusters, and the decisions by hand for writing."""
    with open_clusters(settings, write=True) as opened, open_records(settings.index) as records:
        yield opened, records


def redo(opened: OpenedClusters, records: Records, keys: Sequence[str], members: Iterable[str]) -> dict[str, Any]:
    """Regroup the articles that a decision touches, and tell where those that it names are now."""
    now = OpenedClusters(opened.settings, opened.index, opened.store, read_hands(records))
    report = regroup(now, sorted({*keys, *members}))
    documents = opened.index.documents(keys)
    fields = ("cluster_id", "cluster_kind", "canonical", "canonical_reason", "duplicate_of")
    return {
        "articles": [{"id": key, **{field: documents[key][field] for field in fields}} for key in keys],
        "recluster": report.to_json(),
    }


def find_members(index: Index, clusters: Sequence[str]) -> list[str]:
    """Name the members of clusters."""
    index.refresh()
    query = {"bool": {"filter": [{"terms": {"cluster_id": sorted(set(clusters))}}]}}
    hits = index.search({"query": query, "size": MOST_MEMBERS, "_source": ["id"]})["hits"]["hits"]
    return [hit["_source"]["id"] for hit in hits]


def find_likely_clusters(opened: OpenedClusters, document: Document) -> list[str]:
    """Name the clusters of those that an article may be a copy of."""
    signature = sign(document["body"], opened.settings.dedup)
    if opened.store is None:
        return []
    limit = opened.settings.dedup.max_candidates
    found = [*opened.store.same_content([signature], limit)[0], *opened.store.neighbours([signature], limit)[0]]
    return [neighbour.cluster for neighbour in found]


def name_pair(documents: Sequence[Document]) -> list[str]:
    """Give two articles' ids in one order; raise UsageError where they are one."""
    keys = sorted({document["id"] for document in documents})
    if len(keys) < len(documents):
        raise UsageError(f"{keys[0]}: an article cannot be joined with itself")
    return keys


def format_now() -> str:
    """Write the time of a decision."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
