"""How brokers are reached, what they refuse, and which topics there are."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.errors import BrokerUnavailable, UsageError
from ingest.sources.topics.library import AdminClient, Consumer, KafkaError, KafkaException, NewTopic
from ingest.sources.topics.settings import StreamSettings

LOGGER = logging.getLogger(__name__)
SCHEME = "kafka://"
PATIENCE_SECONDS = 10.0
FIRST_ASK_SECONDS = 0.25
REFUSED = frozenset(
    {"_AUTHENTICATION", "TOPIC_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED", "SASL_AUTHENTICATION_FAILED"}
)
# At the start that is said of certificates that do not fit, later also of connections that break off.
REFUSED_AT_START = REFUSED | {"_SSL"}


@dataclass(frozen=True, slots=True)
class Address:
    """Brokers and topics."""

    brokers: str
    topics: tuple[str, ...]


def parse_address(url: str) -> Address:
    """Read `kafka://HOST:PORT[,HOST:PORT]/TOPIC[,TOPIC]`; raise UsageError where it is none."""
    brokers, _, names = url.removeprefix(SCHEME).partition("/")
    topics = tuple(name.strip() for name in names.split(",") if name.strip())
    if not url.startswith(SCHEME) or not brokers or not topics or "@" in brokers:
        told = url.rpartition("@")[2]
        raise UsageError(f"{told}: write kafka://HOST:PORT/TOPIC; user and password are settings (stream.username)")
    return Address(brokers, topics)


class Connection:
    """What every client of one set of brokers is made with; it keeps what they refused.

    The library goes on trying, whatever brokers say, and tells what they said beside its calls.
    """

    def __init__(self, address: Address, settings: StreamSettings) -> None:
        self.options = _to_options(address, settings) | {"error_cb": self._hear}
        self._address = address
        self._refusal: KafkaError | None = None

    def check_topics(self, consumer: Consumer) -> None:
        """Raise BrokerUnavailable where no broker answers, UsageError where one refuses us, or a topic is not there."""
        known = self._list_topics(consumer)
        missing = [name for name in self._address.topics if name not in known]
        if missing:
            raise UsageError(f"{self._address.brokers}: there is no topic {', '.join(missing)}")

    def make_topics(self, names: Sequence[str]) -> None:
        """Make topics that are missing; raise UsageError where the brokers do not let us, else as `check_topics`."""
        if not names:
            return
        admin = AdminClient(self.options, logger=LOGGER)
        known = self._list_topics(admin)
        missing = [NewTopic(name, num_partitions=-1, replication_factor=-1) for name in names if name not in known]
        try:
            for future in (admin.create_topics(missing) if missing else {}).values():
                future.result(PATIENCE_SECONDS)
            self._wait_until_known(admin, {topic.topic for topic in missing})
        except KafkaException as error:
            if code_of(error) != "TOPIC_ALREADY_EXISTS":
                hint = "make it, or change stream.source or stream.dead_letter_topic"
                raise _explain(error, f"{', '.join(names)} could not be made: {hint}") from error

    def _hear(self, error: KafkaError) -> None:
        LOGGER.warning("Kafka: %s", error)
        if error.name() in REFUSED_AT_START:
            self._refusal = error

    def _list_topics(self, client: Consumer | AdminClient) -> Collection[str]:
        """Name all topics, asking with growing patience so that a refusal is told soon."""
        deadline, seconds = time.monotonic() + PATIENCE_SECONDS, FIRST_ASK_SECONDS
        while True:
            try:
                topics: Collection[str] = client.list_topics(timeout=seconds).topics
            except KafkaException as error:
                client.poll(0)  # what was told meanwhile is heard here
                if self._refusal is not None:
                    raise UsageError(f"{self._address.brokers}: {self._refusal.str()}") from error
                if time.monotonic() > deadline:
                    raise _explain(error, self._address.brokers) from error
                seconds *= 2
            else:
                return topics

    def _wait_until_known(self, admin: AdminClient, names: set[str]) -> None:
        """Wait until the brokers tell of topics that they have just made, which they do a moment later."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while names and not names <= set(self._list_topics(admin)):
            if time.monotonic() > deadline:
                break
            time.sleep(0.1)


def _explain(error: KafkaException, where: str) -> UsageError | BrokerUnavailable:
    """Tell what only waiting mends from what somebody must set right; codes that begin so are the client's own."""
    is_away = code_of(error).startswith("_") and code_of(error) not in REFUSED
    return (BrokerUnavailable if is_away else UsageError)(f"{where}: {text_of(error)}")


def text_of(error: KafkaException) -> str:
    """Say what went wrong."""
    held = error.args[0] if error.args else error
    return held.str() if isinstance(held, KafkaError) else str(held)


def code_of(error: KafkaException) -> str:
    """Give the name of the error's code; empty where it has none."""
    held = error.args[0] if error.args else None
    return held.name() if isinstance(held, KafkaError) else ""


def _to_options(address: Address, settings: StreamSettings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "bootstrap.servers": address.brokers,
        "client.id": "broadsheet",
        "security.protocol": settings.security_protocol,
    }
    if settings.sasl_mechanism:
        options |= {
            "sasl.mechanism": settings.sasl_mechanism,
            "sasl.username": settings.username,
            "sasl.password": settings.password,
        }
    return options | ({"ssl.ca.location": settings.ca_certs} if settings.ca_certs else {})
