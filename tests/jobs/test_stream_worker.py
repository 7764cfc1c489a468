"""What the thread that settles batches gives back when it is told to stop."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest

from ingest.errors import IndexUnavailable
from ingest.jobs import settling
from ingest.jobs.ingestion import IngestReport
from ingest.jobs.settling import Settler
from ingest.jobs.stream_worker import Worker
from ingest.model import Failed, Payload
from ingest.settings import Settings
from ingest.sources.topics import Batch, Message
from ingest.sources.topics.client import DeadLetters

SECONDS = 30.0


class NoLetters(DeadLetters):
    """Takes no dead letters, and asks no broker."""

    def __init__(self) -> None:
        self._pattern = ""


def make_batch(offset: int) -> Batch:
    """Make a batch of one message."""
    return Batch([Message(topic="stories", partition=0, offset=offset, value=b'{"text": "The ferry was late."}')])


def test_nothing_is_settled_after_a_batch_that_was_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told to stop while the index is away, with the next batch waiting and the index back for that one.

    If it were settled, its offset would be committed, and the batch before it never read again.
    """
    stop, tried, settings = Event(), list[str](), Settings.load(flags={"lake.url": str(tmp_path / "lake")})

    def take(_settler: Settler, payloads: Sequence[Payload]) -> list[Failed]:
        tried.extend(payload.origin for payload in payloads)
        if len(tried) > 1:
            return []
        worker.offer(make_batch(1))
        stop.set()
        raise IndexUnavailable("the index is away")

    monkeypatch.setattr(settling.Settler, "_take", take)
    worker = Worker(Settler(settings, IngestReport(run_id="r1"), stop), NoLetters(), "r1")
    worker.offer(make_batch(0))
    worker.start()
    out = [worker.collect(SECONDS) for _ in range(2)]
    worker.end()
    assert [(each.batch.messages[0].offset, each.is_done) for each in out if each] == [(0, False), (1, False)]
    assert tried == ["kafka://stories/0/0"]
