"""Correcting the cleaning of one article by hand: restore, cut, undo. Each is kept first and then takes effect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ingest.clean.cleaner import clean_page
from ingest.clean.corrections import Action, Correction, describe_place
from ingest.cleaning import KIND, read_corrections
from ingest.errors import BroadsheetError, UsageError
from ingest.index.document import NOT_CHROME
from ingest.index.protocol import Document
from ingest.jobs.ingestion import Opened, open_rooms, run_pipeline
from ingest.jobs.originals import extract_original, number_spans, take_payload
from ingest.jobs.searching import find
from ingest.model import Cleaning, Page, SpanClass
from ingest.settings import Settings
from ingest.state import Json, Records

MOST_CORRECTIONS = 200

Place = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who decides, and why."""

    by: str
    reason: str = ""


def restore(any_id: str, span: str, hand: Hand, settings: Settings) -> Json:
    """Put a removed stretch of an article back: a span by its number in `show --spans`, or `START-END` (code points).

    Raises UsageError where there is no such article, span or stretch, or where the lake does not hold its bytes.
    """
    with opened_article(any_id, settings) as article:
        spans, _ = number_spans(article.document)
        place = find_span(span, spans) if span.isdigit() else read_place(span, article.page.text)
        if span.isdigit():
            refuse_layout(span, spans[int(span) - 1])
        return article.decide("restore", place, None, hand)


def cut(any_id: str, where: Sequence[str], hand: Hand, settings: Settings) -> Json:
    """Cut a stretch of an article: `START END CLASS` or `START-END CLASS`, or the number of a suggested span.

    A number may be followed by a class. Raises UsageError as `restore` does, and for a class that is none.
    """
    with opened_article(any_id, settings) as article:
        place, span_class = read_cut(where, article)
        return article.decide("cut", place, span_class, hand)


def undo(any_id: str, number: int, settings: Settings) -> Json:
    """Take a correction back; raise UsageError where the article has none of that number."""
    with opened_article(any_id, settings) as article:
        undone = next((each for each in article.corrections() if each.number == number), None)
        if undone is None:
            article.refuse_unknown(number)
            line = {**name(article.document), "number": number, "action": "undone before"}
        else:
            article.records.update(KIND, [article.id], lambda _, record: without(record, number))
            line = describe(undone, article.document)
        return {**line, "outcome": article.rewrite()}


def apply_corrections(any_ids: Sequence[str], settings: Settings) -> Iterator[Json]:
    """Clean corrected articles again from the lake, all of them or those named, and say what became of each.

    For after a command was stopped between keeping a correction and writing the article. An article that has gone from
    the index is told and passed over.
    """
    with open_rooms(settings) as opened:
        for any_id in any_ids or [key for key, _ in opened.records.scan(KIND)]:
            try:
                article = open_article(any_id, opened)
            except UsageError as error:
                yield {"id": any_id, "given_id": None, "outcome": "not written", "why": str(error)}
            else:
                yield {**name(article.document), "outcome": article.rewrite(), "why": ""}


@dataclass(frozen=True, slots=True)
class OpenedArticle:
    """One article with all that is needed to correct it."""

    document: Document
    page: Page
    opened: Opened

    @property
    def id(self) -> str:
        """The minted id."""
        return str(self.document["id"])

    @property
    def records(self) -> Records:
        """Where corrections are kept."""
        return self.opened.records

    def corrections(self) -> tuple[Correction, ...]:
        """Give what has been decided, up to now."""
        return read_corrections(self.records, [self.id]).get(self.id, ())

    def refuse_unknown(self, number: int) -> None:
        """Raise UsageError for a number that was never given; one that was undone may be undone again."""
        record = self.records.get(KIND, [self.id]).get(self.id)
        if record is None or not 0 < number < record["next"]:
            raise UsageError(f"{self.id}: has no correction {number}; see `broadsheet corrections list`")

    def decide(self, action: Action, place: Place, span_class: SpanClass | None, hand: Hand) -> Json:
        """Keep a correction where it has an effect, and write the article anew.

        The same again is not kept twice, but the article is written, should that have been missed.
        """
        start, end = strip_blanks(self.page.text, place) if action == "cut" else place
        anchor = describe_place(self.page.text, start, end)
        kept = self.corrections()
        took = self.find_taker(start, end)
        new = Correction(
            number=1 + max((each.number for each in kept), default=0),
            action=action,
            anchor=anchor,
            span_class=span_class,
            by=hand.by,
            at=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            reason=hand.reason,
            rule=took["rule"] if took else None,
            rule_class=SpanClass(took["class"]) if took else None,
        )
        same = next((each for each in kept if is_same(each, new)), None)
        if not self.check(kept, new, again=same is not None) and same is not None:
            return {**describe(same, self.document), "outcome": self.rewrite()}
        record = self.records.update(KIND, [self.id], lambda _, record: with_correction(record, new))[self.id]
        number = record["corrections"][-1]["number"] if record else new.number
        return {**describe(replace(new, number=number), self.document), "outcome": self.rewrite()}

    def check(self, kept: Sequence[Correction], new: Correction, *, again: bool) -> bool:
        """Say whether a correction has an effect; raise UsageError where it cannot be, or has none and is not known."""
        before, after = self.clean(kept), self.clean([*kept, new])
        for lost in after.lost_corrections:
            if lost.number == new.number:
                raise UsageError(f"{self.id}: {lost.reason}; choose whole words")
        if not after.body.strip():
            raise UsageError(f"{self.id}: that would leave nothing of the article")
        if (before.body, before.spans) != (after.body, after.spans):
            return True
        if not again:
            said = "nothing is cut there" if new.action == "restore" else f"it is cut as {new.span_class} already"
            raise UsageError(f"{self.id}: {said}")
        return False

    def clean(self, corrections: Sequence[Correction]) -> Cleaning:
        """Clean the article with these corrections."""
        rooms = self.opened.rooms
        return clean_page(self.page, rooms.settings.clean, learned=rooms.learned, corrections=corrections).cleaning

    def find_taker(self, start: int, end: int) -> Json | None:
        """Give the span of the document that holds most of a stretch, if any does."""
        spans = [span for span in self.document["spans"] if SpanClass(span["class"]) not in NOT_CHROME]
        held = [(min(end, span["end"]) - max(start, span["start"]), span) for span in spans]
        most, span = max(held, key=lambda pair: pair[0], default=(0, None))
        return span if most > 0 else None

    def rewrite(self) -> str:
        """Send the article's bytes through the pipeline again; give what became of it, `updated` or `unchanged`.

        Once more where somebody else corrected it meanwhile, so that the last of several at once has them all.
        """
        while True:
            kept = self.corrections()
            payload = take_payload(self.opened.lake, self.document)
            report = run_pipeline([payload], self.opened, command=None)
            if not report.outcomes:
                why = report.failures[0].message if report.failures else ", ".join(report.dropped)
                raise BroadsheetError(f"{self.id}: the correction is kept, but the article was not written: {why}")
            if kept == self.corrections():
                return next(iter(report.outcomes))


@contextmanager
def opened_article(any_id: str, settings: Settings) -> Iterator[OpenedArticle]:
    """Open everything for one article, for writing; raise UsageError where it or its bytes are not there."""
    with open_rooms(settings) as opened:
        yield open_article(any_id, opened)


def open_article(any_id: str, opened: Opened) -> OpenedArticle:
    """Find an article and its text."""
    document = find(opened.index, any_id)
    return OpenedArticle(document, extract_original(document, opened.lake, opened.rooms), opened)


def find_span(number: str, spans: Sequence[Json]) -> Place:
    """Look a span up by its number."""
    for span in spans:
        if span["number"] == int(number):
            return span["start"], span["end"]
    raise UsageError(f"{number}: no such span; `broadsheet show ID --spans` lists them")


def refuse_layout(number: str, span: Json) -> None:
    """Refuse to restore what is no text."""
    if SpanClass(span["class"]) in NOT_CHROME:
        raise UsageError(f"span {number} is {span['class']}: it says nothing, and follows from what is cut beside it")


def read_cut(where: Sequence[str], article: OpenedArticle) -> tuple[Place, SpanClass]:
    """Read what is to be cut and as what."""
    first = where[0] if where else ""
    if len(where) <= 2 and first.isdigit():
        spans, suggested = number_spans(article.document)
        place = find_span(first, [*spans, *suggested])
        named = {span["number"]: span["class"] for span in (*spans, *suggested)}[int(first)]
        return place, read_class(where[1] if len(where) == 2 else named)
    if len(where) == 2:
        return read_place(first, article.page.text), read_class(where[1])
    if len(where) == 3:
        return read_place(f"{first}-{where[1]}", article.page.text), read_class(where[2])
    raise UsageError("cut: write ID START END CLASS, or ID and the number of a suggested span")


def read_place(written: str, text: str) -> Place:
    """Read `START-END`, code points of the covered text."""
    match = re.fullmatch(r"(\d{1,9})-(\d{1,9})", written)
    if match is None:
        raise UsageError(f"{written!r} is neither a span's number nor START-END")
    start, end = int(match[1]), int(match[2])
    if not start < end <= len(text):
        raise UsageError(f"{written}: not within the {len(text)} characters of the text")
    if not text[start:end].strip():
        raise UsageError(f"{written}: there are only blanks")
    return start, end


def read_class(written: str) -> SpanClass:
    """Read a class that a person may cut under."""
    may = [each.value for each in SpanClass if each not in NOT_CHROME]
    if written not in may:
        raise UsageError(f"{written!r} is no class of span; there are {', '.join(may)}")
    return SpanClass(written)


def strip_blanks(text: str, place: Place) -> Place:
    """Leave out blanks at both ends: which of them go follows from the cut."""
    start, end = place
    stripped = text[start:end].strip()
    start = text.index(stripped, start) if stripped else start
    return start, start + len(stripped) if stripped else end


def is_same(one: Correction, other: Correction) -> bool:
    """Tell whether two corrections decide the same, whoever says so and when."""
    return (one.action, one.anchor, one.span_class) == (other.action, other.anchor, other.span_class)


def with_correction(record: Json | None, new: Correction) -> Json:
    """Add a correction under the next number that the article never had; raise UsageError where it has too many."""
    held = record or {"next": 1, "corrections": []}
    if len(held["corrections"]) >= MOST_CORRECTIONS:
        raise UsageError(f"an article may have {MOST_CORRECTIONS} corrections: undo some, or write a rule")
    number = held["next"]
    return {"next": number + 1, "corrections": [*held["corrections"], replace(new, number=number).to_record()]}


def without(record: Json | None, number: int) -> Json | None:
    """Take a correction out; the record stays, so that no number is given twice."""
    if record is None:
        return None
    return {**record, "corrections": [each for each in record["corrections"] if each["number"] != number]}


def name(document: Document) -> Json:
    """Name an article in a result."""
    return {"id": document["id"], "given_id": document["given_id"]}


def describe(correction: Correction, document: Document) -> Json:
    """Give a correction's line; `text` is the first 2,000 characters of its stretch."""
    anchor = correction.anchor
    return {
        **name(document),
        "number": correction.number,
        "action": correction.action,
        "class": correction.span_class,
        "start": anchor.start,
        "end": anchor.start + anchor.length,
        "text": anchor.head,
        "by": correction.by,
        "at": correction.at,
        "reason": correction.reason,
        "rule": correction.rule,
        "rule_class": correction.rule_class,
    }
