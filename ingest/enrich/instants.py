"""Reading a date in the forms that inputs, pages, feeds and addresses use. Anything else gives None, never an error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from ingest.model import Precision

MAX_CHARACTERS = 64
"""No form of a date is longer; longer values are not looked at."""

MAX_OFFSET = timedelta(hours=14)
"""No place on earth is farther from UTC; a time with another offset is not to be believed."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment in UTC (the first of the year, month or day where no more is known) and how exactly it is known.

    `offset` is the one it was written with (`+02:00`), None where it was written without.
    """

    value: datetime
    precision: Precision
    offset: str | None = None


MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier enero gennaio janeiro января يناير",
            "february feb februar février fevrier febrero febbraio fevereiro февраля فبراير",
            "march mar märz maerz mars marzo março марта مارس",
            "april apr avril abril aprile апреля أبريل",
            "may mai mayo maggio maio мая مايو",
            "june jun juni juin junio giugno junho июня يونيو",
            "july jul juli juillet julio luglio julho июля يوليو",
            "august aug août aout agosto августа أغسطس",
            "september sep sept septembre septiembre settembre setembro сентября سبتمبر",
            "october oct oktober okt octobre octubre ottobre outubro октября أكتوبر",
            "november nov novembre noviembre novembro ноября نوفمبر",
            "december dec dezember dez décembre decembre diciembre dicembre dezembro декабря ديسمبر",
        ),
        start=1,
    )
    for name in names.split()
}

EPOCH = re.compile(r"\d{10}(?:\d{3})?")
YEAR = re.compile(r"(\d{4})")
YEAR_MONTH = re.compile(r"(\d{4})[-/](\d{1,2})")
YEAR_MONTH_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})日")
DAY_MONTH_YEAR = re.compile(r"(\d{1,2})([./])(\d{1,2})\2(\d{4})")
DAY_NAME_YEAR = re.compile(
    r"(?:[^\W\d_]{2,12}\.?,? )?(\d{1,2})(?:st|nd|rd|th|er|\.)? (?:de |of )?([^\W\d_]{3,10})"
    r"\.?,? (?:de )?(\d{4})(?: г\.?)?"
    r"(?:,? .{0,5}\d{1,2}[:.h]\d\d(?!.*[+-]\d).*)?"
)
NAME_DAY_YEAR = re.compile(
    r"(?:[^\W\d_]{2,12}\.?,? )?([^\W\d_]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})"
    r"(?:,? .{0,5}\d{1,2}[:.]\d\d(?!.*[+-]\d).*)?"
)
RFC2822 = re.compile(
    r"(?:[A-Z][a-z]{2}, ?)?\d{1,2} [A-Z][a-z]{2} \d{2,4} \d{1,2}:\d\d(:\d\d)?(?: (?:[+-]\d{4}|GMT|UTC?|Z|[ECMP][SD]T))?"
)
ZERO_OFFSET = re.compile(r" ?(?:UTC|GMT|Z)$", re.IGNORECASE)
SPACED_OFFSET = re.compile(r" (?=[+-]\d)")
SECONDS = re.compile(r"[T ]\d\d:?\d\d:?\d\d")

DAY_INSIDE = re.compile(
    r"(?<!\d)(?:\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:Z| ?[+-]\d\d:?\d\d)?)?|\d{4}[/.]\d{1,2}[/.]\d{1,2}"
    r"|\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}[./]\d{1,2}[./]\d{4}"
    r"|\d{1,2}(?:st|nd|rd|th|er|\.)? (?:de )?[^\W\d_]{3,10}\.?,? (?:de )?\d{4})(?!\d)"
    r"|\b[^\W\d_]{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}(?!\d)"
)

URL_DAY_APART = re.compile(r"/((?:19|20)\d\d)([/-])(\d{1,2}|[a-z]{3})\2(\d{1,2})(?=[/_.-]|$)")
URL_DAY_WHOLE = re.compile(r"/((?:19|20)\d\d)(\d\d)(\d\d)(?=[/_.-]|$)")
URL_MONTH = re.compile(r"/((?:19|20)\d\d)/(\d\d|[a-z]{3})(?=/|$)")


def parse_instant(text: str) -> Instant | None:
    """Read a stated date: ISO 8601, RFC 2822, seconds or milliseconds since 1970, or a day written out.

    A time without a zone is taken as UTC. A day and month that could be told either way (`03/04/2014`) are not read.
    """
    if len(text) > MAX_CHARACTERS:
        return None
    text = " ".join(text.split())
    for read in (read_partial, read_iso, read_epoch, read_numbers, read_rfc2822, read_names):
        try:
            if instant := read(text):
                return instant
        except (ValueError, OverflowError, IndexError, TypeError):
            continue
    return None


def find_instant(text: str) -> Instant | None:
    """Find the first day in a line, and the time where it is written as ISO 8601; a lone month or year is not one."""
    found = (parse_instant(match[0]) for match in DAY_INSIDE.finditer(text))
    return next((instant for instant in found if instant), None)


def parse_url_date(url: str) -> Instant | None:
    """Read a date in an address's path: `/2014/03/15/`, `/2014-03-15/`, `/20140315/`, `/2014/mar/15/`, `/2014/03/`."""
    try:
        path = urlsplit(url[:2_048]).path.lower()
        if found := URL_DAY_APART.search(path):
            year, _, month, day = found.groups()
            return at_day(year, month, day)
        if found := URL_DAY_WHOLE.search(path):
            return at_day(*found.groups())
        if found := URL_MONTH.search(path):
            return Instant(datetime(int(found[1]), month_number(found[2]), 1, tzinfo=UTC), "month")
    except ValueError:
        return None
    return None


def read_partial(text: str) -> Instant | None:
    """Read a year, or a year and a month."""
    if YEAR.fullmatch(text):
        return Instant(datetime(int(text), 1, 1, tzinfo=UTC), "year")
    if found := YEAR_MONTH.fullmatch(text):
        return Instant(datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC), "month")
    return None


def read_iso(text: str) -> Instant | None:
    """Read ISO 8601, also with spaces for the T and before the offset, and with `UTC` or `GMT` for one."""
    text = ZERO_OFFSET.sub("+00:00", text)
    value = datetime.fromisoformat(SPACED_OFFSET.sub("", text))
    if len(text) <= len("2014-03-15"):
        return Instant(value.replace(tzinfo=UTC), "day")
    return at_time(value, "second" if SECONDS.search(text) else "minute")


def read_epoch(text: str) -> Instant | None:
    """Read seconds or milliseconds since 1970."""
    if not EPOCH.fullmatch(text):
        return None
    return Instant(datetime.fromtimestamp(int(text[:10]), UTC), "second")


def read_numbers(text: str) -> Instant | None:
    """Read a day in numbers: the year first, or the day first where points or a day past the twelfth say so."""
    if found := YEAR_MONTH_DAY.fullmatch(text):
        return at_day(*(part for part in found.groups() if part))
    if found := DAY_MONTH_YEAR.fullmatch(text):
        first, mark, second, year = found.groups()
        if mark == "." or int(first) > 12:
            return at_day(year, second, first)
        if int(second) > 12 or first == second:
            return at_day(year, first, second)
    return None


def read_names(text: str) -> Instant | None:
    """Read a day with its month's name, before or after the day, in the languages of MONTHS.

    A clock time after it is passed over: its zone is not known.
    """
    if found := DAY_NAME_YEAR.fullmatch(text):
        return at_day(found[3], found[2].lower(), found[1])
    if found := NAME_DAY_YEAR.fullmatch(text):
        return at_day(found[3], found[1].lower(), found[2])
    return None


def read_rfc2822(text: str) -> Instant | None:
    """Read the date of a feed or an HTTP header."""
    found = RFC2822.fullmatch(text)
    return at_time(parsedate_to_datetime(text), "second" if found[1] else "minute") if found else None


def at_day(year: str, month: str, day: str) -> Instant:
    """Make a day of its parts; raise ValueError where there is no such day."""
    return Instant(datetime(int(year), month_number(month), int(day), tzinfo=UTC), "day")


def month_number(month: str) -> int:
    """Number a month by its digits or its name; raise ValueError where it has neither."""
    if month.isdecimal():
        return int(month)
    if month not in MONTHS:
        raise ValueError(f"no month is called {month!r}")
    return MONTHS[month]


def at_time(value: datetime, precision: Precision) -> Instant:
    """Move to UTC, a time without a zone as if it were there already; fractions of a second go.

    Raises ValueError for an offset that no place has.
    """
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    offset = aware.utcoffset() or timedelta(0)
    if abs(offset) > MAX_OFFSET:
        raise ValueError(f"no place is {offset} from UTC")
    stated = aware.isoformat()[-6:] if value.tzinfo else None
    return Instant(aware.astimezone(UTC).replace(microsecond=0), precision, stated)
