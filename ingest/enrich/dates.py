"""When an article was published and modified: all who state it, in order of trust, and the first to be believed.

A copyright year is no statement about an article and is never read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from ingest.enrich.datelines import find_dateline, read_dateline
from ingest.enrich.enricher import Draft, Finding
from ingest.enrich.instants import Instant, find_instant, parse_instant, parse_url_date
from ingest.enrich.settings import DateSettings
from ingest.enrich.values import order_by_trust, tidy
from ingest.model import Candidate, Cleaning, DateCandidate, Page, Precision, PublicationDate

PUBLISHED, MODIFIED = "published_at", "modified_at"
MAX_LINE_CHARACTERS = 300
MAX_STATED_CHARACTERS = 200
UPDATED = re.compile(
    r"\b(?:updated?|modified|corrected|aktualisiert|mis à jour|actualizado|aggiornato|atualizado|обновлено)\b",
    re.IGNORECASE,
)
LENGTHS: dict[Precision, timedelta] = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "day": timedelta(days=1),
    "month": timedelta(days=31),
    "year": timedelta(days=366),
}
NOT_AGAINST = frozenset({"element", "http"})
"""Origins whose other dates are no conflict: a page shows times of other articles, a server those of its template."""

Statement = tuple[str, str, Instant | None]
"""Who states a date, in which words, and what is read in them."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The instants between which a publication date can lie."""

    earliest: datetime
    latest: datetime


def find_dates(draft: Draft, settings: DateSettings) -> Finding:
    """Find when an article was published and modified, and everything that was stated about it."""
    bounds = bound(draft.page, settings, draft.now)
    published = judge("published", state_published(draft.page, draft.cleaning), bounds, settings)
    chosen = choose(published)
    published += judge("published", state_dateline(draft.cleaning, chosen), bounds, settings)
    published += judge("published", state_server(draft.page), bounds, settings)
    chosen = choose(published)
    modified = judge("modified", state_modified(draft.page, draft.cleaning), bounds, settings)
    found = replace(
        draft.metadata,
        published=chosen,
        modified=choose_modified(modified, chosen),
        dates=(*published, *modified),
        date_conflict=chosen is not None and conflicts(published, chosen, timedelta(days=settings.max_apart_days)),
    )
    return Finding(found, [candidate.origin for candidate in (*published, *modified) if candidate.date])


def choose_date(
    page: Page, cleaning: Cleaning, settings: DateSettings, *, now: datetime | None = None
) -> PublicationDate | None:
    """Choose the publication date; in UTC, None where nobody states one to believe.

    The order of trust: given, the page's own, the URL's, a field that leaked into the text, a byline's, a dateline's,
    the server's. What lies before `min_year`, or more than `max_future_days` after now or after the document was
    fetched, is passed over. `now` is the clock's unless given (it must know its time zone).
    """
    return find_dates(Draft(page=page, cleaning=cleaning, now=now or datetime.now(UTC)), settings).metadata.published


def bound(page: Page, settings: DateSettings, now: datetime) -> Bounds:
    """Say between which instants an article can have been published: not long after it was fetched."""
    fetched = parse_instant(page.document.fetched_at or "")
    latest = min(now, fetched.value) if fetched and fetched.value.year >= settings.min_year else now
    return Bounds(datetime(settings.min_year, 1, 1, tzinfo=UTC), latest + timedelta(days=settings.max_future_days))


def judge(kind: str, statements: Iterable[Statement], bounds: Bounds, settings: DateSettings) -> list[DateCandidate]:
    """Make candidates of statements, each once, refusing what cannot be read or lies out of bounds."""
    candidates: dict[tuple[str, str], DateCandidate] = {}
    for origin, words, instant in islice(statements, settings.max_candidates):
        stated = tidy(words, MAX_STATED_CHARACTERS)
        if stated:
            candidates.setdefault((origin, stated), judge_one(kind, origin, stated, instant, bounds))
    return list(candidates.values())


def judge_one(kind: str, origin: str, stated: str, instant: Instant | None, bounds: Bounds) -> DateCandidate:
    """Make a candidate of what was read in a statement."""
    made = DateCandidate(
        kind="modified" if kind == "modified" else "published", origin=origin, stated=stated, date=None
    )
    if instant is None:
        return replace(made, refused="unreadable")
    if instant.value < bounds.earliest:
        return replace(made, refused="too_early")
    if instant.value > bounds.latest:
        return replace(made, refused="too_late")
    date = PublicationDate(value=instant.value, precision=instant.precision, origin=origin, offset=instant.offset)
    return replace(made, date=date)


def choose(candidates: Iterable[DateCandidate]) -> PublicationDate | None:
    """Choose the first that can be believed."""
    return next((candidate.date for candidate in candidates if candidate.date), None)


def choose_modified(candidates: Iterable[DateCandidate], published: PublicationDate | None) -> PublicationDate | None:
    """Choose the first that is not before the day of publication: nothing is modified before it is there."""
    earliest = published.value - LENGTHS["day"] if published else datetime.min.replace(tzinfo=UTC)
    return next((each.date for each in candidates if each.date and each.date.value >= earliest), None)


def conflicts(candidates: Sequence[DateCandidate], chosen: PublicationDate, most_apart: timedelta) -> bool:
    """Tell whether anybody who is to be heard states a day that lies farther from the chosen one than may be."""
    heard = (each.date for each in candidates if each.date and each.origin not in NOT_AGAINST)
    return any(apart(chosen, other) > most_apart for other in heard)


def apart(one: PublicationDate, other: PublicationDate) -> timedelta:
    """Measure the gap between two dates, each as long as its precision says; none where they overlap."""
    gap = max(one.value, other.value) - min(one.value + LENGTHS[one.precision], other.value + LENGTHS[other.precision])
    return max(gap, timedelta(0))


def state_published(page: Page, cleaning: Cleaning) -> Iterator[Statement]:
    """List who states when it was published, in order of trust, but for the dateline and the server."""
    given = page.document.given.published_at or ""
    yield "given", given, parse_instant(given)
    for candidate in order_by_trust((*page.candidates, *page.document.payload.stated), PUBLISHED):
        yield candidate.origin, candidate.value, read_stated(candidate)
    url = page.document.url or page.document.given.url or ""
    if (instant := parse_url_date(url)) is not None:
        yield "url", url, instant
    for candidate in cleaning.leaked:
        before = before_update(candidate)
        if before.strip() and (instant := find_instant(before)) is not None:
            yield "leaked", f"{candidate.field} {candidate.value}", instant
    for line in cleaning.bylines:
        if (instant := find_instant(UPDATED.split(line[:MAX_LINE_CHARACTERS], maxsplit=1)[0])) is not None:
            yield "byline", line, instant


def state_dateline(cleaning: Cleaning, published: PublicationDate | None) -> Iterator[Statement]:
    """Give what the dateline states; one without a year says nothing where nobody else dates the article."""
    if (dateline := find_dateline(cleaning.body)) is not None:
        instant = read_dateline(dateline, published.value if published else None)
        if instant is not None:
            yield "dateline", dateline, instant


def state_server(page: Page) -> Iterator[Statement]:
    """Give when the server says that the page was last modified, unless that is when it was fetched: made for us."""
    fetched = parse_instant(page.document.fetched_at or "")
    for candidate in page.document.payload.stated:
        if candidate.field == MODIFIED and candidate.origin == "http":
            instant = parse_instant(candidate.value)
            if instant is None or fetched is None or fetched.value - instant.value > LENGTHS["day"]:
                yield "http", candidate.value, instant


def state_modified(page: Page, cleaning: Cleaning) -> Iterator[Statement]:
    """List who states when it was modified, in order of trust."""
    for candidate in order_by_trust((*page.candidates, *page.document.payload.stated), MODIFIED):
        yield candidate.origin, candidate.value, read_stated(candidate)
    for candidate in cleaning.leaked:
        line = f"{candidate.field} {candidate.value[:MAX_LINE_CHARACTERS]}"
        _, *after = UPDATED.split(line, maxsplit=1)
        if after and (instant := find_instant(after[0])) is not None:
            yield "leaked", line, instant


def read_stated(candidate: Candidate) -> Instant | None:
    """Read what a page states; an element's text may say more than the date (`published: 19 May 2019, 14:02`)."""
    instant = parse_instant(candidate.value)
    if instant is None and candidate.origin == "element":
        return find_instant(before_update(candidate))
    return instant


def before_update(candidate: Candidate) -> str:
    """Give a field or line (`date 2022-01-28`, `19 May 2019`) as far as the first word of an update."""
    return UPDATED.split(f"{candidate.field} {candidate.value[:MAX_LINE_CHARACTERS]}", maxsplit=1)[0]
