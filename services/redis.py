"""Redis, the queue of Celery's workers: the machine's, else Debian's package."""

from __future__ import annotations

import shutil
import socket
import ssl
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
    """Give what starts a queue on loopback that speaks TLS, asks for a password and keeps nothing on disk."""
    folder = system.folder / "redis"
    folder.mkdir(exist_ok=True)
    check_reachable(folder)
    names = {"tls-cert-file": "server.crt", "tls-key-file": "server.key", "tls-ca-cert-file": "ca.crt"}
    for name in names.values():
        (folder / name).touch(mode=0o600)
        shutil.copyfile(system.certificates / "redis" / name, folder / name)
    settings = {
        "bind": "127.0.0.1",
        "port": 0,
        "tls-port": system.ports["redis"],
        "tls-auth-clients": "no",
        **{option: folder / name for option, name in names.items()},
        "save": '""',
        "appendonly": "no",
        "requirepass": system.secrets["redis"],
    }
    # In a file, not among the arguments: those are for everybody's eyes.
    path = folder / "redis.conf"
    path.touch(mode=0o600)
    path.write_text("".join(f"{name} {value}\n" for name, value in settings.items()), encoding="utf-8")
    give_to_ordinary_user(folder, (path.name, *names.values()))
    return Launch(
        command=[str(fetch()), str(path)],
        environment=system.environment({}),
        folder=Path("/"),
        output=system.logs / "redis.log",
    )


def address(system: System) -> str:
    """Give the queue's address for Celery, with what it is known by."""
    known_by = f"ssl_cert_reqs=required&ssl_ca_certs={system.certificates / 'ca.crt'}"
    return f"rediss://:{system.secrets['redis']}@127.0.0.1:{system.ports['redis']}/0?{known_by}"


def ping(system: System, timeout_seconds: float) -> str:
    """Give what the queue answers to a ping; raise OSError where nobody answers."""
    context = ssl.create_default_context(cafile=str(system.certificates / "ca.crt"))
    with (
        socket.create_connection(("127.0.0.1", system.ports["redis"]), timeout=timeout_seconds) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        connection.sendall(f"AUTH {system.secrets['redis']}\r\nPING\r\n".encode())
        with connection.makefile("r", encoding="ascii") as answers:
            login, said = answers.readline().strip(), answers.readline().strip()
    return said if login == "+OK" else login
