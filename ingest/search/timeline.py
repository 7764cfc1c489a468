"""The timeline of an answer: how many of the hits were published in each stretch of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Stretch:
    """The days from one to another, both included, as `from` and `to` of a search take them, and how many articles."""

    start: date
    end: date
    count: int

    def to_json(self) -> dict[str, Any]:
        """Give the shape of an answer."""
        return {"from": self.start.isoformat(), "to": self.end.isoformat(), "count": self.count}


def read_timeline(answer: Mapping[str, Any]) -> tuple[Stretch, ...]:
    """Read the answer of an automatic date histogram; its interval is days (`7d`), months (`3M`) or years (`10y`)."""
    interval, buckets = answer["interval"], answer["buckets"]
    starts = [(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=bucket["key"])).date() for bucket in buckets]
    return tuple(
        Stretch(start, end_of(start, interval), bucket["doc_count"])
        for start, bucket in zip(starts, buckets, strict=True)
    )


def end_of(start: date, interval: str) -> date:
    """Give the last day of a stretch of time."""
    number, unit = int(interval[:-1]), interval[-1]
    if unit == "d":
        return start + timedelta(days=number - 1)
    months = start.year * 12 + start.month - 1 + number * (12 if unit == "y" else 1)
    year = months // 12
    return date.max if year > date.max.year else date(year, months % 12 + 1, 1) - timedelta(days=1)
