"""Grouping articles into events as they come: each joins the event that it resembles most, or founds one.

Single-pass clustering with time decay, as in topic detection and tracking (Allan 2002): incremental, and bounded by the
number of events that are compared with. Events never merge, so that one article that resembles two joins one of them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from ingest.events.event import Event
from ingest.events.settings import EventSettings
from ingest.events.terms import TermCounts, Vector, count_terms

# Of an article's terms, those by which events are looked up: the heaviest are the rarest.
LOOK_UP_TERMS = 25
# Events that are compared with an article, those that share the most of its terms' weight.
MOST_COMPARED = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an article says that decides on its event; `at` is when it was published, in seconds since 1970."""

    id: str
    title: str | None
    body: str
    language: str
    publisher: str | None
    at: float


class Assignment(NamedTuple):
    """An article's event, and what it brings to it; `similarity` is 0.0 for the founder."""

    report: Report
    event: str
    vector: Vector
    similarity: float


class EventBook:
    """Events that are still compared with, and the terms' frequencies of each language."""

    def __init__(self, settings: EventSettings) -> None:
        self._settings = settings
        self._terms: defaultdict[str, TermCounts] = defaultdict(TermCounts)
        self._events: dict[str, Event] = {}
        # By language and term. Most terms are of few events, and a list of few takes a third of what a set does.
        self._by_term: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)

    def add_terms(self, language: str, counts: TermCounts) -> None:
        """Take over frequencies that were counted before."""
        self._terms[language].merge(counts, self._settings.max_known_terms)

    def add_event(self, event: Event) -> None:
        """Take over an event that was found before; the one that was joined longest ago may be forgotten for it."""
        self._forget(event.id)
        self._events[event.id] = event
        held = self._by_term[event.language]
        for term in event.centroid:
            if term in held:
                held[term].append(event.id)
            else:
                held[term] = [event.id]
        while len(self._events) > self._settings.max_events:
            self._forget(next(iter(self._events)))

    def assign(self, report: Report, event_id: str | None = None) -> Assignment:
        """Give an article its event; `event_id` names the one that it may found (none: by its own id)."""
        terms = count_terms(report.title, report.body, self._settings)
        known = self._terms[report.language]
        known.add(terms, self._settings.max_known_terms)
        vector = known.weigh(terms, self._settings.terms_per_article)
        event, similarity = self._find(report, vector)
        if event is None:
            event = Event(id=event_id or report.id, language=report.language, first=report.at, last=report.at)
        self._forget(event.id)
        event.join(report.id, vector, report.at, report.publisher, self._settings)
        self.add_event(event)
        return Assignment(report, event.id, vector, similarity)

    def _find(self, report: Report, vector: Vector) -> tuple[Event | None, float]:
        """Find the event that resembles an article most; of equals the one that was founded first."""
        best: tuple[Event | None, float] = None, 0.0
        for event in self._candidates(report.language, vector):
            similarity = event.similarity(vector, report.at, self._settings)
            if similarity >= self._settings.min_similarity and similarity > best[1]:
                best = event, similarity
        return best

    def _candidates(self, language: str, vector: Vector) -> list[Event]:
        shared: defaultdict[str, float] = defaultdict(float)
        held = self._by_term[language]
        for term in list(vector)[:LOOK_UP_TERMS]:
            for key in held.get(term, ()):
                shared[key] += vector[term]
        likeliest = sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_COMPARED]
        return sorted((self._events[key] for key, _ in likeliest), key=lambda event: (event.first, event.id))

    def _forget(self, event_id: str) -> None:
        if event := self._events.pop(event_id, None):
            held = self._by_term[event.language]
            for term in event.centroid:
                if len(held[term]) > 1:
                    held[term].remove(event_id)
                else:
                    del held[term]
