"""What may be set about the stream."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamSettings:
    """Where a stream comes from, and how it is cut into batches.

    Attributes:
        source: `kafka://HOST:PORT[,HOST:PORT]/TOPIC[,TOPIC]`, or a drop folder.
        group: The consumer group; instances of one group share the partitions.
        make_topics: Whether topics that are not there are made, with as many partitions as the brokers give.
        dead_letter_topic: Where messages that failed are copied to; `{topic}` is their own; empty for nowhere.
        batch_documents: Most documents in a batch.
        batch_bytes: Most bytes in a batch; a larger document is a batch of its own. Three batches are held at most.
        batch_seconds: How long a batch waits for more documents before it goes.
        poll_seconds: How often a drop folder is looked at.
        refresh_seconds: How often rules, decisions and counts made meanwhile are taken up.
        session_timeout_seconds: After how long the group gives the partitions of a silent instance to others.
        rebalance_wait_seconds: How long partitions that go elsewhere wait for the batch that is on its way.
        stop_grace_seconds: How long a stop waits for the batches that are on their way.
        progress_seconds: How often lag and progress are told.
        security_protocol: How brokers are spoken to.
        sasl_mechanism: How the user is proved (`PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512`); empty for none.
        username: User at the brokers.
        password: The user's password.
        ca_certs: File with the certificates that brokers are checked against; empty for the system's.
    """

    source: str = ""
    group: str = "broadsheet"
    make_topics: bool = False
    dead_letter_topic: str = "{topic}.failed"
    batch_documents: int = 500
    batch_bytes: int = 8_000_000
    batch_seconds: float = 2.0
    poll_seconds: float = 2.0
    refresh_seconds: float = 600.0
    session_timeout_seconds: float = 15.0
    rebalance_wait_seconds: float = 10.0
    stop_grace_seconds: float = 30.0
    progress_seconds: float = 10.0
    security_protocol: Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"] = "plaintext"
    sasl_mechanism: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    ca_certs: str = ""
