"""The stream of topics: fetches, hands batches over, commits what is settled, and serves its group all the while."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from ingest.crash_points import passing
from ingest.errors import BrokerUnavailable
from ingest.jobs.ingestion import IngestReport, mint_run_id
from ingest.jobs.settling import Settler
from ingest.jobs.stream_worker import Settled, Worker
from ingest.jobs.watch import Watch
from ingest.settings import Settings
from ingest.sources.topics import Assignments, Batch, Message, Partition
from ingest.sources.topics.client import DeadLetters, Rebalance, TopicReader
from ingest.sources.topics.connection import parse_address
from ingest.telemetry import metrics

LOGGER = logging.getLogger(__name__)
POLL_SECONDS = 0.1
MOST_AT_ONCE = 200


class TopicStream:
    """One instance of a group."""

    def __init__(self, settings: Settings, watch: Watch) -> None:
        self.report = IngestReport(run_id=mint_run_id())
        self._settings = settings.stream
        self._watch = watch
        self._assignments = Assignments()
        self._batch = Batch()
        self._began = self._last_message = self._last_told = time.monotonic()
        self._started = time.perf_counter()
        self._usual_bytes = 0.0
        self._due: dict[Partition, int] = {}
        self._paused = False
        address = parse_address(settings.stream.source)
        rebalance = Rebalance(on_assigned=self._assign, on_revoked=self._revoke, on_lost=self._lose)
        self._reader = TopicReader(address, settings.stream, rebalance)
        try:
            letters = DeadLetters(address, settings.stream)
        except BaseException:
            self._reader.close()
            raise
        self._worker = Worker(Settler(settings, self.report, watch.stop), letters, self.report.run_id)

    def run(self) -> IngestReport:
        """Go on until told to stop, or idle for as long as was said."""
        self._worker.start()
        try:
            while not self._watch.stop.is_set() and not self._is_idle():
                self._step()
            self._drain()
            self._tell()
        finally:
            self._worker.end()
            self._reader.close()
        self.report.seconds = time.perf_counter() - self._started
        return self.report

    def _step(self) -> None:
        self._gather(self._reader.poll(self._room(), POLL_SECONDS))
        if self._is_ripe() and self._worker.offer(self._batch):
            self._batch = Batch()
        self._pause_or_resume()
        while (settled := self._worker.collect()) is not None:
            self._take_settled(settled)
        self._commit_due()
        metrics.QUEUE_DOCUMENTS.set(sum(len(each.messages) for each in self._held()))
        metrics.QUEUE_BYTES.set(sum(each.bytes for each in self._held()))
        if time.monotonic() - self._last_told >= self._settings.progress_seconds:
            self._tell()

    def _held(self) -> list[Batch]:
        return [*self._worker.held, self._batch]

    def _room(self) -> int:
        """Say how many messages to ask for, so that the batch is not much larger than it may be."""
        by_bytes = (self._settings.batch_bytes - self._batch.bytes) / max(1.0, self._usual_bytes)
        by_count = self._settings.batch_documents - len(self._batch.messages)
        return max(1, min(MOST_AT_ONCE, by_count, int(by_bytes)))

    def _gather(self, messages: Sequence[Message]) -> None:
        if not messages:
            return
        self._usual_bytes = sum(len(message.value) for message in messages) / len(messages)
        self._last_message = time.monotonic()
        if not self._batch.messages:
            self._began = self._last_message
        for message in messages:
            self._assignments.take(self._batch, message)

    def _is_full(self) -> bool:
        batch = self._batch
        return len(batch.messages) >= self._settings.batch_documents or batch.bytes >= self._settings.batch_bytes

    def _is_ripe(self) -> bool:
        is_old = time.monotonic() - self._began >= self._settings.batch_seconds
        return bool(self._batch.messages) and (is_old or self._is_full())

    def _is_idle(self) -> bool:
        limit = self._watch.until_idle_seconds
        if limit is None or self._worker.held or self._batch.messages or self._due:
            return False
        if not self._assignments.partitions:
            # The group may still be giving them out; where others have them all, nothing will come.
            limit = max(limit, 2 * self._settings.session_timeout_seconds)
        if time.monotonic() - self._last_message < limit:
            return False
        self._last_message = time.monotonic()
        return not any(self._reader.lag(self._assignments.partitions).values())

    def _pause_or_resume(self) -> None:
        """Fetch nothing while a batch is full and cannot be handed over: the pipeline is behind."""
        if self._is_full() == self._paused:
            return
        self._paused = not self._paused
        (self._reader.pause if self._paused else self._reader.resume)()
        metrics.STREAM_PAUSED.set(self._paused)
        LOGGER.info("fetching is %s", "paused: the pipeline is behind" if self._paused else "resumed")

    def _take_settled(self, settled: Settled) -> None:
        if settled.is_done:
            self._due |= self._assignments.committable(settled.batch)

    def _commit_due(self) -> None:
        """Commit what is settled; where brokers are away or the group is changing, the next step tries again.

        Partitions that a change takes from us are let go of, and what was due for them with them.
        """
        if not self._due:
            return
        passing("before_offsets")
        try:
            is_committed = self._reader.commit(self._due)
        except BrokerUnavailable as error:
            metrics.STREAM_COMMITS.labels("failed").inc()
            LOGGER.warning("%s; trying again", error)
            return
        metrics.STREAM_COMMITS.labels("done" if is_committed else "overtaken").inc()
        if is_committed:
            passing("after_offsets")
            self._due = {}

    def _drain(self) -> None:
        """Let the batches on their way come to their end, as long as a stop may take, and commit them."""
        deadline = time.monotonic() + self._settings.stop_grace_seconds
        while (self._worker.held or self._due) and time.monotonic() < deadline:
            self._gather_nothing()
            if (settled := self._worker.collect(POLL_SECONDS)) is not None:
                self._take_settled(settled)
            self._commit_due()

    def _gather_nothing(self) -> None:
        """Serve the group; what comes is left for whoever comes next, since it is not committed."""
        self._reader.poll(1, 0)

    def _assign(self, partitions: list[Partition]) -> None:
        self._assignments.assign(partitions)
        self._last_message = time.monotonic()
        self._note_change("assigned", partitions)

    def _revoke(self, partitions: list[Partition]) -> None:
        """Give partitions up: what of them is on its way is waited for a while, and committed."""
        gone = set(partitions)
        deadline = time.monotonic() + self._settings.rebalance_wait_seconds
        while self._is_on_its_way(gone) and time.monotonic() < deadline and not self._worker.settler.is_waiting:
            if (settled := self._worker.collect(POLL_SECONDS)) is not None:
                self._take_settled(settled)
        self._commit_due()
        self._let_go("revoked", partitions)

    def _lose(self, partitions: list[Partition]) -> None:
        self._let_go("lost", partitions)

    def _is_on_its_way(self, partitions: set[Partition]) -> bool:
        return any(partitions & set(batch.held_under) for batch in self._worker.held)

    def _let_go(self, change: str, partitions: list[Partition]) -> None:
        self._assignments.revoke(partitions)
        self._batch.drop(partitions)
        for partition in partitions:
            self._due.pop(partition, None)
            metrics.STREAM_LAG.remove(partition[0], str(partition[1]))
        self._note_change(change, partitions)

    def _note_change(self, change: str, partitions: list[Partition]) -> None:
        metrics.STREAM_REBALANCES.labels(change).inc(len(partitions))
        named = ", ".join(f"{topic}/{number}" for topic, number in sorted(partitions))
        LOGGER.info("partitions %s: %s", change, named or "none")

    def _tell(self) -> None:
        self._last_told = time.monotonic()
        lag = self._reader.lag(self._assignments.partitions)
        for (topic, number), behind in lag.items():
            metrics.STREAM_LAG.labels(topic, str(number)).set(behind)
        progress = {**self._worker.settler.books, **self._say(lag)}
        counts = {f"broadsheet.stream.{name}": progress[name] for name in ("seen", "failed", "lag_total", "held")}
        LOGGER.info("progress", extra=counts)
        if self._watch.on_progress:
            self._watch.on_progress(progress)

    def _say(self, lag: dict[Partition, int]) -> dict[str, Any]:
        return {
            "run_id": self.report.run_id,
            "seconds": round(time.perf_counter() - self._started, 3),
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "lag": {f"{topic}/{number}": behind for (topic, number), behind in sorted(lag.items())},
            "lag_total": sum(lag.values()),
            "held": sum(len(each.messages) for each in self._held()),
            "paused": self._paused,
            "waiting": self._worker.settler.is_waiting,
        }
