"""Times as cron writes them: what is read, what is refused and why, and when the next one is.

That Airflow means the same by an expression is tried in `tests/dags/test_policy.py`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ingest.errors import SettingsError
from ingest.sources.cron import read_cron

FRIDAY = datetime(2026, 11, 27, 15, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "following"),
    [
        ("* * * * *", "2026-11-27 15:13"),
        ("*/5 * * * *", "2026-11-27 15:15"),
        ("12 15 * * *", "2026-11-28 15:12"),
        ("0 6 * * mon-fri", "2026-11-30 06:00"),
        ("30 3,18 * * *", "2026-11-27 18:30"),
        ("10-50/20 8-17 * * *", "2026-11-27 15:30"),
        ("0 0 1 jan *", "2027-01-01 00:00"),
        ("0 0 13 * 5", "2026-12-04 00:00"),  # either: a 13th or a Friday
        ("0 0 29 2 *", "2028-02-29 00:00"),
        ("0 0 31 * *", "2026-12-31 00:00"),
        ("0 12 * * 7", "2026-11-29 12:00"),
        ("0 12 * DEC Sun", "2026-12-06 12:00"),
    ],
)
def test_the_next_time(text: str, following: str) -> None:
    """The first minute after a moment, never that of the moment itself."""
    assert f"{read_cron(text).next_after(FRIDAY):%Y-%m-%d %H:%M}" == following


def test_a_leap_day_is_found_past_a_year_without_one() -> None:
    """2100 is no leap year."""
    assert read_cron("0 0 29 2 *").next_after(datetime(2096, 3, 1, tzinfo=UTC)) == datetime(2104, 2, 29, tzinfo=UTC)


def test_times_are_in_utc() -> None:
    """A moment told in another zone is the same moment."""
    there = FRIDAY.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert read_cron("0 * * * *").next_after(there) == datetime(2026, 11, 27, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "it has five fields: minute, hour, day of the month, month, day of the week"),
        ("@daily", "it has five fields"),
        ("0 0 * * * *", "it has five fields"),
        ("60 * * * *", "minute: '60' is not within 0 to 59"),
        ("0 24 * * *", "hour: '24' is not within"),
        ("0 0 0 * *", "day of the month: '0' is not within 1 to 31"),
        ("0 0 * juny *", "month: 'juny' is not within"),
        ("0 0 * * 8", "day of the week: '8' is not within"),
        ("0 0 * * mon#2", "day of the week: 'mon#2' is no value, range or step"),
        ("0 0 l * *", "day of the month: 'l' is not within"),
        ("-5 * * * *", "minute: '-5' is no value"),
        ("1,,2 * * * *", "minute: '' is no value"),
        ("*/0 * * * *", "a step is 1 or more"),
        ("5/10 * * * *", "goes with * or a range, not '5/10'"),
        ("0 22-2 * * *", "hour: a range goes upwards, unlike '22-2'"),
        ("7-7 * * * *", "minute: a range goes upwards"),
        ("0 0 1-31 * mon", "day of the month: write * for every day"),
        ("0 0 1 * */1", "day of the week: write * for every day"),
        ("0 0 31 4,6 *", "names no date that there is"),
        ("\u0665 * * * *", "minute: '\u0665' is no value"),
    ],
)
def test_nonsense_is_told(text: str, told: str) -> None:
    """What other programs read each in its own way is refused, too; the message has the field and the part."""
    with pytest.raises(SettingsError) as raised:
        read_cron(text)
    assert told in str(raised.value)
    assert repr(text) in str(raised.value)
