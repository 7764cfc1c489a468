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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from services.cache import cache_folder, locked
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
    """How to start a broker: `folder` keeps its data (None: a temporary one), `port` 0 takes a free one."""

    heap_megabytes: int = 384
    port: int = 0
    folder: Path | None = None
    ready_timeout_seconds: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """A running broker: its address, its process and the folder of its data."""

    address: str
    process: ServiceProcess
    folder: Path
    temporary: bool

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
    port = options.port or free_ports(1)[0]
    _write_settings(folder, port)
    _run_java(java, folder, "kafka.tools.StorageTool", "format", "--ignore-formatted", "-t", CLUSTER_ID)
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
    broker = Broker(address=f"127.0.0.1:{port}", process=process, folder=folder, temporary=options.folder is None)
    try:
        _wait_until_ready(broker, port, options.ready_timeout_seconds)
    except BaseException:
        broker.stop()
        raise
    return broker


def _write_settings(folder: Path, port: int) -> None:
    (controller,) = free_ports(1)
    (folder / "data").mkdir(exist_ok=True)
    settings = SETTINGS | {
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "controller.quorum.voters": f"1@127.0.0.1:{controller}",
        "log.dirs": str(folder / "data"),
    }
    lines = [f"{name}={value}\n" for name, value in settings.items()]
    (folder / "server.properties").write_text("".join(lines), encoding="utf-8")
    give_to_ordinary_user(folder, ("data", "jars"))


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
