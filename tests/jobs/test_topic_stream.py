"""What the stream of topics commits while its group changes, with a reader that plays the broker."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ingest.jobs import topic_stream
from ingest.jobs.watch import Watch
from ingest.settings import Settings
from ingest.sources.topics import Message, Partition
from ingest.sources.topics.client import Rebalance

TOPIC = "stories"


def make_message(partition: int) -> Message:
    """Make the only message of a partition."""
    text = " ".join(f"harbour{partition}{word}" for word in range(40))
    value = json.dumps({"url": f"https://a.example/{partition}", "text": f"{text}."}).encode()
    return Message(topic=TOPIC, partition=partition, offset=0, value=value)


class Broker:
    """Gives two partitions with one message each, and refuses commits as often as it is told to."""

    def __init__(self, refusals: int, *, takes_away: bool = False) -> None:
        self.asked: list[dict[Partition, int]] = []
        self.committed: dict[Partition, int] = {}
        self.is_closed = False
        self._refusals = refusals
        self._takes_away = takes_away
        self._steps = self._play()

    def listen(self, _address: object, _settings: object, rebalance: Rebalance) -> Broker:
        """Stand where the reader is made."""
        self._rebalance = rebalance
        return self

    def poll(self, _most: int, _seconds: float) -> list[Message]:
        """Give what comes next."""
        return next(self._steps, [])

    def commit(self, offsets: Mapping[Partition, int]) -> bool:
        """Refuse, or take."""
        self.asked.append(dict(offsets))
        if len(self.asked) <= self._refusals:
            return False
        self.committed |= offsets
        return True

    def lag(self, _partitions: object) -> dict[Partition, int]:
        """Tell of no lag."""
        return {}

    def close(self) -> None:
        """Note it."""
        self.is_closed = True

    def _play(self) -> Iterator[list[Message]]:
        self._rebalance.on_assigned([(TOPIC, 0), (TOPIC, 1)])
        yield [make_message(0), make_message(1)]
        while len(self.asked) < self._refusals:
            yield []
        if self._takes_away:
            self._rebalance.on_lost([(TOPIC, 1)])


class NoLetters:
    """Takes no dead letters."""

    def __init__(self, *_: object) -> None:
        pass

    def send(self, failures: list[Any], _run_id: str) -> None:
        """Fail where there are any."""
        assert failures == []


def run_stream(broker: Broker, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stream until idle."""
    monkeypatch.setattr(topic_stream, "TopicReader", broker.listen)
    monkeypatch.setattr(topic_stream, "DeadLetters", NoLetters)
    flags = {
        "index.url": f"tantivy:{folder / 'index'}",
        "lake.url": str(folder / "lake"),
        "stream.source": f"kafka://127.0.0.1:1/{TOPIC}",
        "stream.batch_seconds": 0.01,
    }
    report = topic_stream.TopicStream(Settings.load(flags=flags), Watch(until_idle_seconds=0.3)).run()
    assert report.outcomes["indexed"] == 2
    assert broker.is_closed


def test_a_commit_refused_while_the_group_changes_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partitions stay ours through a change of the group: what is settled is committed without more messages."""
    broker = Broker(refusals=2)
    run_stream(broker, tmp_path, monkeypatch)
    assert broker.committed == {(TOPIC, 0): 1, (TOPIC, 1): 1}
    assert len(broker.asked) == 3


def test_a_partition_that_went_away_is_committed_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was due for it goes with it; the other one is committed."""
    broker = Broker(refusals=2, takes_away=True)
    run_stream(broker, tmp_path, monkeypatch)
    assert broker.committed == {(TOPIC, 0): 1}
