"""The whole system natively, without containers: `make up`, `make down`, `make status`.

python -m services.system up [--folder .broadsheet/system] [--celery] [--kafka]
python -m services.system status | rotate | down
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from services import health
from services.cache import locked
from services.failure import ServiceError
from services.layout import ROOT, lay_out, read_system
from services.rotation import exchange
from services.supervisor import STATE, Supervisor, find_running, registered

FOLDER = Path(".broadsheet/system")
START_TIMEOUT_SECONDS = 600.0
STOP_TIMEOUT_SECONDS = 120.0


def bring_up(folder: Path, *, executor: str = "LocalExecutor", extras: tuple[str, ...] = (), tls: bool = False) -> None:
    """Start the system in a folder and wait until all of it is well; raise ServiceError where it is not.

    One system of a machine starts at a time: two would find the same ports free, or share a folder.
    """
    with locked("system-start"):
        if not find_running(folder):
            _start(folder, executor, extras, tls=tls)


def _start(folder: Path, executor: str, extras: tuple[str, ...], *, tls: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STATE).unlink(missing_ok=True)
    lay_out(folder, executor=executor, extras=extras, tls=tls)
    command = [sys.executable, "-m", "services.system", "supervise", "--folder", str(folder.resolve())]
    with (folder / "logs" / "supervisor.log").open("ab") as log:
        subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True)
    _wait_until_up(folder, None)


def _wait_until_up(folder: Path, before: int | None) -> None:
    """Wait until all of it is up, with another process of the API than the one before."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while (state := read_state(folder))["state"] != "up" or find_process(state, "api") == before:
        if state["state"] == "failed" or find_running(folder) is None:
            raise ServiceError(state["why"] or f"the supervisor ended; see {folder / 'logs' / 'supervisor.log'}")
        if time.monotonic() > deadline:
            take_down(folder)
            raise ServiceError(f"not up in {START_TIMEOUT_SECONDS:.0f} s; see {folder / 'logs'}")
        time.sleep(0.3)


def find_process(state: dict[str, Any], name: str) -> int | None:
    """Give the process of a service, where it runs."""
    return next((each["pid"] for each in state["services"] if each["name"] == name), None)


def rotate(folder: Path) -> None:
    """Exchange every secret of the system that runs; raise ServiceError where none does, or where that fails."""
    running = find_running(folder)
    if running is None:
        raise ServiceError(f"no system runs in {folder}; start one: make up")
    exchange(folder)
    before = find_process(read_state(folder), "api")
    os.kill(running.pid, signal.SIGHUP)
    _wait_until_up(folder, before)


def take_down(folder: Path) -> bool:
    """End the system in a folder, and nothing else; tell whether it ran."""
    running = find_running(folder)
    if running is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
    while running.lives():
        if time.monotonic() > deadline:
            raise ServiceError(f"process {running.pid} does not end; see {folder / 'logs'}")
        time.sleep(0.1)
    return True


def read_state(folder: Path) -> dict[str, Any]:
    """Read what the supervisor wrote down."""
    try:
        state: dict[str, Any] = json.loads((folder / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"state": "starting", "why": "", "services": []}
    return state


def check(folder: Path) -> list[dict[str, Any]]:
    """Ask every service how it is, all at once; `wrong` is empty where it is well."""
    system = read_system(folder)
    services = read_state(folder)["services"]
    with ThreadPoolExecutor(max(1, len(services))) as pool:
        told = pool.map(lambda each: health.CHECKS[each["name"]](system), services)
        return [{**each, "wrong": wrong} for each, wrong in zip(services, told, strict=True)]


def print_status(folder: Path) -> int:
    """Print how the system is; give 0 where all of it is well, else 3."""
    if find_running(folder) is None:
        print(f"no system runs in {folder}; start one: make up")
        return 3
    lines = check(folder)
    for each in lines:
        again = f", started again {each['restarts']} times" if each["restarts"] else ""
        log = os.path.relpath(each["log"])
        print(f"{each['name']:14} {(each['wrong'] or 'healthy') + again:10} {each['address']:33} {log}")
    state = read_state(folder)["state"]
    return 0 if state == "up" and not any(each["wrong"] for each in lines) else 3


def print_way_in(folder: Path) -> None:
    """Print what somebody does next."""
    system = read_system(folder)
    print(f"\nsearch page      {system.url('api')}/")
    print(f"Airflow          {system.url('airflow')}/   admin, password `airflow` in {system.folder / 'secrets.json'}")
    print(f"drop folder      {system.drop}   (switch the DAG ingest_articles on in Airflow first)")
    print(f"sources          {system.catalogue}   (the DAG collect_sources, and one for each group)")
    print(f"command line     set -a; . {system.folder / 'broadsheet.env'}; set +a; .venv/bin/broadsheet search ferry")
    print(f"logs             {system.logs}/")


def supervise(folder: Path) -> int:
    """Leave a process behind that runs the system until it is asked to end, with nobody's terminal and no parent."""
    if os.fork():
        # Whoever called may look for the owner at once.
        for _ in range(200):
            if find_running(folder):
                break
            time.sleep(0.05)
        os._exit(0)
    os.setsid()
    with registered(folder):
        Supervisor(read_system(folder)).run()
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; give its exit code."""
    parser = argparse.ArgumentParser(prog="python -m services.system", description=__doc__)
    parser.add_argument("command", choices=["up", "down", "status", "rotate", "supervise"])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--celery", action="store_true", help="two Celery workers with Redis instead of LocalExecutor")
    parser.add_argument(
        "--kafka", action="store_true", help="a Kafka broker and `broadsheet stream` on its topic `articles`"
    )
    parser.add_argument("--tls", action="store_true", help="Airflow by https, as among the containers")
    given = parser.parse_args(arguments)
    try:
        return run(given)
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 3


def run(given: argparse.Namespace) -> int:
    """Run one command."""
    if given.command == "supervise":
        return supervise(given.folder)
    if given.command == "status":
        return print_status(given.folder)
    if given.command == "rotate":
        rotate(given.folder)
        return print_status(given.folder)
    if given.command == "down":
        print("stopped" if take_down(given.folder) else f"no system runs in {given.folder}")
        return 0
    executor = "CeleryExecutor" if given.celery else "LocalExecutor"
    bring_up(given.folder, executor=executor, extras=("kafka",) if given.kafka else (), tls=given.tls)
    code = print_status(given.folder)
    print_way_in(given.folder)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
