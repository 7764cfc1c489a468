"""`auto_date_histogram` over a tantivy searcher: the finest interval, from days on, that needs few enough buckets.

Elasticsearch's intervals and its way of choosing: days or sevens of them, months or quarters, years or more, each
counted from the first bucket.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tantivy import Query, Searcher

Body = Mapping[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NANOSECONDS = 1_000_000_000


def _to_months(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1


@dataclass(frozen=True, slots=True)
class Rounding:
    """A calendar unit: which number of it a time falls in, when that number begins, and how many may make a bucket."""

    unit: str
    number: Callable[[datetime], int]
    start: Callable[[int], datetime]
    multiples: tuple[int, ...]


ROUNDINGS = (
    Rounding("d", lambda moment: (moment - _EPOCH).days, lambda day: _EPOCH + timedelta(days=day), (1, 7)),
    Rounding("M", _to_months, lambda month: datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC), (1, 3)),
    Rounding("y", lambda moment: moment.year, lambda year: datetime(year, 1, 1, tzinfo=UTC), (1, 5, 10, 20, 50, 100)),
)


def choose_interval(first: datetime, last: datetime, buckets: int) -> tuple[Rounding, int]:
    """Choose the unit, and how many of it make a bucket, for a stretch of time and at most so many buckets."""
    for rounding in ROUNDINGS:
        required = rounding.number(last) - rounding.number(first) + 1
        for multiple in rounding.multiples:
            if -(-required // multiple) <= buckets:
                return rounding, multiple
    return ROUNDINGS[-1], ROUNDINGS[-1].multiples[-1]


def count_timeline(searcher: Searcher, query: Query, options: Body) -> dict[str, Any]:
    """Count what a query finds in time."""
    field = options["field"]
    stats = searcher.aggregate(query, {"all": {"stats": {"field": field}}})["all"]
    if not stats["count"]:
        return {"buckets": [], "interval": "1d"}
    first, last = (_EPOCH + timedelta(microseconds=stats[name] // 1000) for name in ("min", "max"))
    rounding, multiple = choose_interval(first, last, options["buckets"])
    numbers = range(rounding.number(first), rounding.number(last) + 1, multiple)
    starts = [rounding.start(number) for number in (*numbers, numbers[-1] + multiple)]
    bounds = [(start - _EPOCH) // timedelta(seconds=1) * _NANOSECONDS for start in starts]
    ranges = [
        {"key": str(place), "from": float(start), "to": float(end)}
        for place, (start, end) in enumerate(itertools.pairwise(bounds))
    ]
    found = searcher.aggregate(query, {"all": {"range": {"field": field, "ranges": ranges}}})["all"]["buckets"]
    counts = {bucket["key"]: bucket["doc_count"] for bucket in found}
    buckets = [
        {"key": bound // 1_000_000, "doc_count": counts.get(str(place), 0)} for place, bound in enumerate(bounds[:-1])
    ]
    return {"buckets": buckets, "interval": f"{multiple}{rounding.unit}"}
