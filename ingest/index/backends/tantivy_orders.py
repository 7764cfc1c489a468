"""The orders by date of the tantivy backend: the key of a document in each, and what comes after a key.

Keys are text: milliseconds in fifteen digits (counted down for newest first), then the id. Undated articles come last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tantivy import FieldType, Occur, Query, Schema, Searcher

NEWEST = "_newest"
OLDEST = "_oldest"
# Milliseconds from the year 1 to the year 10000 fit, counted from the year 1.
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST_MILLISECOND = 10**15 - 1
_MILLISECOND_DIGITS = 3
_SECOND_DIGITS = 12
_UNDATED = "9" * (_SECOND_DIGITS + _MILLISECOND_DIGITS)


@dataclass(frozen=True, slots=True)
class OrderPlace:
    """A place in an order by date: after a key; and how many hits are wanted from there."""

    order: str
    key: str
    size: int


def read_time(text: str) -> datetime:
    """Read an ISO 8601 time, UTC where it names no zone; raise ValueError where it is none."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def order_keys(document: Mapping[str, Any]) -> dict[str, str]:
    """Give a document's key in each order."""
    published, article_id = document.get("published_at"), document.get("id", "")
    if not isinstance(published, str):
        return dict.fromkeys((NEWEST, OLDEST), f"{_UNDATED}{article_id}")
    since = round((read_time(published) - _FIRST) / timedelta(milliseconds=1))
    return {NEWEST: f"{_LAST_MILLISECOND - since:015d}{article_id}", OLDEST: f"{since:015d}{article_id}"}


def narrow_after(searcher: Searcher, schema: Schema, query: Query, place: OrderPlace) -> Query:
    """Narrow a query to what comes after a key: later seconds by their date, the same second by its keys."""
    second = place.key[:_SECOND_DIGITS]
    keys = sorted(key for key, _ in searcher.terms_with_prefix(place.order, second, query) if key > place.key)
    queries = [Query.term_set_query(schema, place.order, keys[: place.size])] if keys else []
    if not place.key.startswith(_UNDATED):
        queries += [_later(schema, place.order, int(second)), _undated()]
    if not queries:
        return Query.empty_query()
    later = Query.boolean_query([(Occur.Should, query) for query in queries])
    return Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.const_score_query(later, 0.0))])


def _later(schema: Schema, order: str, second: int) -> Query:
    start = 10**_SECOND_DIGITS - 1 - second if order == NEWEST else second
    here, following = _FIRST + timedelta(seconds=start), _FIRST + timedelta(seconds=start + 1)
    kind = FieldType.Date
    if order == NEWEST:
        return Query.range_query(schema, "published_at", kind, None, here, include_upper=False)
    return Query.range_query(schema, "published_at", kind, following, None)


def _undated() -> Query:
    return Query.boolean_query(
        [(Occur.Must, Query.all_query()), (Occur.MustNot, Query.exists_query("published_at"))],
    )
