"""The date in a dateline, the head of a report that says where and when it was written (`LISBON, March 15 (AP) -`)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from ingest.enrich.instants import MONTHS, Instant, at_day

MAX_CHARACTERS = 120
"""A dateline with its place, date and agency is not longer."""

MAX_PLACE_WORDS = 6
PARTICLES = frozenset({"de", "del", "la", "le", "les", "sur", "am", "an", "der", "do", "da", "of", "the", "upon", "al"})
DATELINE = re.compile(
    r"\s*(?P<place>[^\W\d_][^\n\d():;!?]{1,60}?)[,.]?\s(?:(?:--|[-–—])\s)?"
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th|er|º|\.)? (?:de )?(?P<month>[^\W\d_]{3,10})"
    r"|(?P<month_first>[^\W\d_]{3,10})\.? (?P<day_last>\d{1,2})(?:st|nd|rd|th)?)\b\.?"
    r"(?:,? (?:de )?(?P<year>\d{4}))?,?\s?(?:\([^()\n]{1,40}\)|/[^/\n]{1,30}/)?\s*(?:--|[-–—―])\s"
)


def find_dateline(body: str) -> str | None:
    """Give the dateline at the head of one of a body's first lines that has a date in it."""
    for line in body[: 10 * MAX_CHARACTERS].split("\n")[:3]:
        found = match_dateline(line[:MAX_CHARACTERS])
        if found:
            return found[0].strip()
    return None


def read_dateline(dateline: str, published: datetime | None) -> Instant | None:
    """Read the day of a dateline; one without a year has that of the publication, or of the year before it."""
    found = match_dateline(f"{dateline} ")
    if found is None or not (found["year"] or published):
        return None
    years = (
        [int(found["year"])] if found["year"] else [published.year + step for step in (1, 0, -1)] if published else []
    )
    for year in years:
        try:
            instant = at_day(str(year), *_month_and_day(found))
        except ValueError:
            continue
        if found["year"] or (published and instant.value <= published + timedelta(days=10)):
            return instant
    return None


def match_dateline(line: str) -> re.Match[str] | None:
    """Match a dateline whose place is written as a name and whose month is one."""
    found = DATELINE.match(line)
    if found is None or _month_and_day(found)[0] not in MONTHS:
        return None
    words = found["place"].replace(",", " ").split()
    is_name = all(word[0].isupper() or word in PARTICLES for word in words)
    return found if is_name and len(words) <= MAX_PLACE_WORDS else None


def _month_and_day(found: re.Match[str]) -> tuple[str, str]:
    return (found["month"] or found["month_first"]).lower(), found["day"] or found["day_last"]
