"""Kafka, one broker in KRaft mode, fetched once a machine and started on loopback, for tests and local runs.

python -m services.kafka fetch    # into the cache; prints the folder
python -m services.kafka run      # starts one, prints its address, stops on Ctrl-C
"""

from __future__ import annotations

import argparse
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from services.cache import cache_folder, locked
from services.certificates import make_certificates
from services.failure import ServiceError
from services.java import find_java
from services.maven import copy_with_dependencies
from services.processes import (
    Launch,
    ServiceProcess,
    check_reachable,
    free_ports,
    give_to_ordinary_user,
    run_tool,
    wait_to_be_ended,
)

VERSION = "4.1.0"
ARTIFACT = ("org.apache.kafka", "kafka_2.13", VERSION)
MINIMUM_JAVA = 17
CLUSTER_ID = "YnJvYWRzaGVldC1vbmUwMQ"
TLS = "tls"
MECHANISMS = ("PLAIN", "SCRAM-SHA-512")
SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "inter.broker.listener.name": "PLAINTEXT",
    # One broker: every copy of a partition is the only one.
    "default.replication.factor": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    # Members of a group that starts need not wait for others that may come.
    "group.initial.rebalance.delay.ms": "0",
    # A test that kills a consumer must not wait until the default of 45 s is over.
    "group.min.session.timeout.ms": "1000",
    "auto.create.topics.enable": "false",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to start a broker: `folder` keeps its data (None: a temporary one), `port` 0 takes a free one.

    With `accounts`, passwords by user, it listens on a second port by TLS, where these prove who they are (MECHANISMS).
    `settings` stand in the place of all of ours.
    """

    heap_megabytes: int = 384
    port: int = 0
    folder: Path | None = None
    accounts: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    ready_timeout_seconds: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """A running broker: its address, its process and the folder of its data; with accounts a second address."""

    address: str
    process: ServiceProcess
    folder: Path
    temporary: bool
    secure_address: str = ""

    @property
    def ca_certs(self) -> Path:
        """The certificate that the second address is checked against."""
        return self.folder / TLS / "ca.crt"

    def stop(self) -> None:
        """End exactly this broker, and remove its folder where that is temporary."""
        self.process.stop()
        if self.temporary:
            shutil.rmtree(self.folder, ignore_errors=True)


def fetch() -> Path:
    """Give the folder of the broker's jars in the cache, downloading them first where they are not there yet."""
    home = cache_folder() / f"kafka-{VERSION}"
    if home.is_dir():
        return home
    with locked(home.name):
        if not home.is_dir():
            print(f"Kafka {VERSION}: fetching (43 MB, once a machine) into {home}", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory(dir=home.parent, prefix=".fetch-") as scratch:
                copy_with_dependencies(ARTIFACT, Path(scratch) / "jars")
                (Path(scratch) / "jars").rename(home)
    return home


def start(options: Options | None = None) -> Broker:
    """Start a broker and wait until it listens; raise ServiceError with the end of its log where it does not."""
    options = options or Options()
    java = find_java(MINIMUM_JAVA)
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="broadsheet-kafka-"))).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    check_reachable(folder)
    shutil.copytree(fetch(), folder / "jars", dirs_exist_ok=True)
    free = free_ports(3)
    port, secure_port, controller = options.port or free[0], free[1] if options.accounts else 0, free[2]
    settings = _listen(folder, port, controller)
    if options.accounts:
        settings |= _listen_securely(folder, settings, secure_port, options.accounts)
    _write_settings(folder, options.settings or settings)
    accounts = [part for each in options.accounts.items() for part in ("--add-scram", _scram_account(*each))]
    _run_java(java, folder, "kafka.tools.StorageTool", "format", "--ignore-formatted", "-t", CLUSTER_ID, *accounts)
    command = _command(java, folder, "kafka.Kafka", f"-Xmx{options.heap_megabytes}m")
    environment = {"PATH": "/usr/bin:/bin"}
    process = ServiceProcess(
        Launch(
            command=[*command, "server.properties"],
            environment=environment,
            folder=folder,
            output=folder / "output.log",
        )
    )
    broker = Broker(
        address=f"127.0.0.1:{port}",
        process=process,
        folder=folder,
        temporary=options.folder is None,
        secure_address=f"127.0.0.1:{secure_port}" if secure_port else "",
    )
    try:
        _wait_until_ready(broker, port, options.ready_timeout_seconds)
    except BaseException:
        broker.stop()
        raise
    return broker


def _listen(folder: Path, port: int, controller: int) -> dict[str, str]:
    return SETTINGS | {
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "log.dirs": str(folder / "data"),
    }


def _listen_securely(folder: Path, before: Mapping[str, str], port: int, accounts: Mapping[str, str]) -> dict[str, str]:
    """Give the settings of the second listener, and make its certificate."""
    make_certificates(folder / TLS, ["kafka"])
    users = " ".join(f'user_{name}="{password}"' for name, password in accounts.items())
    security, mine = "org.apache.kafka.common.security", "listener.name.secure"
    return {
        "listeners": f"{before['listeners']},SECURE://127.0.0.1:{port}",
        "advertised.listeners": f"{before['advertised.listeners']},SECURE://127.0.0.1:{port}",
        "listener.security.protocol.map": f"{before['listener.security.protocol.map']},SECURE:SASL_SSL",
        f"{mine}.ssl.keystore.type": "PEM",
        f"{mine}.ssl.keystore.location": str(folder / TLS / "kafka" / "server.pem"),
        f"{mine}.sasl.enabled.mechanisms": ",".join(MECHANISMS),
        f"{mine}.plain.sasl.jaas.config": f"{security}.plain.PlainLoginModule required {users};",
        f"{mine}.scram-sha-512.sasl.jaas.config": f"{security}.scram.ScramLoginModule required;",
    }


def _scram_account(name: str, password: str) -> str:
    return f"SCRAM-SHA-512=[name={name},password={password}]"


def _write_settings(folder: Path, settings: Mapping[str, str]) -> None:
    (folder / "data").mkdir(exist_ok=True)
    lines = [f"{name}={value}\n" for name, value in settings.items()]
    (folder / "server.properties").write_text("".join(lines), encoding="utf-8")
    give_to_ordinary_user(folder, ("data", "jars", *([TLS] if (folder / TLS).is_dir() else [])))


def _command(java: Path, folder: Path, main: str, *options: str) -> list[str]:
    return [str(java / "bin" / "java"), "-XX:+UseSerialGC", *options, "-cp", f"{folder / 'jars'}/*", main]


def _run_java(java: Path, folder: Path, main: str, *arguments: str) -> None:
    command = [*_command(java, folder, main, "-Xmx128m"), *arguments, "-c", "server.properties"]
    run_tool(Launch(command=command, environment={"PATH": "/usr/bin:/bin"}, folder=folder, output=folder / "tool.log"))


def _wait_until_ready(broker: Broker, port: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not _listens(port):
        if broker.process.has_ended() or time.monotonic() > deadline:
            output = (broker.folder / "output.log").read_text(encoding="utf-8", errors="replace")
            state = "ended at its start" if broker.process.has_ended() else "was not ready in time"
            raise ServiceError(f"Kafka {state}; the end of its log:\n" + "\n".join(output.splitlines()[-25:]))
        time.sleep(0.1)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(options: Options | None = None) -> Iterator[Broker]:
    """Run a broker for the time of a `with` block."""
    broker = start(options)
    try:
        yield broker
    finally:
        broker.stop()


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; give its exit code."""
    parser = argparse.ArgumentParser(prog="python -m services.kafka", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("fetch", help="download into the cache")
    run = commands.add_parser("run", help="start a broker and keep it until Ctrl-C")
    run.add_argument("--port", type=int, default=9092)
    run.add_argument("--folder", type=Path, help="keep the data here (default: a temporary folder)")
    given = parser.parse_args(arguments)
    try:
        if given.command == "fetch":
            print(fetch())
            return 0
        with running(Options(port=given.port, folder=given.folder)) as broker:
            print(broker.address, flush=True)
            wait_to_be_ended()
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
