"""The main job: sources in, a searchable index out, and a report whose books balance."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from ingest import __version__
from ingest.admission import Recalled
from ingest.clean.rulepack import rules_version
from ingest.clustering import IndexBodies
from ingest.collecting import Collector, find_wanted
from ingest.dedup import Deduplicator, open_signatures
from ingest.erasing import guard
from ingest.errors import CountingLawBroken, TooManyFailures, Unavailable
from ingest.following import EventFollower, read_frequencies
from ingest.index.opening import open_index
from ingest.index.protocol import Index
from ingest.jobs.observing import Observer, count_bytes
from ingest.jobs.reclustering import read_hands
from ingest.lake import Lake, Versions, open_lake
from ingest.learning import LineCounter, read_learned
from ingest.model import Article, Dropped, Failed, Payload
from ingest.pipeline import Rooms, build_pipeline, open_pool
from ingest.run_records import RunLog, recorded
from ingest.runner import Runner, Tally
from ingest.settings import Settings
from ingest.state import Records, open_records
from ingest.watching import watch_texts

MIN_DOCUMENTS_FOR_FAILURE_LIMIT = 100
MAX_FAILED_SHARE = 0.5
MAX_FAILURES_TOLD = 20


@dataclass(slots=True, kw_only=True)
class IngestReport:
    """What a run did. `seen = indexed + updated + unchanged + sum(dropped) + failed`.

    `unanswered` says why, where nothing of what was wanted from the web could be had.
    """

    run_id: str
    seconds: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    failures: list[Failed] = field(default_factory=list)
    failed: int = 0
    stages: dict[str, Tally] = field(default_factory=dict)
    chrome: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    shadow: Counter[str] = field(default_factory=Counter)
    original_characters: int = 0
    unanswered: str = ""

    @property
    def seen(self) -> int:
        """Documents that came in."""
        return self.stages["read"].entered if self.stages else 0

    def to_json(self) -> dict[str, Any]:
        """Give the shape of `ingest --json`."""
        return {
            "run_id": self.run_id,
            "seconds": round(self.seconds, 3),
            "seen": self.seen,
            "indexed": self.outcomes["indexed"],
            "updated": self.outcomes["updated"],
            "unchanged": self.outcomes["unchanged"],
            "duplicates": self.duplicates,
            "dropped": dict(sorted(self.dropped.items())),
            "failed": self.failed,
            "stages": {name: tally.to_json() for name, tally in self.stages.items()},
            "chrome": dict(self.chrome.most_common()),
            "flags": dict(sorted(self.flagged.items())),
            "shadow": {name: self.shadow[name] for name in ("documents", "lines", "characters")},
            "failures": [describe_failure(failure) for failure in self.failures],
        }

    def to_books(self) -> dict[str, Any]:
        """Give what a run's record keeps: all but single documents."""
        return {name: value for name, value in self.to_json().items() if name not in {"run_id", "failures"}}

    def add(self, part: IngestReport) -> None:
        """Take in the books of a part of the run."""
        self.outcomes += part.outcomes
        self.duplicates += part.duplicates
        self.dropped += part.dropped
        self.failures += part.failures[: MAX_FAILURES_TOLD - len(self.failures)]
        self.failed += part.failed
        for name, tally in part.stages.items():
            self.stages.setdefault(name, Tally()).add(tally)
        self.chrome += part.chrome
        self.flagged += part.flagged
        self.original_characters += part.original_characters

    def assert_balance(self) -> None:
        """Raise CountingLawBroken where what came in is not what went out."""
        out = sum(self.outcomes.values()) + sum(self.dropped.values()) + self.failed
        if self.seen != out:
            raise CountingLawBroken(f"{self.seen} documents came in, {out} are accounted for: {self.to_json()}")


def assert_few_failures(seen: int, failed: int) -> None:
    """Raise TooManyFailures where more than half of a hundred or more documents failed."""
    if seen >= MIN_DOCUMENTS_FOR_FAILURE_LIMIT and failed > MAX_FAILED_SHARE * seen:
        raise TooManyFailures(f"{failed} of {seen} documents failed")


def assert_answered(report: IngestReport) -> None:
    """Raise Unavailable where nothing of what was wanted from the web could be had."""
    if report.unanswered:
        raise Unavailable(report.unanswered)


def describe_failure(failure: Failed) -> dict[str, str]:
    """Give a failure's line of the report."""
    return {
        "id": failure.trace.given_id or failure.trace.id,
        "origin": failure.trace.origin,
        "stage": failure.stage,
        "error": failure.error,
        "message": failure.message,
    }


@dataclass(frozen=True, slots=True)
class Opened:
    """What a run that writes works with."""

    rooms: Rooms
    lake: Lake
    index: Index
    deduplicator: Deduplicator
    records: Records


@contextmanager
def open_rooms(settings: Settings, target: Index | None = None) -> Iterator[Opened]:
    """Open index, lake, signatures and the parsers' pool, and close them in the reverse order.

    With a `target` that index is written to, and stays open.
    """
    with ExitStack() as stack:
        bare = target or stack.enter_context(open_to_write(settings))
        lake = stack.enter_context(open_lake(settings.lake))
        records = stack.enter_context(open_records(settings.index))
        index = guard(bare, records)
        learned = read_learned(records, settings.learn)
        store = stack.enter_context(open_signatures(settings.index))
        deduplicator = Deduplicator(store, IndexBodies(index), settings.dedup, read_hands(records))
        pool = stack.enter_context(open_pool(settings))
        rooms = Rooms(
            settings=settings,
            pool=pool,
            lake=lake,
            index=index,
            learned=learned,
            records=records,
            frequencies=read_frequencies(records),
        )
        yield Opened(rooms, lake, index, deduplicator, records)


@contextmanager
def open_to_write(settings: Settings) -> Iterator[Index]:
    """Open the index for writing, made where it is missing."""
    index = open_index(settings.index, write=True)
    try:
        index.prepare()
        yield index
    finally:
        index.close()


def count_lines(records: Records, lake: Lake, rooms: Rooms) -> LineCounter:
    """Make the counter of a run."""
    day = datetime.now(UTC).date().toordinal()
    return LineCounter(records, rooms.settings.learn, rooms.learned, next_capture=lake.next_capture, day=day)


def follow_events(records: Records, settings: Settings) -> EventFollower:
    """Make the follower of a run."""
    return EventFollower(records, settings.events, datetime.now(UTC).date())


def ingest(
    arguments: Sequence[str], settings: Settings, *, on_seen: Callable[[int], None] | None = None
) -> IngestReport:
    """Ingest files, folders, globs, standard input (`-`), web addresses and sources of the catalogue into the index.

    `on_seen` is told the running number of documents settled. Raises SourceMissing where nothing named exists,
    Unavailable where the index does not answer or another writer does not let go, LawBroken where the books do not
    balance. What could not be had from the web is in the report as failed.
    """
    wanted = find_wanted(arguments, settings)
    collector = Collector(settings=settings, records=None, run_id=mint_run_id())
    payloads = collector.payloads(wanted)
    with open_rooms(settings) as opened:
        collector.records = opened.records
        report = run_pipeline(payloads, opened, on_seen=on_seen, on_left=collector.note_left)
        collector.commit()
    report.unanswered = collector.unanswered
    return report


def run_pipeline(
    payloads: Iterable[Payload | Recalled],
    opened: Opened,
    *,
    on_seen: Callable[[int], None] | None = None,
    on_left: Callable[[Dropped | Failed], None] | None = None,
    command: str | None = "ingest",
) -> IngestReport:
    """Drive payloads through the whole pipeline and give the report, its laws asserted.

    `command` is what the run's record names; with None it leaves none.
    """
    run = PipelineRun(opened, on_seen=on_seen, on_left=on_left)
    log = RunLog(opened.records, opened.rooms.settings, run.report.run_id, command) if command else None
    with recorded(log):
        run.take(payloads)
        opened.index.refresh()
        run.finish()
        if log:
            log.end("done", run.report.to_books())
    return run.report


class PipelineRun:
    """One run of the whole pipeline: over all its payloads at once, or over one batch of them after the other."""

    def __init__(
        self,
        opened: Opened,
        *,
        on_seen: Callable[[int], None] | None = None,
        on_left: Callable[[Dropped | Failed], None] | None = None,
        report: IngestReport | None = None,
    ) -> None:
        self.report = report or IngestReport(run_id=mint_run_id())
        self._opened = replace(opened, rooms=replace(opened.rooms, run_id=self.report.run_id))
        self._on_seen = on_seen
        self._on_left = on_left
        self._counter = count_lines(opened.records, opened.lake, opened.rooms)
        self._follower = follow_events(opened.records, opened.rooms.settings)
        self._watch = watch_texts(opened.records, opened.rooms.settings)
        self._started = time.perf_counter()

    def take(self, payloads: Iterable[Payload | Recalled]) -> None:
        """Settle each payload; the report counts them once all are settled, and none of them where this raises."""
        part = IngestReport(run_id=self.report.run_id)
        observer = Observer(part.run_id, self._opened.rooms.settings.telemetry)
        try:
            self._drive(payloads, part, observer)
        except BaseException as error:
            observer.end(part.stages, error)
            raise
        observer.end(part.stages)
        self.report.add(part)

    def _drive(self, payloads: Iterable[Payload | Recalled], part: IngestReport, observer: Observer) -> None:
        def take_left(left: Dropped | Failed) -> None:
            note_left(part, left, self._opened.lake)
            observer.settle(left, part.stages)
            self._opened.deduplicator.discard([left.trace.id])
            if isinstance(left, Dropped):
                self._watch.note_dropped(left)
            if self._on_left:
                self._on_left(left)

        def take_cleaned(article: Article) -> None:
            note_chrome(part, article)
            self._counter.note(article)
            self._watch.note(article)

        runner = Runner(
            build_pipeline(self._opened.rooms, self._opened.index, self._opened.deduplicator),
            on_left=take_left,
            on_kept={"clean": take_cleaned, "enrich": self._follower.note},
            size_of=count_bytes,
            tallies=part.stages,
        )
        for settled, outcome in enumerate(runner.run(payloads), start=1):
            part.outcomes[outcome.outcome] += 1
            part.duplicates += outcome.outcome != "unchanged" and not outcome.canonical
            observer.settle(outcome, part.stages)
            if self._on_seen:
                self._on_seen(settled)
        part.assert_balance()

    def count(self) -> None:
        """Write down what the documents taken so far showed of publishers and events."""
        self._counter.count()
        self._follower.flush()

    def finish(self) -> None:
        """Close the books."""
        self._counter.finish()
        self._follower.flush()
        self._watch.finish()
        self.report.shadow = self._counter.shadow
        self.report.seconds = time.perf_counter() - self._started
        self.report.assert_balance()


def mint_run_id() -> str:
    """Name a run by its start in UTC and four random digits."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def note_left(report: IngestReport, left: Dropped | Failed, lake: Lake) -> None:
    """Count what left on the way; what failed goes to the quarantine."""
    if isinstance(left, Dropped):
        report.dropped[left.reason.value] += 1
        return
    report.failed += 1
    if len(report.failures) < MAX_FAILURES_TOLD:
        report.failures.append(left)
    lake.quarantine.add(left, Versions(code=__version__, rules=rules_version()))


def note_chrome(report: IngestReport, article: Article) -> None:
    """Count removed characters by class."""
    report.original_characters += len(article.page.text)
    for span in article.cleaning.spans:
        report.chrome[span.span_class.value] += span.end - span.start
    report.flagged.update(article.cleaning.flags)
