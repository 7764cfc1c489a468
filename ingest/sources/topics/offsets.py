"""Which messages are held, and which offsets may be committed: up to the last settled message, if it is ours."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field

from ingest.sources.topics.messages import Message, Partition


@dataclass(slots=True)
class Batch:
    """Messages that are settled together; `held_under` names the assignment under which each partition's came."""

    messages: list[Message] = field(default_factory=list)
    bytes: int = 0
    held_under: dict[Partition, int] = field(default_factory=dict)

    def next_offsets(self) -> dict[Partition, int]:
        """Give for each partition the offset after its last message here."""
        return {message.place: message.offset + 1 for message in self.messages}

    def drop(self, partitions: Iterable[Partition]) -> None:
        """Let go of the messages of partitions."""
        gone = set(partitions)
        self.messages = [message for message in self.messages if message.place not in gone]
        self.bytes = sum(len(message.value) for message in self.messages)
        for partition in gone:
            self.held_under.pop(partition, None)


class Assignments:
    """The partitions that are ours, each under the number of its assignment: one taken away and given back is another.

    So a batch from before cannot commit for its successor, which begins again at what was committed.
    """

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._ours: dict[Partition, int] = {}

    @property
    def partitions(self) -> list[Partition]:
        """The partitions that are ours."""
        return sorted(self._ours)

    def assign(self, partitions: Iterable[Partition]) -> None:
        """Note partitions that became ours."""
        self._ours |= {partition: next(self._numbers) for partition in partitions}

    def revoke(self, partitions: Iterable[Partition]) -> None:
        """Note partitions that are no longer ours."""
        for partition in partitions:
            self._ours.pop(partition, None)

    def take(self, batch: Batch, message: Message) -> bool:
        """Put a message into a batch; False where its partition is not ours, so that it is somebody else's."""
        number = self._ours.get(message.place)
        if number is None:
            return False
        if batch.held_under.setdefault(message.place, number) != number:
            batch.drop([message.place])
            batch.held_under[message.place] = number
        batch.messages.append(message)
        batch.bytes += len(message.value)
        return True

    def committable(self, batch: Batch) -> dict[Partition, int]:
        """Give the offsets that a settled batch may commit."""
        return {
            partition: offset
            for partition, offset in batch.next_offsets().items()
            if self._ours.get(partition) == batch.held_under[partition]
        }
