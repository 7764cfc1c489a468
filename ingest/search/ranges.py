"""The values of a date field in a query: `2020`, `2020-05..2021`, `>=2020-05-31`, `[2020 TO *]`."""

from __future__ import annotations

import re
from datetime import datetime

from ingest.errors import RequestError
from ingest.search.dates import read_date
from ingest.search.lexing import refuse
from ingest.search.tree import DateRange

# What may stand before the colon, and the field of the index that it means.
DATE_FIELDS = {
    "date": "published_at",
    "published_at": "published_at",
    "modified_at": "modified_at",
    "indexed_at": "indexed_at",
}
_BRACKETS = re.compile(r"\[(?P<start>\S+)\s+TO\s+(?P<end>\S+)\]")
_COMPARED = re.compile(r"(?P<sign>[<>]=?)(?P<date>.*)", re.DOTALL)
_OPEN = ("", "*")


def read_range(name: str, value: str, at: int) -> DateRange:
    """Read a range of dates that stands at a place of a query; RequestError where it is none."""
    field = DATE_FIELDS[name]
    start, end = _read_bounds(name, value, at)
    if start is not None and end is not None and start >= end:
        raise refuse(f"{name}: the range would end before it begins", at)
    return DateRange(field, start, end)


def _read_bounds(name: str, value: str, at: int) -> tuple[datetime | None, datetime | None]:
    def bound(text: str, *, end: bool) -> datetime | None:
        if text in _OPEN:
            return None
        try:
            return read_date(name, text, end=end)
        except RequestError as error:
            raise refuse(str(error), at + max(0, value.find(text))) from error

    if (compared := _COMPARED.fullmatch(value)) is not None:
        sign, date = compared["sign"], compared["date"] or value
        moment = bound(date, end=sign in (">", "<="))
        return (moment, None) if sign in (">", ">=") else (None, moment)
    if (brackets := _BRACKETS.fullmatch(value)) is not None:
        return bound(brackets["start"], end=False), bound(brackets["end"], end=True)
    start, dots, end = value.partition("..")
    if dots:
        return bound(start, end=False), bound(end, end=True)
    return bound(value or "?", end=False), bound(value or "?", end=True)
