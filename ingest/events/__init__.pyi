from .book import Assignment, EventBook, Report
from .event import Event
from .settings import EventSettings
from .terms import TermCounts, count_terms

__all__ = ["Assignment", "Event", "EventBook", "EventSettings", "Report", "TermCounts", "count_terms"]
