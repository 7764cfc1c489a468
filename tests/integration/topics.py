"""Topics of a test's own on a real Kafka: made, filled and read."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

SECONDS = 20.0


@dataclass(frozen=True)
class Topic:
    """One topic with a consumer group that nobody else uses."""

    brokers: str
    name: str
    partitions: int

    @property
    def url(self) -> str:
        """Give what `stream` is called with."""
        return f"kafka://{self.brokers}/{self.name}"

    @property
    def group(self) -> str:
        """Name the group."""
        return f"group-of-{self.name}"

    def send(self, messages: Iterable[Mapping[str, Any] | bytes]) -> None:
        """Write messages; articles go to partitions in turn, by the number that their URL ends with."""
        producer = Producer({"bootstrap.servers": self.brokers})
        for message in messages:
            if isinstance(message, bytes):
                producer.produce(self.name, message)
            else:
                number = int(message["url"].rpartition("/")[2]) % self.partitions
                producer.produce(self.name, json.dumps(message).encode(), key=message["url"], partition=number)
        assert producer.flush(SECONDS) == 0

    def shares(self) -> list[int]:
        """Count the partitions of each member of the group."""
        admin = AdminClient({"bootstrap.servers": self.brokers})
        try:
            found = admin.describe_consumer_groups([self.group])[self.group].result(SECONDS)
        except KafkaException:  # nobody has joined it yet
            return []
        return [len(member.assignment.topic_partitions) for member in found.members]

    def ends(self) -> dict[int, int]:
        """Give the offset after the last message of each partition."""
        with reading(self.brokers, self.group) as consumer:
            return {
                number: consumer.get_watermark_offsets(TopicPartition(self.name, number), SECONDS)[1]
                for number in range(self.partitions)
            }

    def committed(self) -> dict[int, int]:
        """Give what the group has committed in each partition, 0 for nothing."""
        with reading(self.brokers, self.group) as consumer:
            asked = [TopicPartition(self.name, number) for number in range(self.partitions)]
            return {each.partition: max(0, each.offset) for each in consumer.committed(asked, SECONDS)}

    def is_settled(self) -> bool:
        """Tell whether everything is committed."""
        return self.committed() == self.ends()

    def dead_letters(self) -> list[Message]:
        """Read every dead letter."""
        name = f"{self.name}.failed"
        with reading(self.brokers, f"reader-of-{name}") as consumer:
            end = consumer.get_watermark_offsets(TopicPartition(name, 0), SECONDS)[1]
            consumer.assign([TopicPartition(name, 0, 0)])
            return consumer.consume(end, SECONDS) if end else []


def reading(brokers: str, group: str) -> Consumer:
    """Give a consumer that is no member of any group."""
    return Consumer({"bootstrap.servers": brokers, "group.id": group, "enable.auto.commit": False})


def make_topic(brokers: str, partitions: int) -> Topic:
    """Make a topic with a name of its own."""
    name = f"t{secrets.token_hex(4)}"
    admin = AdminClient({"bootstrap.servers": brokers})
    for future in admin.create_topics([NewTopic(name, partitions, 1)]).values():
        try:
            future.result(SECONDS)
        except KafkaException as error:
            raise AssertionError(str(error)) from error
    return Topic(brokers, name, partitions)


def header(message: Message, name: str) -> str:
    """Give a header's text."""
    value = dict(message.headers() or [])[name]
    assert isinstance(value, bytes)
    return value.decode()
