"""What only an Elasticsearch of the test's own can show: keys and rights, and a server that is killed."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from ingest.errors import IndexUnavailable
from ingest.index.backends.elasticsearch import ElasticsearchIndex
from ingest.index.settings import IndexSettings
from services.elasticsearch import Options, Server, running, start
from tests.elastic.clocks import FakeClock
from tests.index.articles import write_of

pytestmark = [pytest.mark.elasticsearch, pytest.mark.slow]

PASSWORD = "made-up-for-this-test"  # noqa: S105 - of a server that lives as long as the test
WRITER = ["view_index_metadata", "read", "index", "delete", "maintenance"]
READER = ["view_index_metadata", "read"]


@pytest.fixture(scope="module")
def secured() -> Iterator[IndexSettings]:
    """Give an administrator's settings for a server with security, with the index prepared."""
    with running(Options(heap_megabytes=512, password=PASSWORD)) as server:
        settings = IndexSettings(url=server.url, username="elastic", password=PASSWORD, replicas=0)
        opened(settings).close()
        yield settings


def opened(settings: IndexSettings, *, write: bool = True) -> ElasticsearchIndex:
    """Open and prepare, with waiting that costs no time."""
    index = ElasticsearchIndex(settings, write=write, clock=FakeClock())
    try:
        index.prepare()
    except BaseException:
        index.close()
        raise
    return index


def make_key(settings: IndexSettings, privileges: Sequence[str], cluster: Sequence[str] = ()) -> tuple[str, str]:
    """Make an API key for the articles; give its id and the key."""
    with Elasticsearch(settings.url, basic_auth=(settings.username, settings.password)) as client:
        roles = {"r": {"cluster": list(cluster), "indices": [{"names": ["article*"], "privileges": list(privileges)}]}}
        key = client.security.create_api_key(name="k", role_descriptors=roles)
        return key["id"], key["encoded"]


def with_key(settings: IndexSettings, key: str) -> IndexSettings:
    """Give the settings of one who has only a key."""
    return replace(settings, username="", password="", api_key=key)


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"username": "", "password": ""}, {"api_key": "d3Jvbmc="}])
def test_wrong_credentials_are_told(secured: IndexSettings, wrong: dict[str, str]) -> None:
    """The message says that it is about security, not about a network."""
    with pytest.raises(IndexUnavailable, match="security_exception"):
        opened(replace(secured, **wrong))  # type: ignore[arg-type]  # strings all


def test_writer_needs_few_rights(secured: IndexSettings) -> None:
    """A key that cannot administer the cluster writes, rewrites and refreshes an index that is there."""
    _, key = make_key(secured, WRITER, ["monitor"])
    index = opened(with_key(secured, key))
    for version in (1, 2):
        assert [receipt.outcome for receipt in index.write([write_of(1, version, comments=3 - version)])] == ["written"]
    index.refresh()
    assert len(index.comments(write_of(1, 1).id)) == 1
    index.close()


def test_reader_reads_and_cannot_write(secured: IndexSettings) -> None:
    """A key for searching: a write through it is refused as a state, and no document is blamed."""
    admin = opened(secured)
    admin.write([write_of(2, 1, given_id="HC-2")])
    admin.refresh()
    admin.close()
    _, key = make_key(secured, READER)
    reader = opened(with_key(secured, key), write=False)
    assert reader.find("HC-2") is not None
    assert reader.documents([write_of(2, 1).id])
    with pytest.raises(IndexUnavailable, match="security_exception"):
        reader.write([write_of(3, 1)])
    reader.close()


def test_revoked_key_stops_the_writer(secured: IndexSettings) -> None:
    """A key that is revoked in the middle of a run: the writer pauses, then says so; nothing is rejected."""
    identity, key = make_key(secured, WRITER, ["monitor"])
    index = opened(with_key(secured, key))
    index.write([write_of(4, 1)])
    with Elasticsearch(secured.url, basic_auth=(secured.username, secured.password)) as client:
        client.security.invalidate_api_key(ids=[identity])
    with pytest.raises(IndexUnavailable, match="security_exception"):
        index.write([write_of(5, 1)])
    index.close()


def test_acknowledged_writes_survive_a_killed_server() -> None:
    """`written` means durable: a server killed in the middle of a batch has every acknowledged one when it is back."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-killed-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        options = Options(heap_megabytes=512, folder=folder)
        acknowledged = write_until_killed(start(options))
        assert acknowledged
        with running(options) as server:
            index = opened(IndexSettings(url=server.url, replicas=0))
            standing = index.standing(sorted(acknowledged))
            assert {key: found.version for key, found in standing.items()} == acknowledged
            index.close()


def write_until_killed(server: Server) -> dict[str, int]:
    """Write batch upon batch, kill the server after some, and give what was acknowledged until the end."""
    index = opened(IndexSettings(url=server.url, replicas=0))
    acknowledged: dict[str, int] = {}
    killer = threading.Timer(0.0, os.killpg, (server.process.pid, signal.SIGKILL))
    try:
        for number in range(10_000):
            if number == 5:
                killer.start()
            writes = [write_of(number * 50 + n, n + 1, comments=n % 2) for n in range(50)]
            receipts = index.write(writes)
            acknowledged |= {r.id: w.version for r, w in zip(receipts, writes, strict=True) if r.outcome == "written"}
    except IndexUnavailable:
        killer.join()
    finally:
        index.close()
        server.stop()
    return acknowledged
