"""Topics of Kafka as a source: messages and their payloads, which offsets may be committed, the client behind it."""

from ingest.sources.topics.messages import Message, Partition, to_payload
from ingest.sources.topics.offsets import Assignments, Batch
from ingest.sources.topics.settings import StreamSettings

__all__ = ["Assignments", "Batch", "Message", "Partition", "StreamSettings", "to_payload"]
