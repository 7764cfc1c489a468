"""The compose file's commands that run once, with the very words that stand there, in processes of their own."""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from cryptography.fernet import Fernet

from services.airflow import SERVERS
from services.certificates import make_certificates
from tests.services.compose_files import ROOT, read_services

SERVICES = read_services()
HERE = ("passwords", "certificates", "airflow-init", "dashboards")
# Natively started by `make up`, with the same arguments: tests/services/test_containers.py compares them.
NATIVE = {"setup", "api", "stream", "airflow-worker", *(f"airflow-{name}" for name in SERVERS)}
# Programs of others, whose images are not to be had here; and the command line, to which a command is given.
OTHERS = {"elasticsearch", "kibana", "postgres", "redis", "kafka", "broadsheet"}
PATH = f"{Path(sys.executable).parent}:/usr/bin:/bin"


def run(name: str, folder: Path, environment: dict[str, str], **places: str) -> subprocess.CompletedProcess[str]:
    """Run a service's command: with its entry point and its words, `/data` in a folder, and addresses elsewhere."""
    service = SERVICES[name]
    words = [*(service.get("entrypoint") or ["broadsheet"]), *service["command"]]
    for place, there in {"/data/": f"{folder}/", "$$": "$", **places}.items():
        words = [word.replace(place, there) for word in words]
        environment = {key: value.replace(place, there) for key, value in environment.items()}
    told = {"PATH": PATH, "HOME": str(folder), "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(words, cwd=folder, env=told, capture_output=True, text=True, check=False)


def test_every_command_is_run_somewhere() -> None:
    """Who adds a service says here what stands in for starting it."""
    assert set(SERVICES) == {*HERE, *NATIVE, *OTHERS}


def test_good_passwords_pass_and_any_bad_one_is_named(tmp_path: Path) -> None:
    """Whatever is missing, known or malformed ends the start before anything is started with it."""
    good = {name: secrets.token_hex(24) for name in SERVICES["passwords"]["environment"]}
    good["AIRFLOW_FERNET_KEY"] = Fernet.generate_key().decode()
    done = run("passwords", tmp_path, good)
    assert (done.returncode, done.stderr) == (0, "")
    bad = {"ELASTIC_PASSWORD": "changeme", "AIRFLOW_FERNET_KEY": "x1" * 22, "REDIS_PASSWORD": ""}
    for name, value in bad.items():
        done = run("passwords", tmp_path, {**good, name: value})
        assert (done.returncode, re.findall(r"^(\w+): ", done.stderr, re.MULTILINE)) == (2, [name])


def test_certificates_are_made_once_for_every_server(tmp_path: Path) -> None:
    """Each server that mounts a certificate has one; a second start keeps them."""
    assert run("certificates", tmp_path, {}).returncode == 0
    mounted = [mount.split(":")[1] for mount in SERVICES["certificates"]["volumes"]]
    folders = [Path(place.replace("/data/", f"{tmp_path}/")) for place in mounted]
    held = {path: path.read_bytes() for folder in folders for path in folder.iterdir() if path.is_file()}
    assert len(held) == 1 + 4 * 6
    assert run("certificates", tmp_path, {}).returncode == 0
    assert {path: path.read_bytes() for path in held} == held


@pytest.mark.airflow
@pytest.mark.slow
def test_airflow_is_set_up(tmp_path: Path) -> None:
    """Its tables and pools are made, and the administrator's password is for its own user alone; twice is once."""
    (tmp_path / "airflow").mkdir()
    (tmp_path / "dags").symlink_to(ROOT / "dags")
    told = {
        "AIRFLOW_HOME": "/data/airflow",
        "AIRFLOW_ADMIN_PASSWORD": "correct horse battery",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "sqlite:////data/airflow/airflow.db",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    }
    for _ in range(2):
        done = run("airflow-init", tmp_path, told)
        assert done.returncode == 0, done.stderr
    password = tmp_path / "airflow" / "passwords.json"
    assert json.loads(password.read_text()) == {"admin": "correct horse battery"}
    assert password.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(tmp_path / "airflow" / "airflow.db") as database:
        pools = {name for (name,) in database.execute("SELECT pool FROM slot_pool")}
    assert pools >= set(json.loads((ROOT / "dags" / "pools.json").read_text()))


class Kibana(BaseHTTPRequestHandler):
    """Takes what is imported."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def do_POST(self) -> None:
        """Read, and say that all came in."""
        content = self.rfile.read(int(self.headers["content-length"]))
        self.asked.append((self.path, self.headers["authorization"]))
        body = json.dumps({"success": True, "successCount": content.count(b'"type"')}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def kibana(tmp_path: Path) -> Iterator[str]:
    """Give the address of a server with Kibana's certificate."""
    make_certificates(tmp_path / "certificates", ["kibana"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "certificates" / "kibana" / "server.pem")
    server = HTTPServer(("127.0.0.1", 0), Kibana)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_dashboards_are_loaded_into_a_kibana_that_is_known(kibana: str, tmp_path: Path) -> None:
    """Over TLS, by the system's authority; one of another authority is not shown the password."""
    told = {key: str(value) for key, value in SERVICES["dashboards"]["environment"].items()}
    Kibana.asked.clear()
    done = run("dashboards", tmp_path, told, **{"kibana:5601": kibana})
    assert done.returncode == 0, done.stderr
    assert {path for path, _ in Kibana.asked} == {"/api/saved_objects/_import?overwrite=true"}
    assert (len(Kibana.asked), {login[:6] for _, login in Kibana.asked}) == (4, {"Basic "})
    (tmp_path / "certificates" / "ca.crt").write_text(make_certificates(tmp_path / "others", []).read_text())
    done = run("dashboards", tmp_path, told, **{"kibana:5601": kibana})
    assert (done.returncode, len(Kibana.asked)) == (3, 4)
    assert "Kibana does not answer" in done.stderr
