"""Redis, the queue of Celery's workers: the machine's, else Debian's package."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

from services.cache import locked
from services.debian import install
from services.failure import ServiceError
from services.layout import System
from services.processes import Launch, check_reachable, give_to_ordinary_user


def fetch() -> Path:
    """Give the program, installed if need be; raise ServiceError where that cannot be."""
    with locked("redis"):
        found = shutil.which("redis-server")
        if found is None:
            install("redis-server", "put redis-server on the path")
            found = shutil.which("redis-server")
    if found is None:
        raise ServiceError("the package redis-server brought no server")
    return Path(found)


def prepare(system: System) -> Launch:
    """Give what starts a queue on loopback that asks for a password and keeps nothing on disk."""
    folder = system.folder / "redis"
    folder.mkdir(exist_ok=True)
    check_reachable(folder)
    settings = {
        "bind": "127.0.0.1",
        "port": system.ports["redis"],
        "save": '""',
        "appendonly": "no",
        "requirepass": system.secrets["redis"],
    }
    # In a file, not among the arguments: those are for everybody's eyes.
    path = folder / "redis.conf"
    path.touch(mode=0o600)
    path.write_text("".join(f"{name} {value}\n" for name, value in settings.items()), encoding="utf-8")
    give_to_ordinary_user(folder, (path.name,))
    return Launch(
        command=[str(fetch()), str(path)],
        environment=system.environment({}),
        folder=Path("/"),
        output=system.logs / "redis.log",
    )


def ping(port: int, password: str, timeout_seconds: float) -> str:
    """Give what the queue answers to a ping; raise OSError where nobody answers."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout_seconds) as connection:
        connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
        with connection.makefile("r", encoding="ascii") as answers:
            login, said = answers.readline().strip(), answers.readline().strip()
    return said if login == "+OK" else login
