"""Settles batches of messages in a thread of its own, so that the group of consumers is served meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Thread

from ingest.jobs.settling import Settler, StreamStopped
from ingest.model import Failed
from ingest.sources.topics import Batch, Message, to_payload
from ingest.sources.topics.client import DeadLetters
from ingest.telemetry.metrics import STREAM_DEAD_LETTERS

CLOSING_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Settled:
    """A batch that came out: done, or given up at a stop, or with the error that ends the stream."""

    batch: Batch
    is_done: bool = False
    error: BaseException | None = None


class Worker:
    """One batch is at work, one more may wait. `held` are both, and those that came out and were not collected yet."""

    def __init__(self, settler: Settler, letters: DeadLetters, run_id: str) -> None:
        self.settler = settler
        self.held: list[Batch] = []
        self._letters = letters
        self._run_id = run_id
        self._waiting: Queue[Batch | None] = Queue(maxsize=1)
        self._settled: Queue[Settled] = Queue()
        # Whoever is told to stop does not wait for an index that is away: the thread dies with the process.
        self._thread = Thread(target=self._work, name="settler", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def offer(self, batch: Batch) -> bool:
        """Hand a batch over; False where one waits already."""
        try:
            self._waiting.put_nowait(batch)
        except Full:
            return False
        self.held.append(batch)
        return True

    def collect(self, seconds: float = 0.0) -> Settled | None:
        """Give the next batch that came out, in order; raise the error that ends the stream."""
        try:
            settled = self._settled.get(timeout=seconds) if seconds else self._settled.get_nowait()
        except Empty:
            return None
        self.held.remove(settled.batch)
        if settled.error is not None:
            raise settled.error
        return settled

    def end(self) -> None:
        """Let the thread end after what it is at, and wait a while for that."""
        if not self._thread.is_alive():
            return
        try:
            self._waiting.put(None, timeout=CLOSING_SECONDS)
        except Full:
            return
        self._thread.join(CLOSING_SECONDS)

    def _work(self) -> None:
        is_stopped = False
        while (batch := self._waiting.get()) is not None:
            # After one that was given up none is settled: its offsets would be committed over those of the first.
            if is_stopped:
                self._settled.put(Settled(batch))
                continue
            try:
                self._settle(batch)
            except StreamStopped:
                is_stopped = True
                self._settled.put(Settled(batch))
            except BaseException as error:  # noqa: BLE001 - it is raised in the thread that collects
                self.settler.fail(error)
                self._settled.put(Settled(batch, error=error))
                return
            else:
                self._settled.put(Settled(batch, is_done=True))
        self.settler.close()

    def _settle(self, batch: Batch) -> None:
        by_origin = {message.origin: message for message in batch.messages}
        failed = self.settler.settle([to_payload(message) for message in batch.messages])
        self.settler.insist(lambda: self._send_letters(by_origin, failed))

    def _send_letters(self, by_origin: dict[str, Message], failed: Sequence[Failed]) -> None:
        letters = [(by_origin[each.trace.origin], each) for each in failed]
        self._letters.send(letters, self._run_id)
        STREAM_DEAD_LETTERS.inc(len(letters))
