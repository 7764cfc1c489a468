"""Ranking quality on four classic collections, through the queries that a search really makes."""

from benchmarks.relevance.ranking import measure

__all__ = ["measure"]
