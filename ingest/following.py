"""Following events at work: the articles of a run join events, which are kept as records beside the index.

A follower holds articles until there are many, and then reads and changes records together. An article keeps the event
that it was put into, whatever comes later; a run that died before it was put into one makes up for it when it is run
again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from ingest.events import Assignment, EventBook, EventSettings, Report, TermCounts, count_terms
from ingest.events.event import Event, read_event
from ingest.model import Article, TermFrequencies
from ingest.state import Json, RecordReader, Records

EVENTS = "events"
EVENT_OF = "event-of"
TERMS = "event-terms"
MOST_HELD = 500
# How far back events are loaded to be compared with, by the day on which they were founded here.
DAYS_LOADED = 31


class EventFollower:
    """Puts the articles of a run into events; `today` is the day of the run."""

    def __init__(self, records: Records, settings: EventSettings, today: date) -> None:
        self._records = records
        self._settings = settings
        self._today = today
        self._held: dict[str, Report] = {}
        self._book: EventBook | None = None

    def note(self, article: Article) -> None:
        """Note one article with its metadata."""
        if not self._settings.enabled or article.metadata is None:
            return
        self._held[article.document.id] = to_report(article, self._today)
        if len(self._held) >= MOST_HELD:
            self.flush()

    def flush(self) -> None:
        """Put what is held into events."""
        held, self._held = self._held, {}
        known = self._records.get(EVENT_OF, list(held)) if held else {}
        new = [report for key, report in held.items() if key not in known]
        if not new:
            return
        book = self._open_book()
        self._keep([book.assign(report, event_id=name_event(self._today, report.id)) for report in new])

    def _open_book(self) -> EventBook:
        if self._book is None:
            self._book = load_book(self._records, self._settings, self._today)
        return self._book

    def _keep(self, assignments: Sequence[Assignment]) -> None:
        """Write events before the articles' places in them: joining twice changes nothing."""
        by_event: defaultdict[str, list[Assignment]] = defaultdict(list)
        for assignment in assignments:
            by_event[assignment.event].append(assignment)

        def join(event_id: str, record: Json | None) -> Json:
            first = by_event[event_id][0].report
            event = read_event(event_id, record) if record else found_event(event_id, first)
            for report, _, vector, _ in by_event[event_id]:
                event.join(report.id, vector, report.at, report.publisher, self._settings)
            return event.to_json()

        self._records.update(EVENTS, list(by_event), join)
        self._records.put(EVENT_OF, {each.report.id: {"event": each.event} for each in assignments})
        self._count_terms([each.report for each in assignments])

    def _count_terms(self, reports: Sequence[Report]) -> None:
        counted: defaultdict[str, TermCounts] = defaultdict(TermCounts)
        most = self._settings.max_known_terms
        for report in reports:
            counted[report.language].add(count_terms(report.title, report.body, self._settings), most)

        def add(language: str, record: Json | None) -> Json:
            counts = read_terms(record)
            counts.merge(counted[language], most)
            return {"documents": counts.documents, "terms": dict(counts.terms)}

        self._records.update(TERMS, list(counted), add)


def to_report(article: Article, today: date) -> Report:
    """Say what decides on an article's event; one without a date is of the day of the run."""
    metadata = article.metadata
    assert metadata is not None  # noqa: S101 - the caller asks for described articles only
    published = metadata.published.value if metadata.published else datetime.combine(today, datetime.min.time())
    return Report(
        id=article.document.id,
        title=metadata.title,
        body=article.cleaning.body,
        language=metadata.language.code,
        publisher=metadata.publisher.name if metadata.publisher else None,
        at=published.timestamp(),
    )


def name_event(today: date, article_id: str) -> str:
    """Name an event by the day of its founding and the article that founded it, so that it is found by that day."""
    return f"{today:%Y%m%d}-{article_id}"


def found_event(event_id: str, report: Report) -> Event:
    """Make the event of its first article."""
    return Event(id=event_id, language=report.language, first=report.at, last=report.at)


def load_book(records: RecordReader, settings: EventSettings, today: date) -> EventBook:
    """Load the events that were founded lately, as many as are compared with, and the terms' frequencies."""
    book = EventBook(settings)
    for language, record in records.scan(TERMS):
        book.add_terms(language, read_terms(record))
    recent = [event for event, _ in zip(scan_events(records, today), range(settings.max_events), strict=False)]
    for event in sorted(recent, key=lambda each: (each.last, each.id)):
        book.add_event(event)
    return book


def scan_events(records: RecordReader, today: date, days: int = DAYS_LOADED) -> Iterator[Event]:
    """Yield the events founded in the last days, the newest day first."""
    for back in range(days):
        for key, record in records.scan(EVENTS, f"{today - timedelta(days=back):%Y%m%d}-"):
            yield read_event(key, record)


def read_frequencies(records: RecordReader) -> dict[str, TermFrequencies]:
    """Read how many articles had each term, by language, as it stands now."""
    counted = ((language, read_terms(record)) for language, record in records.scan(TERMS))
    return {language: TermFrequencies(documents=each.documents, terms=each.terms) for language, each in counted}


def read_terms(record: Json | None) -> TermCounts:
    """Read the frequencies of a language's terms."""
    return TermCounts(record["documents"], Counter(record["terms"])) if record else TermCounts()
