"""What every test stands on: no network (loopback where marked), no outer settings, one Elasticsearch a worker."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, settings

from services import elasticsearch, kafka
from tests.network import odd_server
from tests.network.odd_server import Names, OddServer

# Read now: a test sees no BROADSHEET_* variable.
EXISTING_ELASTICSEARCH = os.environ.get(elasticsearch.VARIABLE)
EXISTING_KAFKA = os.environ.get("BROADSHEET_TEST_KAFKA")
INTEGRATION_MARKERS = ("elasticsearch", "kafka", "airflow", "scale")
LOOPBACK = ["127.0.0.1", "::1"]
TESTS = Path(__file__).parent
# A file of tests with services goes to one worker whole. The longest begin first, so that no worker ends long before
# the other.
LONGEST = (
    "dags/test_running_system.py",
    "dags/test_repairs.py",
    "integration/test_main_job.py",
    "integration/test_openapi.py",
    "integration/test_crashes.py",
    "services/test_containers.py",
    "test_packaging.py",
    "integration/test_stream.py",
    "integration/test_own_elasticsearch.py",
    "integration/test_reindexing.py",
    "web/test_pages.py",
    "dags/test_ingest_articles.py",
    "jobs/test_any_history.py",
)

# Deadlines and slow data would make a test's outcome a matter of the machine's load, and chance a matter of luck: every
# run tries the same examples. `make bench` tries others, more of them: `--hypothesis-profile random`.
settings.register_profile(
    "same", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("random", settings.get_profile("same"), derandomize=False, max_examples=1000)
settings.load_profile("same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let integration tests reach loopback, and put the files that take longest first."""
    for item in items:
        if any(item.get_closest_marker(name) for name in INTEGRATION_MARKERS):
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.relative_to(TESTS).as_posix(), len(LONGEST)))


@pytest.fixture(autouse=True)
def no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove BROADSHEET_* variables: a test's outcome must not hang on who runs it."""
    for variable in [name for name in os.environ if name.startswith("BROADSHEET_")]:
        monkeypatch.delenv(variable)


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """Give the address of a real Elasticsearch: BROADSHEET_TEST_ELASTICSEARCH_URL, else one of this run's own."""
    if EXISTING_ELASTICSEARCH:
        yield EXISTING_ELASTICSEARCH.rstrip("/")
        return
    with elasticsearch.running(elasticsearch.Options(heap_megabytes=768)) as server:
        yield server.url


@pytest.fixture(scope="session")
def kafka_account() -> tuple[str, str]:
    """Invent a user with a password."""
    return "newsdesk", secrets.token_hex(8)


@pytest.fixture(scope="session")
def kafka_broker(kafka_account: tuple[str, str]) -> Iterator[kafka.Broker]:
    """Start a real Kafka that knows the user, once a session."""
    with kafka.running(kafka.Options(accounts=dict([kafka_account]))) as broker:
        yield broker


@pytest.fixture(scope="session")
def kafka_address(request: pytest.FixtureRequest) -> str:
    """Give the address of a real Kafka: BROADSHEET_TEST_KAFKA, else one of this run's own."""
    if EXISTING_KAFKA:
        return EXISTING_KAFKA
    broker: kafka.Broker = request.getfixturevalue("kafka_broker")
    return broker.address


@pytest.fixture
def elasticsearch_prefix(elasticsearch_url: str) -> Iterator[str]:
    """Give a prefix for index names that nothing else uses, and remove what was made under it."""
    prefix = f"test-{secrets.token_hex(4)}-"
    yield prefix
    with Elasticsearch(elasticsearch_url) as client:
        # One by one: by default a server refuses to delete by wildcard.
        for name in client.indices.get(index=f"{prefix}*", expand_wildcards="all"):
            client.indices.delete(index=name)


@pytest.fixture
def web() -> Iterator[OddServer]:
    """Run a web server that does what it is told, good or bad."""
    with odd_server.running() as server:
        yield server


@pytest.fixture
def names() -> Names:
    """Give a resolver that knows only what a test tells it."""
    return Names()
