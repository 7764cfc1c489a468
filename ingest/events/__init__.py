"""Which articles tell of the same event: another relation than copies, and one that hides nothing. Pure."""

from ingest.events.book import Assignment, EventBook, Report
from ingest.events.event import Event
from ingest.events.settings import EventSettings
from ingest.events.terms import TermCounts, count_terms

__all__ = ["Assignment", "Event", "EventBook", "EventSettings", "Report", "TermCounts", "count_terms"]
