"""Taking articles out of the index with all that follows from them: signatures, clusters, events, decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.cleaning import KIND as CORRECTIONS
from ingest.events.event import read_event
from ingest.following import EVENT_OF, EVENTS
from ingest.index.protocol import Document
from ingest.jobs.merging import find_members
from ingest.jobs.reclustering import JOIN, SPLIT, OpenedClusters, read_hands, regroup
from ingest.state import Json, Records


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed with some articles, and how many of their clusters' other members were written anew."""

    articles: int = 0
    comments: int = 0
    versions: int = 0
    events: int = 0
    corrections: int = 0
    regrouped: int = 0


def remove_articles(opened: OpenedClusters, records: Records, documents: Sequence[Document]) -> Removed:
    """Remove articles; each cluster that one was in gets a canonical article of those that stay.

    Every step may be repeated; the index comes last but for the clusters, so that a command that was killed finds the
    articles again.
    """
    keys = [document["id"] for document in documents]
    events = leave_events(records, keys)
    corrections = forget_decisions(records, keys)
    if opened.store:
        opened.store.remove(keys)
    members = set(find_members(opened.index, [document["cluster_id"] for document in documents])) if keys else set()
    opened.index.remove(keys)
    left = sorted(members - set(keys))
    now = replace(opened, hands=read_hands(records))
    regrouped = regroup(now, left).rewritten if left else 0
    opened.index.refresh()
    return Removed(
        articles=len(keys),
        comments=sum(document["comment_count"] for document in documents),
        versions=sum(document.get("version") or 1 for document in documents),
        events=events,
        corrections=corrections,
        regrouped=regrouped,
    )


def leave_events(records: Records, keys: Iterable[str]) -> int:
    """Take articles out of their events; give how many were in one. An event without articles is no more."""
    placed = records.get(EVENT_OF, list(keys))
    for key, record in placed.items():
        records.update(EVENTS, [record["event"]], without_member(key))
    records.delete(EVENT_OF, list(placed))
    return len(placed)


def without_member(article_id: str) -> Callable[[str, Json | None], Json | None]:
    """Make the change that takes an article out of an event; what its words weighed stays in the event's sum."""

    def change(event_id: str, record: Json | None) -> Json | None:
        if record is None or article_id not in record["members"]:
            return record
        event = read_event(event_id, record)
        event.members.remove(article_id)
        event.size -= 1
        return event.to_json() if event.size > 0 else None

    return change


def forget_decisions(records: Records, keys: Sequence[str]) -> int:
    """Delete what people decided about articles: corrections, splits and joins; give how many corrections."""
    corrections = records.get(CORRECTIONS, keys)
    records.delete(CORRECTIONS, list(corrections))
    records.delete(SPLIT, list(keys))
    gone = set(keys)
    records.delete(JOIN, [name for name, record in records.scan(JOIN) if gone & set(record["ids"])])
    return sum(len(record["corrections"]) for record in corrections.values())
