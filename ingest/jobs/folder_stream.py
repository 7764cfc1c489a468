"""The stream of a drop folder: files are claimed as they come, settled batch by batch, and put away."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from ingest.batching import RunSettings, cut_batches
from ingest.crash_points import passing
from ingest.jobs.ingestion import IngestReport, mint_run_id
from ingest.jobs.settling import Settler, StreamStopped
from ingest.jobs.watch import Watch
from ingest.model import Payload
from ingest.settings import Settings
from ingest.sources import read_payloads
from ingest.sources.drop import claim_files, find_unreadable, put_away
from ingest.telemetry import metrics

LOGGER = logging.getLogger(__name__)


class FolderStream:
    """One instance; several share a folder, since a file is claimed by one alone."""

    def __init__(self, settings: Settings, watch: Watch) -> None:
        self.report = IngestReport(run_id=mint_run_id())
        self._settings = settings
        self._folder = Path(settings.stream.source)
        self._watch = watch
        self._settler = Settler(settings, self.report, watch.stop)
        self._started = time.perf_counter()
        self._last_file = self._last_told = time.monotonic()

    def run(self) -> IngestReport:
        """Go on until told to stop, or idle for as long as was said; what is claimed and not settled comes again."""
        try:
            while not self._watch.stop.is_set() and not self._is_idle():
                self._look()
        except StreamStopped:
            LOGGER.info("told to stop while a batch waited")
        except BaseException as error:
            self._settler.fail(error)
            raise
        self._settler.close()
        self.report.seconds = time.perf_counter() - self._started
        self._tell()
        return self.report

    def _look(self) -> None:
        """Settle the files that have come, or wait for some."""
        claimed = claim_files(self._folder, self.report.run_id)
        if not claimed:
            self._watch.stop.wait(self._settings.stream.poll_seconds)
            return
        passing("claimed")
        unreadable: set[Path] = set()
        for batch in self._batches(claimed):
            failed = self._settler.settle(batch)
            unreadable |= find_unreadable(self._folder, self.report.run_id, failed)
            metrics.QUEUE_DOCUMENTS.set(0)
            self._last_file = time.monotonic()
            if time.monotonic() - self._last_told >= self._settings.stream.progress_seconds:
                self._tell()
            if self._watch.stop.is_set():
                return
        put_away(self._folder, self.report.run_id, unreadable)

    def _batches(self, claimed: Sequence[Path]) -> Iterator[list[Payload]]:
        stream = self._settings.stream
        bounds = RunSettings(batch_documents=stream.batch_documents, batch_bytes=stream.batch_bytes)
        for batch in cut_batches(self._read(claimed), bounds, lambda payload: len(payload.content)):
            metrics.QUEUE_DOCUMENTS.set(len(batch))
            yield batch

    def _read(self, claimed: Sequence[Path]) -> Iterator[Payload]:
        for path in claimed:
            yield from read_payloads([str(path)], self._settings.sources)

    def _is_idle(self) -> bool:
        limit = self._watch.until_idle_seconds
        return limit is not None and time.monotonic() - self._last_file >= limit

    def _tell(self) -> None:
        self._last_told = time.monotonic()
        state = {
            "run_id": self.report.run_id,
            "seconds": round(time.perf_counter() - self._started, 3),
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "lag": {},
            "lag_total": 0,
            "held": 0,
            "paused": False,
            "waiting": self._settler.is_waiting,
        }
        if self._watch.on_progress:
            self._watch.on_progress({**self._settler.books, **state})
