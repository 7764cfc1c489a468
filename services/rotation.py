"""Exchanges the secrets of a system that runs: passwords, certificates, keys, what Airflow signs and encrypts with."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from services import airflow, elasticsearch, health, postgres
from services.certificates import renew_certificates
from services.failure import ServiceError
from services.layout import SERVERS, System, make_secrets, read_system, write_secrets
from services.processes import run_tool
from services.supervisor import Supervisor

# Elasticsearch looks at its certificates every five seconds.
TAKEN_UP_SECONDS = 60.0


def exchange(folder: Path) -> None:
    """Put new secrets in the place of all; what holds the old ones must be started again afterwards.

    Where it was interrupted, a second call goes on with the secrets of the first. Raises ServiceError where a service
    refuses or does not answer.
    """
    exchange_passwords(read_system(folder))
    system = read_system(folder)
    renew_certificates(system.certificates, SERVERS)
    elasticsearch.put_certificates(system.certificates, system.folder / "elasticsearch")
    postgres.put_certificates(system.certificates, system.folder / "postgres")
    postgres.reload(system.folder / "postgres")
    wait_until_taken_up(system)
    setup = Supervisor(system).setup()
    run_tool(replace(setup, command=[*setup.command, "--rotate"]))


def exchange_passwords(system: System) -> None:
    """Set new passwords where they are kept, and write all new secrets down: first beside those of before."""
    begun, standing = system.folder / "secrets.next.json", system.folder / "secrets.json"
    if not begun.exists():
        write_secrets(begun, make_secrets())
    wanted = json.loads(begun.read_text(encoding="utf-8"))

    def change_index(password: str) -> None:
        options = elasticsearch.Options(password=password, certificates=system.certificates)
        elasticsearch.change_password(system.url("elasticsearch"), options, wanted["elastic"])

    def change_database(password: str) -> None:
        postgres.change_password(postgres.door(system, password), wanted["postgres"])

    for name, change in (("elastic", change_index), ("postgres", change_database)):
        change_by(change, system.secrets[name], wanted[name])
    encrypt_anew(system, wanted)
    begun.rename(standing)


def encrypt_anew(system: System, wanted: dict[str, str]) -> None:
    """Let Airflow encrypt what it stores with the new key, which it reads with either."""
    told = replace(system, secrets={**wanted, "fernet": f"{wanted['fernet']},{system.secrets['fernet']}"})
    run_tool(told.launch("airflow-rotate", ["airflow", "rotate-fernet-key"], airflow.environment(told)))


def change_by(change: Callable[[str], None], before: str, wanted: str) -> None:
    """Change a password by the one before, or by the new one where that stands already."""
    try:
        change(before)
    except ServiceError:
        change(wanted)


def wait_until_taken_up(system: System) -> None:
    """Wait until the index shows the new certificate; raise ServiceError where it does not."""
    deadline = time.monotonic() + TAKEN_UP_SECONDS
    while wrong := health.check_elasticsearch(system):
        if time.monotonic() > deadline:
            raise ServiceError(f"Elasticsearch does not take up its new certificate ({wrong}): make down, make up")
        time.sleep(0.2)
