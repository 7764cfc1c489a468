"""Times written as cron writes them, in UTC: read strictly, so that all who read one mean the same. Pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ingest.errors import SettingsError

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
LEAP_CYCLE_DAYS = 8 * 366
"""Within so many days comes every date that there is, the 29th of February past a year 2100 as well."""

_PART = re.compile(
    r"(?:(?P<all>\*)|(?P<first>[a-z]+|[0-9]{1,2})(?:-(?P<last>[a-z]+|[0-9]{1,2}))?)(?:/(?P<step>[0-9]{1,2}))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One of the five fields: what it is called, its least and greatest value, and names for values from the least."""

    name: str
    least: int
    most: int
    names: tuple[str, ...] = ()


FIELDS = (
    Field(name="minute", least=0, most=59),
    Field(name="hour", least=0, most=23),
    Field(name="day of the month", least=1, most=31),
    Field(name="month", least=1, most=12, names=MONTHS),
    Field(name="day of the week", least=0, most=6, names=WEEKDAYS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """The minutes that an expression names.

    Attributes:
        minutes: Minutes of an hour.
        hours: Hours of a day, in UTC.
        days: Days of a month; None where the expression has `*`.
        months: Months of a year.
        weekdays: Days of a week, from 0 for Sunday; None where the expression has `*`. Where `days` are named, too, a
            day of either is meant.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] | None
    months: frozenset[int]
    weekdays: frozenset[int] | None

    def next_after(self, moment: datetime) -> datetime:
        """Give the first minute after a moment that the expression names, in UTC."""
        start = moment.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        for ahead in range(LEAP_CYCLE_DAYS + 1):
            day = start.date() + timedelta(days=ahead)
            if self._names(day):
                for time in self._times(day):
                    if time >= start:
                        return time
        raise AssertionError("an expression that names no day is refused when it is read")

    def _times(self, day: date) -> Iterator[datetime]:
        for hour in sorted(self.hours):
            for minute in sorted(self.minutes):
                yield datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)

    def _names(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        by_date = self.days is not None and day.day in self.days
        by_weekday = self.weekdays is not None and day.isoweekday() % 7 in self.weekdays
        return by_date or by_weekday or (self.days is None and self.weekdays is None)


def read_cron(text: str) -> Cron:
    """Read five fields: minute, hour, day of the month, month, day of the week (0 or `sun` to 6; 7 is Sunday, too).

    A field is `*`, a value, a range that goes upwards (`9-17`), either with a step (`*/5`), or a list of such. Raises
    SettingsError for anything else, and where it names no date that there is.
    """
    words = text.lower().split()
    if len(words) != len(FIELDS):
        wanted = ", ".join(each.name for each in FIELDS)
        raise SettingsError(f"{text!r} is no cron expression; it has five fields: {wanted}, as in '0 6 * * mon-fri'")
    minutes, hours, days, months, weekdays = (
        _read_field(word, each, text) for word, each in zip(words, FIELDS, strict=True)
    )
    for values, word, each in ((days, words[2], FIELDS[2]), (weekdays, words[4], FIELDS[4])):
        if word != "*" and len(values) == each.most - each.least + 1:
            raise SettingsError(f"{text!r}: {each.name}: write * for every day")
    if words[2] != "*" and words[4] == "*" and min(days) > max(_longest(month) for month in months):
        raise SettingsError(f"{text!r} names no date that there is")
    return Cron(
        minutes=minutes,
        hours=hours,
        days=None if words[2] == "*" else days,
        months=months,
        weekdays=None if words[4] == "*" else weekdays,
    )


def _read_field(word: str, each: Field, text: str) -> frozenset[int]:
    values: set[int] = set()
    for part in word.split(","):
        found = _PART.fullmatch(part)
        if not found:
            raise SettingsError(f"{text!r}: {each.name}: {part!r} is no value, range or step")
        first, last = _bounds(found, each, text)
        step = int(found["step"] or 1)
        if step < 1 or (found["step"] and first == last):
            raise SettingsError(f"{text!r}: {each.name}: a step is 1 or more and goes with * or a range, not {part!r}")
        values.update(range(first, last + 1, step))
    return frozenset(values)


def _bounds(found: re.Match[str], each: Field, text: str) -> tuple[int, int]:
    """Give the first and the last value of a part; the same twice where it is a single one."""
    if found["all"]:
        return each.least, each.most
    first = _read_value(found["first"], each, text)
    if found["last"] is None:
        return first, first
    last = _read_value(found["last"], each, text)
    if first >= last:
        raise SettingsError(f"{text!r}: {each.name}: a range goes upwards, unlike {found[0]!r}")
    return first, last


def _read_value(word: str, each: Field, text: str) -> int:
    if word in each.names:
        return each.least + each.names.index(word)
    value = int(word) if word.isdecimal() else -1
    if each.names is WEEKDAYS and value == 7:
        return 0
    if not each.least <= value <= each.most:
        raise SettingsError(f"{text!r}: {each.name}: {word!r} is not within {each.least} to {each.most}")
    return value


def _longest(month: int) -> int:
    """Give the number of days that a month may have."""
    return calendar.monthrange(2024, month)[1]  # a leap year
