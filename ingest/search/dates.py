"""Dates as people write them: a year, a month, a day or a time, each from its first instant to its last."""

from __future__ import annotations

import re
from datetime import MAXYEAR, UTC, datetime, timedelta

from ingest.errors import RequestError

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def read_date(name: str, text: str, *, end: bool) -> datetime:
    """Read a year, month, day or time (UTC where it names no zone); with `end`, give the first instant after it.

    Raises RequestError naming the parameter.
    """
    try:
        if (match := _DATE.fullmatch(text.strip())) is not None:
            year, month, day = (int(part) if part else None for part in match.groups())
            start = datetime(year or 1, month or 1, day or 1, tzinfo=UTC)
            return _end_of(start, month, day) if end else start
        moment = datetime.fromisoformat(text.strip())
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        return moment + timedelta(milliseconds=1) if end else moment
    except (ValueError, OverflowError) as error:
        example = "a year, a month (2020-05), a day (2020-05-31) or a time (2020-05-31T12:00:00Z)"
        raise RequestError(f"{name}: {text!r} is not {example}", name) from error


def _end_of(start: datetime, month: int | None, day: int | None) -> datetime:
    if start.year == MAXYEAR:
        return datetime.max.replace(tzinfo=UTC)
    if day is not None:
        return start + timedelta(days=1)
    if month is None or month == 12:
        return start.replace(year=start.year + 1, month=1)
    return start.replace(month=month + 1)
