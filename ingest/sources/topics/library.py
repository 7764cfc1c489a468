"""The library that speaks to Kafka: the only place that imports it (the extra `kafka`)."""

from ingest.errors import UsageError

try:
    from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
    from confluent_kafka.admin import AdminClient
    from confluent_kafka.cimpl import NewTopic
except ModuleNotFoundError as missing:
    raise UsageError(
        f"Kafka needs the extra `kafka` ({missing.name} is missing): pip install 'broadsheet[kafka]'"
    ) from missing

__all__ = [
    "AdminClient",
    "Consumer",
    "KafkaError",
    "KafkaException",
    "Message",
    "NewTopic",
    "Producer",
    "TopicPartition",
]
