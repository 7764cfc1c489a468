"""The Kafka client: a member of a consumer group, and who writes dead letters."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.errors import BrokerUnavailable, UsageError
from ingest.model import Failed
from ingest.sources.topics.connection import PATIENCE_SECONDS, REFUSED, Address, Connection, code_of, text_of
from ingest.sources.topics.library import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from ingest.sources.topics.library import Message as KafkaMessage
from ingest.sources.topics.messages import Message, Partition
from ingest.sources.topics.settings import StreamSettings

LOGGER = logging.getLogger(__name__)
Header = tuple[str, str | bytes | None]
FLUSH_SECONDS = 30.0
# Codes of a group that is changing: the partitions are ours still and the commit will do, or we are told that they are
# another member's, who does the work again.
OVERTAKEN = frozenset(
    {"ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "REBALANCE_IN_PROGRESS", "FENCED_INSTANCE_ID", "_STATE"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebalance:
    """Who is told of partitions that come, that go and may be waited for, and that are gone already."""

    on_assigned: Callable[[list[Partition]], None]
    on_revoked: Callable[[list[Partition]], None]
    on_lost: Callable[[list[Partition]], None]


class TopicReader:
    """A member of a consumer group that commits only what it is told to."""

    def __init__(self, address: Address, settings: StreamSettings, rebalance: Rebalance) -> None:
        self._paused = False
        self._rebalance = rebalance
        connection = Connection(address, settings)
        self._consumer = Consumer({**connection.options, **_group_options(settings)}, logger=LOGGER)
        try:
            if settings.make_topics:
                connection.make_topics(address.topics)
            connection.check_topics(self._consumer)
            self._consumer.subscribe(
                list(address.topics),
                on_assign=self._take_assigned,
                on_revoke=self._take_revoked,
                on_lost=self._take_lost,
            )
        except BaseException:
            self._consumer.close()
            raise

    def poll(self, most: int, seconds: float) -> list[Message]:
        """Give messages that have come, waiting for the first of them; serve the group meanwhile.

        Raises UsageError where the brokers refuse us, BrokerUnavailable where the client cannot go on.
        """
        taken = self._consumer.consume(max(1, most), seconds)
        return [to_message(message) for message in taken if not _is_trouble(message)]

    def pause(self) -> None:
        """Fetch nothing more; the group is still served by `poll`."""
        self._paused = True
        self._consumer.pause(self._consumer.assignment())

    def resume(self) -> None:
        """Fetch again."""
        self._paused = False
        self._consumer.resume(self._consumer.assignment())

    def commit(self, offsets: Mapping[Partition, int]) -> bool:
        """Commit offsets durably; False where the group is changing, or has without us. Raise BrokerUnavailable."""
        if not offsets:
            return True
        wanted = [TopicPartition(topic, number, offset) for (topic, number), offset in offsets.items()]
        try:
            _assert_done(self._consumer.commit(offsets=wanted, asynchronous=False))
        except KafkaException as error:
            if code_of(error) in OVERTAKEN:
                return False
            raise BrokerUnavailable(f"offsets could not be committed: {text_of(error)}") from error
        return True

    def lag(self, partitions: Sequence[Partition]) -> dict[Partition, int]:
        """Count for each partition the messages after what is committed; what cannot be asked for is left out."""
        found: dict[Partition, int] = {}
        try:
            asked = [TopicPartition(topic, number) for topic, number in partitions]
            for done in self._consumer.committed(asked, timeout=PATIENCE_SECONDS) if asked else ():
                low, high = self._consumer.get_watermark_offsets(done, timeout=PATIENCE_SECONDS)
                found[done.topic, done.partition] = high - max(low, done.offset)
        except KafkaException as error:
            LOGGER.warning("the lag cannot be told: %s", text_of(error))
        return found

    def close(self) -> None:
        """Leave the group."""
        self._consumer.close()

    def _take_assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        consumer.incremental_assign(partitions)
        if self._paused:
            consumer.pause(partitions)
        self._rebalance.on_assigned([(each.topic, each.partition) for each in partitions])

    def _take_revoked(self, _: Consumer, partitions: list[TopicPartition]) -> None:
        self._rebalance.on_revoked([(each.topic, each.partition) for each in partitions])

    def _take_lost(self, _: Consumer, partitions: list[TopicPartition]) -> None:
        self._rebalance.on_lost([(each.topic, each.partition) for each in partitions])


class DeadLetters:
    """Copies messages that failed to a topic of their own, with what went wrong in headers."""

    def __init__(self, address: Address, settings: StreamSettings) -> None:
        self._pattern = settings.dead_letter_topic
        connection = Connection(address, settings)
        options = {**connection.options, "acks": "all", "enable.idempotence": True}
        self._producer = Producer(options, logger=LOGGER)
        topics = {self._name(topic) for topic in address.topics} if self._pattern else set()
        connection.make_topics(sorted(topics))

    def send(self, failures: Sequence[tuple[Message, Failed]], run_id: str) -> None:
        """Copy messages, all acknowledged on return; raise BrokerUnavailable where that cannot be had."""
        if not self._pattern or not failures:
            return
        refused: list[str] = []
        for message, failed in failures:
            self._produce(message, to_headers(message, failed, run_id), refused)
        left = self._producer.flush(FLUSH_SECONDS)
        if left or refused:
            self._producer.purge()
            raise BrokerUnavailable(f"{left + len(refused)} dead letters were not taken: {', '.join(refused[:1])}")

    def _produce(self, message: Message, headers: list[Header], refused: list[str]) -> None:
        def note(error: KafkaError | None, _: KafkaMessage) -> None:
            if error is not None:
                refused.append(str(error))

        topic = self._name(message.topic)
        try:
            self._producer.produce(topic, value=message.value, key=message.key, headers=headers, on_delivery=note)
        except KafkaException as error:
            if code_of(error) != "MSG_SIZE_TOO_LARGE":
                raise BrokerUnavailable(f"a dead letter was not taken: {text_of(error)}") from error
            # The bytes are in the lake; the headers say where the message stands.
            self._producer.produce(topic, value=b"", key=message.key, headers=headers, on_delivery=note)
        self._producer.poll(0)

    def _name(self, topic: str) -> str:
        return self._pattern.replace("{topic}", topic)


def to_message(message: KafkaMessage) -> Message:
    """Take what is needed from the client's message."""
    kind, stamp = message.timestamp()
    headers: Any = message.headers() or ()
    return Message(
        topic=message.topic() or "",
        partition=message.partition() or 0,
        offset=message.offset() or 0,
        key=message.key(),
        value=message.value() or b"",
        headers=tuple((name, value) for name, value in headers if value is not None),
        timestamp_ms=stamp if kind else 0,
    )


def to_headers(message: Message, failed: Failed, run_id: str) -> list[Header]:
    """Give a dead letter's headers: the message's own, and then why it failed and where it stands."""
    said = {
        "stage": failed.stage,
        "error": failed.error,
        "message": failed.message,
        "topic": message.topic,
        "partition": str(message.partition),
        "offset": str(message.offset),
        "document": failed.trace.id,
        "run": run_id,
    }
    added: list[Header] = [(f"broadsheet-{name}", value.encode("utf-8", "replace")) for name, value in said.items()]
    return [*message.headers, *added]


def _assert_done(partitions: Sequence[TopicPartition]) -> None:
    for each in partitions:
        if each.error is not None:
            raise KafkaException(each.error)


def _is_trouble(message: KafkaMessage) -> bool:
    error = message.error()
    if error is None:
        return False
    if error.name() in REFUSED:
        raise UsageError(str(error))
    if error.fatal():
        raise BrokerUnavailable(str(error))
    LOGGER.warning("Kafka: %s", error)
    return True


def _group_options(settings: StreamSettings) -> dict[str, Any]:
    session_ms = int(settings.session_timeout_seconds * 1000)
    return {
        "group.id": settings.group,
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "earliest",
        "partition.assignment.strategy": "cooperative-sticky",
        "session.timeout.ms": session_ms,
        "heartbeat.interval.ms": max(100, session_ms // 5),
        # What the client fetches ahead counts as held, too.
        "queued.max.messages.kbytes": max(1024, settings.batch_bytes // 1024),
    }
