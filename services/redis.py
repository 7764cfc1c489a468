"""Redis, the queue of Celery's workers: the machine's, else Debian's package."""

from __future__ import annotations

import shutil
from pathlib import Path

from services.cache import locked
from services.debian import install
from services.failure import ServiceError
from services.layout import System
from services.processes import Launch


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
    """Give what starts a queue on loopback that keeps nothing on disk."""
    options = ["--bind", "127.0.0.1", "--port", str(system.ports["redis"]), "--save", "", "--appendonly", "no"]
    environment = system.environment({})
    return Launch(
        command=[str(fetch()), *options],
        environment=environment,
        folder=Path("/"),
        output=system.logs / "redis.log",
    )
