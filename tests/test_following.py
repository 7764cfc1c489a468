"""Events as records: kept over runs, the same when run again, and forgotten by nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from benchmarks.events import read_articles
from ingest.events import EventSettings
from ingest.following import EVENT_OF, EVENTS, EventFollower, scan_events
from ingest.model import Article, Language, Metadata, PublicationDate, Publisher
from ingest.state import MemoryRecords
from tests.fakes import make_article

TODAY = date(2024, 7, 1)
SETTINGS = EventSettings()


def told(article: str) -> Article:
    """Give an article of the labelled set as `enrich` hands it on."""
    record = next(each for each in read_articles() if each["id"] == article)
    published = PublicationDate(
        value=datetime.fromisoformat(record["published_at"]).astimezone(UTC), precision="second", origin="given"
    )
    metadata = Metadata(
        title=record["title"],
        language=Language(code=record["language"], confidence=1.0),
        published=published,
        publisher=Publisher(name=record["publisher"], origin="given"),
    )
    return replace(make_article(article, record["text"]), metadata=metadata)


def follow(records: MemoryRecords, *articles: str, today: date = TODAY, settings: EventSettings = SETTINGS) -> None:
    """Run once over some articles."""
    follower = EventFollower(records, settings, today)
    for article in articles:
        follower.note(told(article))
    follower.flush()


def places(records: MemoryRecords) -> dict[str, str]:
    """Give each article's event."""
    return {key: record["event"] for key, record in records.scan(EVENT_OF)}


def test_a_later_run_joins_what_an_earlier_one_found() -> None:
    """The stream of articles does not end with a run."""
    records = MemoryRecords()
    follow(records, "foghorn-1", "chess-open-1")
    follow(records, "foghorn-2", today=TODAY + timedelta(days=1))
    assert places(records)["foghorn-2"] == places(records)["foghorn-1"] == "20240701-foghorn-1"
    event = records.get(EVENTS, ["20240701-foghorn-1"])["20240701-foghorn-1"]
    assert (event["members"], event["size"]) == (["foghorn-1", "foghorn-2"], 2)


def test_a_second_identical_run_changes_nothing() -> None:
    """Every article is in its event already, and no count moves."""
    records = MemoryRecords()
    follow(records, "foghorn-1", "foghorn-2", "telescope-1")
    before = {kind: dict(records.scan(kind)) for kind in (EVENTS, EVENT_OF, "event-terms")}
    follow(records, "foghorn-1", "foghorn-2", "telescope-1")
    assert {kind: dict(records.scan(kind)) for kind in (EVENTS, EVENT_OF, "event-terms")} == before


def test_a_run_that_died_between_two_writes_is_made_up_for() -> None:
    """The event knew the article, the article not its event."""
    records = MemoryRecords()
    follow(records, "foghorn-1", "foghorn-2")
    records.delete(EVENT_OF, ["foghorn-2"])
    follow(records, "foghorn-2")
    assert places(records)["foghorn-2"] == "20240701-foghorn-1"
    assert records.get(EVENTS, ["20240701-foghorn-1"])["20240701-foghorn-1"]["size"] == 2


def test_events_founded_long_ago_are_not_compared_with() -> None:
    """What is read at the start of a run is bounded by days."""
    records = MemoryRecords()
    follow(records, "foghorn-1", today=TODAY - timedelta(days=60))
    follow(records, "foghorn-2")
    assert len(set(places(records).values())) == 2
    assert [event.id for event in scan_events(records, TODAY)] == ["20240701-foghorn-2"]


def test_it_can_be_switched_off() -> None:
    """Then nothing is written."""
    records = MemoryRecords()
    follow(records, "foghorn-1", settings=replace(SETTINGS, enabled=False))
    assert places(records) == {}
