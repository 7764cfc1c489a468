"""Settling batches of a stream whatever it takes: while the index is away or the disk is full, a batch waits."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from threading import Event
from typing import TypeVar

from ingest.errors import StorageFull, Unavailable
from ingest.jobs.ingestion import IngestReport, PipelineRun, open_rooms
from ingest.model import Dropped, Failed, Payload
from ingest.run_records import RunLog
from ingest.settings import Settings
from ingest.telemetry.metrics import STREAM_BATCHES, STREAM_WAITING

LOGGER = logging.getLogger(__name__)
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
SECONDS_BETWEEN_NOTES = 30.0
COMMAND = "stream"

Result = TypeVar("Result")


class StreamStopped(Exception):  # noqa: N818 - a wish, not an error
    """The stream was told to stop while a batch waited."""


class Settler:
    """Puts one batch after the other through the pipeline, all in one thread; opens and closes what that needs.

    `stop` ends a wait. `report` holds the books of all settled batches; `books` are those after the last one, for other
    threads to read.
    """

    def __init__(self, settings: Settings, report: IngestReport, stop: Event) -> None:
        self.is_waiting = False
        self.books = report.to_books()
        self._settings = settings
        self._report = report
        self._stop = stop
        self._stack = ExitStack()
        self._run: PipelineRun | None = None
        self._log: RunLog | None = None
        self._opened_at = self._noted_at = time.monotonic()
        self._failed: list[Failed] = []

    def settle(self, payloads: Sequence[Payload]) -> list[Failed]:
        """Settle every payload, waiting as long as it takes; give those that failed.

        Raises StreamStopped where it was told to stop meanwhile, LawBroken where the books do not balance.
        """
        failed = self.insist(lambda: self._take(payloads))
        self.books = self._report.to_books()
        STREAM_BATCHES.labels("settled").inc()
        return failed

    def insist(self, operation: Callable[[], Result]) -> Result:
        """Do something again and again until the index, the disk and the brokers let it be done."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                result = operation()
            except (Unavailable, StorageFull) as error:
                self._wait(error, pause)
                pause = min(LONGEST_PAUSE_SECONDS, 2 * pause)
            else:
                self._set_waiting(waiting=False)
                return result

    def close(self) -> None:
        """Write down that the run is done, and close everything."""
        with self._leaving():
            if self._run and self._log:
                self._run.finish()
                self._log.end("done", self.books)

    def fail(self, error: BaseException) -> None:
        """Write down what ended the run, and close everything."""
        with self._leaving():
            if self._log:
                self._log.end("failed", self.books, error)

    @contextmanager
    def _leaving(self) -> Iterator[None]:
        try:
            yield
        except (Unavailable, StorageFull) as error:
            LOGGER.warning("how the run ended could not be written down: %s", error)
        finally:
            self._abandon()

    def _take(self, payloads: Sequence[Payload]) -> list[Failed]:
        try:
            run = self._open()
            self._failed = []
            # An attempt that breaks off after its books are closed must not be in the report.
            run.report = IngestReport(run_id=self._report.run_id)
            run.take(payloads)
            run.count()
            self._report.add(run.report)
            self._note()
        except (Unavailable, StorageFull):
            # What an attempt leaves half done in memory, another one must not find.
            self._abandon()
            raise
        return self._failed

    def _open(self) -> PipelineRun:
        """Give the run, opened anew now and then, so that rules and decisions made meanwhile count."""
        if self._run and time.monotonic() - self._opened_at > self._settings.stream.refresh_seconds:
            self._run.finish()
            self._abandon()
        if self._run is None:
            opened = self._stack.enter_context(open_rooms(self._settings))
            self._log = RunLog(opened.records, self._settings, self._report.run_id, COMMAND)
            self._log.begin()
            self._run = PipelineRun(opened, on_left=self._note_failure, report=IngestReport(run_id=self._report.run_id))
            self._opened_at = time.monotonic()
        return self._run

    def _note(self) -> None:
        if self._log and time.monotonic() - self._noted_at > SECONDS_BETWEEN_NOTES:
            self._noted_at = time.monotonic()
            self._log.note(self._report.to_books())

    def _abandon(self) -> None:
        self._run = self._log = None
        self._stack.close()

    def _note_failure(self, left: Dropped | Failed) -> None:
        if isinstance(left, Failed):
            self._failed.append(left)

    def _wait(self, error: BaseException, pause: float) -> None:
        self._set_waiting(waiting=True)
        STREAM_BATCHES.labels("again").inc()
        seconds = random.uniform(pause / 2, pause)  # noqa: S311 - jitter, not a secret
        LOGGER.warning("a batch waits: %s; trying again in %.1f s", error, seconds)
        if self._stop.wait(seconds):
            raise StreamStopped from error

    def _set_waiting(self, *, waiting: bool) -> None:
        self.is_waiting = waiting
        STREAM_WAITING.set(waiting)
