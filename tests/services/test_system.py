"""The parts of the natively run system that need no server: secrets, ports, who owns what, what health means."""

from __future__ import annotations

import io
import json
import os
import socket
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services import airflow, certificates, health, postgres, system
from services.cache import locked
from services.certificates import make_certificates
from services.failure import ServiceError
from services.layout import PORTS, System, lay_out, read_system
from services.processes import Launch
from services.supervisor import Supervisor, find_running, registered, start_time

pytestmark = pytest.mark.enable_socket  # a port is found by taking it


def test_secrets_are_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    """Data that stands was made with them; who reads them owns the system."""
    first = lay_out(tmp_path / "system")
    again = lay_out(tmp_path / "system")
    assert first.secrets == again.secrets == read_system(tmp_path / "system").secrets
    assert len(set(first.secrets.values())) == len(first.secrets)
    assert all(len(secret) >= 40 for secret in first.secrets.values())
    assert stat.S_IMODE((tmp_path / "system" / "secrets.json").stat().st_mode) == 0o600
    assert not any(secret in repr(first) for secret in first.secrets.values())


def test_a_port_that_is_taken_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else's Elasticsearch on 9200 is not ours to meet."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setitem(PORTS, "api", other.getsockname()[1])
        ports = lay_out(tmp_path).ports
    assert ports["api"] != PORTS["api"]
    assert len(set(ports.values())) == len(ports)


def test_two_systems_start_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both would find the same ports free, since nobody listens on them yet."""

    def fail(*_: object, **__: object) -> None:
        raise ServiceError("laid out")

    monkeypatch.setenv("BROADSHEET_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(system, "lay_out", fail)
    with ThreadPoolExecutor(1) as pool:
        with locked("system-start"):
            second = pool.submit(system.bring_up, tmp_path / "second")
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(ServiceError, match="laid out"):
            second.result(timeout=120)


def test_settings_of_the_command_line_hold_no_secret(tmp_path: Path) -> None:
    """The file is sourced in shells, whose environment others may see."""
    laid = lay_out(tmp_path)
    text = (tmp_path / "broadsheet.env").read_text()
    assert "BROADSHEET_INDEX__API_KEY_FILE=" in text
    assert not any(secret in text for secret in laid.secrets.values())


def test_the_catalogue_of_sources_reaches_every_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DAGs are made of it, tasks look at its sources, the API shows them, and the command line adds to the same."""
    laid = lay_out(tmp_path / "plain")
    assert laid.catalogue == tmp_path / "plain" / "sources.toml"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BROADSHEET_SOURCES__FILE", "desk.toml")
    named = lay_out(tmp_path / "named")
    monkeypatch.delenv("BROADSHEET_SOURCES__FILE")
    assert read_system(tmp_path / "named").catalogue == named.catalogue == tmp_path / "desk.toml"
    for system_ in (laid, named):
        told = f"BROADSHEET_SOURCES__FILE={system_.catalogue}\n"
        assert told in (system_.folder / "broadsheet.env").read_text()
        for launch in [*airflow.servers(system_).values(), Supervisor(system_).api()]:
            assert launch.environment["BROADSHEET_SOURCES__FILE"] == str(system_.catalogue)


def test_owner_is_known_by_its_process_and_the_moment_it_began(tmp_path: Path) -> None:
    """A process id is given out again: `down` must never end a stranger."""
    with registered(tmp_path):
        running = find_running(tmp_path)
        assert running is not None
        assert running.pid == os.getpid()
        held = json.loads((tmp_path / "supervisor.json").read_text())
        (tmp_path / "supervisor.json").write_text(json.dumps({**held, "started": "1"}))
        assert find_running(tmp_path) is None
        assert system.take_down(tmp_path) is False
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    assert start_time(ended.pid) == ""


def test_status_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Asking before the first start is no accident."""
    assert system.main(["status", "--folder", str(tmp_path)]) == 3
    assert system.main(["down", "--folder", str(tmp_path)]) == 0
    assert "no system runs" in capsys.readouterr().out


ANSWERS = [
    ({"metadatabase": {"status": "healthy"}, "scheduler": {"status": "unhealthy"}}, "scheduler: unhealthy"),
    ({"scheduler": {"status": None}}, "scheduler: not there"),
    ({"wrong": "no answer (refused)"}, "scheduler: no answer (refused)"),
    ({"scheduler": {"status": "healthy"}}, ""),
]


@pytest.mark.parametrize(("body", "wrong"), ANSWERS)
def test_health_is_what_the_body_says(
    body: dict[str, object], wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Airflow answers 200 while its scheduler is dead."""
    monkeypatch.setattr(health, "_read", lambda *_: body)
    assert health.airflow_part("scheduler")(lay_out(tmp_path)) == wrong


STREAMS = [
    (b"broadsheet_stream_waiting 0.0\n", ""),
    (b"broadsheet_stream_waiting 1.0\n", "waits for the index or the disk"),
    (b"python_info 1.0\n", "says nothing of a stream"),
]


@pytest.mark.parametrize(("body", "wrong"), STREAMS)
def test_a_stream_that_waits_is_not_well(
    body: bytes, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lives, and takes nothing in: an operator must see the difference."""
    monkeypatch.setattr(health, "_open", lambda *_: io.BytesIO(body))
    assert health.check_stream(lay_out(tmp_path)) == wrong


def test_a_worker_is_well_that_answers_a_ping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that lost its queue lives on and does nothing."""
    ping = {"worker-1": ["true"], "worker-2": ["sh", "-c", "echo Error: No nodes replied >&2; exit 69"]}

    def command(_: System, name: str) -> Launch:
        return Launch(command=ping[name], environment={}, folder=tmp_path, output=Path(os.devnull))

    monkeypatch.setattr(airflow, "ping_worker", command)
    told = {name: health.CHECKS[name](lay_out(tmp_path)) for name in airflow.WORKERS}
    assert told == {"worker-1": "", "worker-2": "answers no ping (Error: No nodes replied)"}


def test_whatever_can_run_can_be_asked(tmp_path: Path) -> None:
    """A service that nobody asks is said to be well while it is not."""
    laid = lay_out(tmp_path, executor="CeleryExecutor", extras=("kafka",))
    assert set(health.CHECKS) == {
        *airflow.servers(laid),
        "elasticsearch",
        "postgres",
        "redis",
        "kafka",
        "api",
        "stream",
    }


def test_certificates_are_checked_by_their_authority(tmp_path: Path) -> None:
    """Clients trust the authority alone, and a server by its own name; its key is for few; what stands is kept."""
    first = tmp_path / "first"
    authority = make_certificates(first, ["elasticsearch", "redis"])
    stranger = make_certificates(tmp_path / "second", ["elasticsearch"])
    assert {name: trusts(authority, first, name) for name in ("elasticsearch", "localhost", "redis")} == {
        "elasticsearch": True,
        "localhost": True,
        "redis": False,
    }
    assert not trusts(stranger, first, "elasticsearch")
    assert not (first / "ca.key").exists()
    modes = {path.name: path.stat().st_mode & 0o777 for path in (first / "redis").iterdir()}
    assert modes == {"ca.crt": 0o644, "server.crt": 0o644, "server.key": 0o640, "server.pem": 0o640}
    kept = (first / "elasticsearch" / "server.crt").read_bytes()
    make_certificates(first, ["elasticsearch"])
    assert (first / "elasticsearch" / "server.crt").read_bytes() == kept
    # One more server, and all have another authority: the key of the one before is not kept.
    assert trusts(make_certificates(first, ["elasticsearch", "kibana"]), first, "elasticsearch")
    assert (first / "elasticsearch" / "server.crt").read_bytes() != kept


@pytest.mark.parametrize("what", ["it ends soon", "it was interrupted"])
def test_certificates_that_will_not_do_are_made_anew(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody looks at the day on which all connections end, nor at a start that was broken off."""
    with monkeypatch.context() as patch:
        patch.setattr(certificates, "DAYS", "20" if what == "it ends soon" else "825")
        authority = make_certificates(tmp_path, ["elasticsearch"])
    before = authority.read_bytes()
    if what == "it was interrupted":
        authority.unlink()
    make_certificates(tmp_path, ["elasticsearch"])
    assert authority.read_bytes() != before
    assert trusts(authority, tmp_path, "elasticsearch")


def trusts(authority: Path, folder: Path, host: str) -> bool:
    """Tell whether a client of an authority takes the index's server for a host."""
    certificate = str(folder / "elasticsearch" / "server.crt")
    command = ["openssl", "verify", "-verify_hostname", host, "-CAfile", str(authority), certificate]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_missing_postgres_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Who may not install packages can name a folder."""
    monkeypatch.setenv("BROADSHEET_CACHE", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres, "find", lambda: None)
    with pytest.raises(ServiceError, match="BROADSHEET_POSTGRES"):
        postgres.fetch()
