"""Events: which articles tell of the same, and which events were told lately."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any

from ingest.events import Event
from ingest.events.event import read_event
from ingest.following import EVENT_OF, EVENTS, scan_events
from ingest.index.opening import open_index
from ingest.index.protocol import Index
from ingest.index.reading import IndexReader
from ingest.settings import Settings
from ingest.state import read_records

MEMBER_FIELDS = ("id", "given_id", "url", "title", "publisher", "published_at", "cluster_id", "canonical")


async def find_event(article_id: str, index: IndexReader, settings: Settings) -> dict[str, Any]:
    """Give the event that an article tells of, with its articles; `event` is None where no other publisher tells it."""
    event = await index.aside(partial(look_up_event, article_id, settings))
    if event is None or not event.is_shared:
        return {"id": article_id, "event": None, "articles": []}
    documents = await index.documents(event.members)
    members = [documents[key] for key in event.members if key in documents]
    articles = [{name: document.get(name) for name in MEMBER_FIELDS} for document in members]
    return {
        "id": article_id,
        "event": to_line(event),
        "articles": sorted(articles, key=lambda each: (each["published_at"] or "9999", each["id"])),
    }


def look_up_event(article_id: str, settings: Settings) -> Event | None:
    """Look an article's event up in the records beside the index; None where it has none."""
    with read_records(settings.index) as records:
        place = records.get(EVENT_OF, [article_id]).get(article_id)
        record = records.get(EVENTS, [place["event"]]).get(place["event"]) if place else None
    return read_event(place["event"], record) if place and record else None


def list_events(settings: Settings, *, days: int, size: int) -> list[dict[str, Any]]:
    """List the events founded in the last days that several publishers told, the most told first."""
    today = datetime.now(UTC).date()
    with read_records(settings.index) as records:
        shared = [event for event in scan_events(records, today, days) if event.is_shared]
        largest = islice(sorted(shared, key=lambda event: (-event.size, event.id)), size)
        with closing(open_index(settings.index, write=False)) as index:
            return [to_line(event) | {"title": title_of(index, event)} for event in largest]


def title_of(index: Index, event: Event) -> str | None:
    """Give the title of an event's first article that has one."""
    documents = index.documents(event.members)
    return next(
        (documents[key]["title"] for key in event.members if key in documents and documents[key]["title"]), None
    )


def to_line(event: Event) -> dict[str, Any]:
    """Give an event's fields."""
    terms = sorted(event.centroid, key=lambda term: -event.centroid[term])
    return {
        "event_id": event.id,
        "language": event.language,
        "first": format_moment(event.first),
        "last": format_moment(event.last),
        "size": event.size,
        "publishers": [name for name in event.publishers if name],
        "terms": terms[:10],
    }


def format_moment(seconds: float) -> str:
    """Write a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
