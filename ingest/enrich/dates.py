"""When an article was published: all who state it, in order of trust, and the first that can be believed.

A copyright year is no statement about an article and is never read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.instants import Instant, find_instant, parse_instant, parse_url_date
from ingest.enrich.settings import DateSettings
from ingest.enrich.values import order_by_trust
from ingest.model import Candidate, Cleaning, Page, PublicationDate

FIELD = "published_at"
MAX_LINE_CHARACTERS = 300
UPDATED = re.compile(
    r"\b(?:updated?|modified|corrected|aktualisiert|mis à jour|actualizado|aggiornato|atualizado|обновлено)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The instants between which a publication date can lie."""

    earliest: datetime
    latest: datetime


def find_date(draft: Draft, settings: DateSettings) -> Finding:
    """Find the date of publication."""
    published = choose_date(draft.page, draft.cleaning, settings, now=draft.now)
    return Finding(replace(draft.metadata, published=published), [published.origin] if published else [])


def choose_date(
    page: Page, cleaning: Cleaning, settings: DateSettings, *, now: datetime | None = None
) -> PublicationDate | None:
    """Choose the publication date: given, the page's own, the URL's, or a field that leaked into the text; in UTC.

    What lies before `min_year`, or more than `max_future_days` after now or after the document was fetched, is passed
    over. `now` is the clock's unless given (it must know its time zone). None where nobody states one to believe.
    """
    bounds = bound(page, settings, now or datetime.now(UTC))
    for origin, instant in state_dates(page, cleaning):
        if instant is not None and bounds.earliest <= instant.value <= bounds.latest:
            return PublicationDate(value=instant.value, precision=instant.precision, origin=origin)
    return None


def bound(page: Page, settings: DateSettings, now: datetime) -> Bounds:
    """Say between which instants an article can have been published: not long after it was fetched."""
    fetched = parse_instant(page.document.given.fetched_at or "")
    latest = min(now, fetched.value) if fetched and fetched.value.year >= settings.min_year else now
    return Bounds(datetime(settings.min_year, 1, 1, tzinfo=UTC), latest + timedelta(days=settings.max_future_days))


def state_dates(page: Page, cleaning: Cleaning) -> Iterator[tuple[str, Instant | None]]:
    """List the stated dates with their origins, in order of trust."""
    yield "given", parse_instant(page.document.given.published_at or "")
    for candidate in order_by_trust(page.candidates, FIELD):
        yield candidate.origin, read_stated(candidate)
    yield "url", parse_url_date(page.document.url or page.document.given.url or "")
    for candidate in cleaning.leaked:
        yield "leaked", read_leaked(candidate)


def read_stated(candidate: Candidate) -> Instant | None:
    """Read what a page states; an element's text may say more than the date (`published: 19 May 2019, 14:02`)."""
    instant = parse_instant(candidate.value)
    return read_leaked(candidate) if instant is None and candidate.origin == "element" else instant


def read_leaked(candidate: Candidate) -> Instant | None:
    """Read the date in a leaked field or line (`date 2022-01-28`, `19 May 2019`) before any word of an update."""
    return find_instant(UPDATED.split(f"{candidate.field} {candidate.value[:MAX_LINE_CHARACTERS]}", maxsplit=1)[0])
