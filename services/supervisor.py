"""The process that owns a system's services: starts them in order, again where they end, and ends them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from services import airflow, certificates, elasticsearch, health, postgres, redis
from services.failure import ServiceError
from services.layout import ROOT, SERVERS, System, read_system
from services.processes import Launch, ServiceProcess, run_tool

READY_TIMEOUT_SECONDS = 240.0
LONGEST_PAUSE_SECONDS = 30.0
# They keep data; all others are clients, which hold nothing but what they were told at their start.
KEEPERS = frozenset({"elasticsearch", "postgres", "kafka"})
STATE = "state.json"
TOPIC = "articles"


@dataclass(slots=True)
class Service:
    """A service: what starts it, where it is, and its process while it runs."""

    name: str
    launch: Launch
    address: str = ""
    process: ServiceProcess | None = None
    restarts: int = 0
    next_start: float = 0.0

    def start(self) -> None:
        """Start the process."""
        self.process = ServiceProcess(self.launch)

    def watch(self) -> bool:
        """Start the process again where it ended, after a pause that grows; tell whether anything changed."""
        if self.process is None or not self.process.has_ended():
            return False
        now = time.monotonic()
        if not self.next_start:
            self.next_start = now + min(LONGEST_PAUSE_SECONDS, 2.0**self.restarts)
        if now < self.next_start:
            return False
        self.next_start, self.restarts = 0.0, self.restarts + 1
        self.process.stop()
        self.start()
        return True


@dataclass(slots=True)
class Supervisor:
    """Runs one system until it is asked to end."""

    system: System
    services: list[Service] = field(default_factory=list)

    def run(self) -> None:
        """Bring everything up, keep it up, and take it down on SIGTERM or Ctrl-C; on SIGHUP start the clients again."""
        ending, renewing = catch(signal.SIGTERM, signal.SIGINT), catch(signal.SIGHUP)
        try:
            self.tell("starting")
            steps = self.bring_up()
            while have_ended(steps, ending):
                self.tell("up")
                self.watch(ending, renewing)
                renewing.clear()
                steps = self.renew()
        except ServiceError as error:
            self.tell("failed", str(error))
            raise
        finally:
            self.take_down()

    def watch(self, *asked: list[int]) -> None:
        """Start again what ends, until something is asked for."""
        while not any(asked):
            time.sleep(0.5)
            changed = [service.watch() for service in self.services]
            if any(changed):
                self.tell("up")

    def bring_up(self) -> Iterator[None]:
        """Start the services in the order in which they need each other; yield between the steps."""
        system = self.system
        certificates.make_certificates(system.certificates, SERVERS)
        index = self.add(self.elasticsearch())
        yield
        database = self.add(self.postgres())
        if "kafka" in system.extras:
            broker = self.add(Service("kafka", kafka_broker(system), f"127.0.0.1:{system.ports['kafka']}"))
            yield from self.wait_for(broker)
        yield from self.wait_for(database)
        postgres.make_database(postgres.door(system))
        airflow.prepare(system)
        yield from self.wait_for(index)
        run_tool(self.setup())
        yield
        yield from self.start_clients()

    def start_clients(self) -> Iterator[None]:
        """Start what works on the index and Airflow's database, and wait until all is well."""
        system = self.system
        airflow.write_password(system)
        if system.executor == "CeleryExecutor":
            self.add(Service("redis", redis.prepare(system)))
        for name, launch in airflow.servers(system).items():
            self.add(Service(name, launch, system.url("airflow") if name == "api-server" else ""))
        self.add(Service("api", self.api(), system.url("api")))
        if "kafka" in system.extras:
            self.add(Service("stream", self.stream(), self.topic()))
        for service in self.services:
            yield from self.wait_for(service)

    def renew(self) -> Iterator[None]:
        """Start the clients again, with the secrets of today."""
        self.system = read_system(self.system.folder)
        self.stop([service for service in self.services if service.name not in KEEPERS])
        yield from self.start_clients()

    def add(self, service: Service) -> Service:
        """Start a service and keep it."""
        service.launch = replace(service.launch, output=self.system.logs / f"{service.name}.log")
        service.start()
        self.services.append(service)
        self.tell("starting")
        return service

    def wait_for(self, service: Service) -> Iterator[None]:
        """Wait until a service says that it is well; raise ServiceError with its log's end where it does not."""
        deadline = time.monotonic() + READY_TIMEOUT_SECONDS
        while wrong := health.CHECKS[service.name](self.system):
            if time.monotonic() > deadline or (service.process and service.process.has_ended()):
                log = service.launch.output.read_text(encoding="utf-8", errors="replace").splitlines()[-25:]
                raise ServiceError(f"{service.name}: {wrong}; the end of its log:\n" + "\n".join(log))
            yield
            time.sleep(0.3)

    def take_down(self) -> None:
        """End all services."""
        self.stop(self.services)
        (self.system.folder / "supervisor.json").unlink(missing_ok=True)

    def stop(self, services: list[Service]) -> None:
        """End services and forget them: at once those that hold no data, then those that do."""
        for keeps in (False, True):
            processes = [each.process for each in services if each.process and (each.name in KEEPERS) is keeps]
            with ThreadPoolExecutor(max(1, len(processes))) as pool:
                list(pool.map(ServiceProcess.stop, processes))
        self.services = [service for service in self.services if service not in services]

    def tell(self, state: str, why: str = "") -> None:
        """Write down what runs, for `status`, whole or not at all."""
        told = {
            "state": state,
            "why": why,
            "services": [
                {
                    "name": service.name,
                    "address": service.address,
                    "pid": service.process.pid if service.process else None,
                    "restarts": service.restarts,
                    "log": str(service.launch.output),
                }
                for service in self.services
            ],
        }
        scratch = self.system.folder / f"{STATE}.new"
        scratch.write_text(json.dumps(told), encoding="utf-8")
        scratch.rename(self.system.folder / STATE)

    def elasticsearch(self) -> Service:
        """Lay Elasticsearch out."""
        system = self.system
        options = elasticsearch.Options(
            port=system.ports["elasticsearch"],
            password=system.secrets["elastic"],
            certificates=system.certificates,
            folder=system.folder / "elasticsearch",
            heap_megabytes=768,
        )
        launch = elasticsearch.prepare(options).launch
        return Service("elasticsearch", launch, system.url("elasticsearch"))

    def postgres(self) -> Service:
        """Lay Postgres out."""
        system = self.system
        launch = postgres.prepare(postgres.door(system))
        return Service("postgres", launch, f"127.0.0.1:{system.ports['postgres']}")

    def setup(self) -> Launch:
        """Give the command that makes keys and indices."""
        told = self.system.settings("ingest") | {
            "BROADSHEET_INDEX__USERNAME": "elastic",
            "BROADSHEET_INDEX__PASSWORD": self.system.secrets["elastic"],
        }
        del told["BROADSHEET_INDEX__API_KEY_FILE"]
        return self.system.launch("setup", ["broadsheet", "setup", "--keys", str(self.system.folder / "keys")], told)

    def api(self) -> Launch:
        """Give the command that serves the API and the web page."""
        command = ["broadsheet", "serve", "--host", "127.0.0.1", "--port", str(self.system.ports["api"])]
        return self.system.launch("api", command, self.system.settings("search"))

    def stream(self) -> Launch:
        """Give the command that ingests what is written to the topic."""
        told = self.system.settings("ingest") | {"BROADSHEET_STREAM__MAKE_TOPICS": "true"}
        command = ["broadsheet", "stream", self.topic(), "--metrics-port", str(self.system.ports["stream"])]
        return self.system.launch("stream", command, told)

    def topic(self) -> str:
        """Give the address of the topic that is streamed."""
        return f"kafka://127.0.0.1:{self.system.ports['kafka']}/{TOPIC}"


def catch(*numbers: signal.Signals) -> list[int]:
    """Note the signals that come, instead of being ended by them."""
    caught: list[int] = []
    for number in numbers:
        signal.signal(number, lambda number, _: caught.append(number))
    return caught


def have_ended(steps: Iterator[None], ending: list[int]) -> bool:
    """Take the steps one by one; tell whether they came to their end before the end of all was asked for."""
    return all(not ending for _ in steps) and not ending


def kafka_broker(system: System) -> Launch:
    """Give what starts a broker; its topics are made by whoever writes to it."""
    options = ["--port", str(system.ports["kafka"]), "--folder", str(system.folder / "kafka")]
    command = ["python", "-m", "services.kafka", "run", *options]
    return system.launch("kafka", command, {"PYTHONPATH": str(ROOT)})


@dataclass(frozen=True, slots=True)
class Running:
    """A supervisor, known by its process and the moment when that began: a process id is given out again."""

    pid: int
    started: str

    def lives(self) -> bool:
        """Tell whether that very process still runs."""
        return start_time(self.pid) == self.started


def start_time(pid: int) -> str:
    """Give when a process began, in the system's words; empty where there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        done = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S607
        return done.stdout.strip()
    return "" if fields[0] == "Z" else fields[19]


@contextmanager
def registered(folder: Path) -> Iterator[None]:
    """Write down which process owns the system in a folder, for as long as it does."""
    path = folder / "supervisor.json"
    path.write_text(json.dumps({"pid": os.getpid(), "started": start_time(os.getpid())}), encoding="utf-8")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def find_running(folder: Path) -> Running | None:
    """Give the supervisor of the system in a folder, where it runs."""
    try:
        held = json.loads((folder / "supervisor.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    running = Running(held["pid"], held["started"])
    return running if running.lives() else None
