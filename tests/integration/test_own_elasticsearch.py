"""What only an Elasticsearch of the test's own can show: keys and rights, and a server that is killed."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from ingest import jobs
from ingest.errors import ArticleMissing, IndexUnavailable
from ingest.index.backends.elasticsearch import ElasticsearchIndex
from ingest.index.settings import IndexSettings
from ingest.run_records import RUNS
from ingest.settings import Settings
from services.elasticsearch import Options, Server, running, start
from tests.docs.procedures import follow, serve
from tests.elastic.clocks import FakeClock
from tests.holdings import GIVEN, SEEDS, LateArticle, assert_same, fill, take_stock
from tests.index.articles import write_of

pytestmark = [pytest.mark.elasticsearch, pytest.mark.slow]

PASSWORD = "made-up-for-this-test"  # noqa: S105 - of a server that lives as long as the test
WRITER = ["view_index_metadata", "read", "index", "delete", "maintenance"]
READER = ["view_index_metadata", "read"]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Give a working folder that the services' user can come to."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-home-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def secured(home: Path) -> Iterator[IndexSettings]:
    """Give an administrator's settings for a server with security, with the index prepared."""
    folder = home / ".broadsheet" / "elasticsearch"
    with running(Options(heap_megabytes=512, password=PASSWORD, folder=folder)) as server:
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


def test_keys_are_kept_that_may_do_what_they_are_for(secured: IndexSettings, tmp_path: Path) -> None:
    """Set up twice they are kept; under another prefix they may do nothing, though the server knows them."""
    wanted = jobs.SetUp(keys_folder=str(tmp_path))
    told = []
    for prefix in ("one-", "one-", "other-"):
        flags = {"index.url": secured.url, "index.username": "elastic", "index.password": PASSWORD}
        settings = Settings.load(flags={**flags, "index.prefix": prefix, "index.replicas": 0})
        told.append(jobs.set_up(settings, wanted)["keys"])
    assert told == [dict.fromkeys(("ingest", "search"), each) for each in ("made", "kept", "made")]
    key = (tmp_path / "ingest" / "api.key").read_text().strip()
    index = opened(replace(with_key(secured, key), prefix="other-"))
    assert [receipt.outcome for receipt in index.write([write_of(6, 1)])] == ["written"]
    index.close()


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


@pytest.fixture(scope="module")
def filled(secured: IndexSettings, home: Path) -> Mapping[str, str]:
    """Fill a system with something of everything; give its settings, with the key that `setup` makes for ingesting."""
    prefix, keys = f"t{secrets.token_hex(4)}-", home / "keys"
    flags = {"index.url": secured.url, "index.prefix": prefix, "index.replicas": "0"}
    administrator = flags | {"index.username": secured.username, "index.password": secured.password}
    jobs.set_up(Settings.load(flags=administrator), jobs.SetUp(keys_folder=str(keys)))
    flags["index.api_key_file"] = str(keys / "ingest" / "api.key")
    fill(Settings.load(flags=flags | {"lake.url": str(home / ".broadsheet" / "lake")}))
    return flags


@pytest.fixture
def desk(filled: Mapping[str, str], home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Give the settings of the filled system; they are in the environment, and the working folder is the system's."""
    monkeypatch.chdir(home)
    for name, value in filled.items():
        monkeypatch.setenv(f"BROADSHEET_{name.replace('.', '__').upper()}", value)
    return Settings.load(environment=os.environ)


def test_back_up_and_restore_into_an_empty_server(desk: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy of lake and snapshots is all that another machine needs, with what came between the two."""
    remembered, late = take_stock(desk), LateArticle(desk)
    follow("back up with elasticsearch", {"mkdir": late})
    held = take_stock(desk)
    for name in ("URL", "API_KEY_FILE"):
        monkeypatch.delenv(f"BROADSHEET_INDEX__{name}")
    with tempfile.TemporaryDirectory(prefix="broadsheet-elsewhere-") as name:
        Path(name).chmod(0o755)
        shutil.move("backup", name)
        monkeypatch.chdir(name)
        follow("put back for elasticsearch")
        with serve("an elasticsearch") as url:
            monkeypatch.setenv("BROADSHEET_INDEX__URL", url)
            follow("restore with elasticsearch", {"DATE": late.since})
            assert_same(held | {RUNS: remembered[RUNS]}, take_stock(Settings.load(environment=os.environ)))
            again = jobs.ingest([str(SEEDS / GIVEN[1]), str(late.path)], Settings.load(environment=os.environ))
            assert (again.seen, again.outcomes["unchanged"]) == (2, 2)
            (_, found) = follow("into that elasticsearch", {"seeds": str(SEEDS), "http://127.0.0.1:9200": url}).values()
            assert "publisher: " in found


def test_day_by_day_with_the_key_of_least_privilege(desk: Settings) -> None:
    """Operators have the key that workers have: no command of theirs may need more."""
    told = follow("day by day", {"ID": "1"})
    assert "3 seen" in told["broadsheet quarantine replay"]
    with pytest.raises(ArticleMissing):
        jobs.show("1", desk)


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
