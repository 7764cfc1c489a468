"""Elasticsearch, fetched once a machine and started on loopback, for tests and local runs.

python -m services.elasticsearch fetch               # into the cache; prints the folder
python -m services.elasticsearch run                 # starts one, prints its address, stops on Ctrl-C
python -m services.elasticsearch during COMMAND ...  # one for the time of a command, which finds it by a variable
"""

from __future__ import annotations

import argparse
import base64
import http
import http.client
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.certificates import SERVER_FILES
from services.distribution import fetch
from services.failure import ServiceError
from services.java import find_java
from services.processes import (
    Launch,
    ServiceProcess,
    check_reachable,
    free_ports,
    give_to_ordinary_user,
    is_root,
    run_tool,
    wait_to_be_ended,
)

MINIMUM_JAVA = 21
# Where tests and measurements look for a server that is there already.
VARIABLE = "BROADSHEET_TEST_ELASTICSEARCH_URL"
SETTINGS = {
    "cluster.name": "broadsheet",
    "node.name": "broadsheet-1",
    "discovery.type": "single-node",
    "network.host": "127.0.0.1",
    "xpack.ml.enabled": "false",
    # Absolute marks: a machine's full disk is not what these runs are about until little is left.
    "cluster.routing.allocation.disk.watermark.low": "2gb",
    "cluster.routing.allocation.disk.watermark.high": "1gb",
    "cluster.routing.allocation.disk.watermark.flood_stage": "500mb",
}
# For clients.
TLS = {
    "xpack.security.http.ssl.enabled": "true",
    "xpack.security.http.ssl.key": "server.key",
    "xpack.security.http.ssl.certificate": "server.crt",
    "xpack.security.http.ssl.certificate_authorities": "ca.crt",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to start a server.

    `heap_megabytes` is the JVM's; `port` 0 takes a free one; `password` turns security on (user `elastic`), and
    `certificates` (a folder, see `services.certificates`) TLS; `folder` keeps data and logs (None: a temporary folder,
    removed at the stop); `settings` add to elasticsearch.yml.
    """

    heap_megabytes: int = 1024
    port: int = 0
    password: str | None = None
    certificates: Path | None = None
    folder: Path | None = None
    settings: tuple[tuple[str, str], ...] = ()
    ready_timeout_seconds: float = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A server that can be started: its address, what starts it, and the folder of its data and logs."""

    url: str
    launch: Launch
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server: its address, its process and the folder of its data and logs."""

    url: str
    process: ServiceProcess
    folder: Path
    temporary: bool

    def stop(self) -> None:
        """End exactly this server, and remove its folder where that is temporary."""
        self.process.stop()
        if self.temporary:
            shutil.rmtree(self.folder, ignore_errors=True)


def start(options: Options | None = None) -> Server:
    """Start a server and wait until it answers; raise ServiceError with the end of its log where it does not."""
    options = options or Options()
    prepared = prepare(options)
    process = ServiceProcess(prepared.launch)
    server = Server(url=prepared.url, process=process, folder=prepared.folder, temporary=options.folder is None)
    try:
        _wait_until_ready(server, options)
    except BaseException:
        server.stop()
        raise
    return server


def prepare(options: Options) -> Prepared:
    """Lay a server out in its folder."""
    java = find_java(MINIMUM_JAVA)
    distribution = fetch()
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="broadsheet-elasticsearch-"))).absolute()
    http_port, transport_port = free_ports(2)
    port = options.port or http_port
    home = _lay_out(distribution, folder)
    _write_settings(folder, (port, transport_port), options)
    environment = _environment(java, home, folder, options)
    if options.password is not None:
        _set_password(home, environment, options.password)
    launch = Launch(command=_command(java), environment=environment, folder=home, output=folder / "output.log")
    scheme = "http" if options.certificates is None else "https"
    return Prepared(url=f"{scheme}://127.0.0.1:{port}", launch=launch, folder=folder)


def _lay_out(distribution: Path, folder: Path) -> Path:
    """Make the run's own folders and give the home to run from.

    The user that root starts servers as cannot look into root's cache: it gets hard links to the files (or copies).
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("data", "logs", "snapshots"):
        (folder / name).mkdir(exist_ok=True)
    shutil.copytree(distribution / "config", folder / "config", dirs_exist_ok=True)
    if not is_root():
        return distribution
    check_reachable(folder)
    shutil.rmtree(folder / "home", ignore_errors=True)
    shutil.copytree(distribution, folder / "home", copy_function=_link_or_copy)
    (folder / "home").chmod(0o755)
    return folder / "home"


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _write_settings(folder: Path, ports: tuple[int, int], options: Options) -> None:
    settings = SETTINGS | {
        "http.port": str(ports[0]),
        "transport.port": str(ports[1]),
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        "path.repo": str(folder / "snapshots"),
        "xpack.security.enabled": "false" if options.password is None else "true",
    }
    if options.certificates is not None:
        put_certificates(options.certificates, folder)
        settings |= TLS
    settings |= dict(options.settings)
    lines = [f"{name}: {value}\n" for name, value in settings.items()]
    (folder / "config" / "elasticsearch.yml").write_text("".join(lines), encoding="utf-8")
    give_to_ordinary_user(folder, ("config", "data", "logs", "snapshots"))


def put_certificates(source: Path, folder: Path) -> None:
    """Put the certificates where the server of a folder reads them; one that runs takes them up within seconds."""
    for name in SERVER_FILES:
        shutil.copyfile(source / "elasticsearch" / name, folder / "config" / name)
    give_to_ordinary_user(folder, ("config",))


def _environment(java: Path, home: Path, folder: Path, options: Options) -> dict[str, str]:
    heap = f"{options.heap_megabytes}m"
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "JAVA": str(java / "bin" / "java"),
        "JAVA_TYPE": "ES_JAVA_HOME",
        "ES_JAVA_HOME": str(java),
        "ES_HOME": str(home),
        "ES_PATH_CONF": str(folder / "config"),
        "ES_DISTRIBUTION_TYPE": "zip",
        "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap}",
        "CLI_JAVA_OPTS": "-Xmx64m -XX:+UseSerialGC",
    }


def _command(java: Path) -> list[str]:
    class_path = "lib/*:lib/cli-launcher/*:lib/tools/server-launcher/*"
    launcher = "org.elasticsearch.server.launcher.ServerLauncher"
    return [str(java / "bin" / "java"), "-Xmx64m", "-XX:+UseSerialGC", "-cp", class_path, launcher]


def _set_password(home: Path, environment: dict[str, str], password: str) -> None:
    tool = {**environment, "CLI_NAME": "keystore", "CLI_LIBS": "lib/tools/keystore-cli"}
    keystore = Path(environment["ES_PATH_CONF"]) / "elasticsearch.keystore"
    calls = [] if keystore.exists() else [(["create"], "")]
    calls.append((["add", "-f", "-x", "bootstrap.password"], password))
    for arguments, given in calls:
        launch = Launch(
            command=[str(home / "bin" / "elasticsearch-cli"), *arguments],
            environment=tool,
            folder=home,
            output=Path(environment["ES_PATH_CONF"]).parent / "keystore.log",
        )
        run_tool(launch, given)


def change_password(url: str, options: Options, password: str) -> None:
    """Give the user `elastic` another password; raise ServiceError where the server refuses or does not answer."""
    body, headers = json.dumps({"password": password}), {**_login(options), "Content-Type": "application/json"}
    with closing(_connect(url, options)) as connection:
        try:
            connection.request("POST", "/_security/user/elastic/_password", body, headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise ServiceError(f"{url}: no answer ({error})") from error
    if status != http.HTTPStatus.OK:
        raise ServiceError(f"{url}: the password of `elastic` was not changed (status {status})")


def _wait_until_ready(server: Server, options: Options) -> None:
    deadline = time.monotonic() + options.ready_timeout_seconds
    while not is_ready(server.url, options):
        if server.process.has_ended() or time.monotonic() > deadline:
            output = (server.folder / "output.log").read_text(encoding="utf-8", errors="replace")
            state = "ended at its start" if server.process.has_ended() else "was not ready in time"
            raise ServiceError(f"Elasticsearch {state}; the end of its log:\n" + "\n".join(output.splitlines()[-25:]))
        time.sleep(0.25)


def is_ready(url: str, options: Options) -> bool:
    """Ask whether a server answers and its indices are there, by what it says of its health."""
    with closing(_connect(url, options)) as connection:
        try:
            connection.request("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s", headers=_login(options))
            return json.load(connection.getresponse()).get("status") in {"green", "yellow"}
        except (OSError, http.client.HTTPException, ValueError):
            return False


def _login(options: Options) -> dict[str, str]:
    if options.password is None:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(f"elastic:{options.password}".encode()).decode()}


def _connect(url: str, options: Options) -> http.client.HTTPConnection:
    scheme, _, host = url.partition("://")
    if scheme == "http" or options.certificates is None:
        return http.client.HTTPConnection(host, timeout=5)
    context = ssl.create_default_context(cafile=str(options.certificates / "ca.crt"))
    return http.client.HTTPSConnection(host, timeout=5, context=context)


@contextmanager
def running(options: Options | None = None) -> Iterator[Server]:
    """Run a server for the time of a `with` block."""
    server = start(options)
    try:
        yield server
    finally:
        server.stop()


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; give its exit code."""
    parser = argparse.ArgumentParser(prog="python -m services.elasticsearch", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("fetch", help="download into the cache")
    run = commands.add_parser("run", help="start a server and keep it until Ctrl-C")
    run.add_argument("--port", type=int, default=9200)
    run.add_argument("--heap-megabytes", type=int, default=1024)
    run.add_argument("--folder", type=Path, help="keep data and logs here (default: a temporary folder)")
    during = commands.add_parser("during", help=f"run a command beside the server that {VARIABLE} names")
    during.add_argument("run", nargs=argparse.REMAINDER)
    given = parser.parse_args(arguments)
    try:
        if given.command == "fetch":
            print(fetch())
            return 0
        if given.command == "during":
            return _run_during(given.run)
        return _run(Options(heap_megabytes=given.heap_megabytes, port=given.port, folder=given.folder))
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 3


def _run_during(command: list[str]) -> int:
    """Run a command to its end and give its exit code; the server is stopped whatever that is."""
    if os.environ.get(VARIABLE):
        return subprocess.run(command, check=False).returncode
    with running(Options(heap_megabytes=1024)) as server:
        return subprocess.run(command, env={**os.environ, VARIABLE: server.url}, check=False).returncode


def _run(options: Options) -> int:
    with running(options) as server:
        print(server.url, flush=True)
        wait_to_be_ended()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
