"""Starts and ends processes of our own: free ports, a user that is not root, an end that leaves nothing behind."""

from __future__ import annotations

import atexit
import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from services.failure import ServiceError

ORDINARY_USER = "nobody"
END_SIGNALS = {signal.SIGINT, signal.SIGTERM}
# Above the ports of known servers, below those of outgoing connections: Linux begins at 32768, others at 49152.
SERVER_PORTS = range(15_000, 32_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What to start: the command, its environment, its working folder and the file that takes its output.

    Where this process is root, an `ordinary` one is not: some servers refuse to run as root.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    output: Path
    ordinary: bool = True


def free_ports(count: int) -> list[int]:
    """Give `count` different loopback ports that nobody listens on at the moment.

    They are none of those that a system gives to outgoing connections: one of these would take the port before the
    server that it is for has started.
    """
    found: list[int] = []
    while len(found) < count:
        port = secrets.choice(SERVER_PORTS)
        if port not in found and is_free(port):
            found.append(port)
    return found


def is_free(port: int) -> bool:
    """Tell whether a loopback port can be bound, as a server does it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def is_root() -> bool:
    """Tell whether this process is root, which some servers refuse to run as."""
    return os.geteuid() == 0


def check_reachable(folder: Path) -> None:
    """Raise ServiceError where the user that root starts services as could not come to the folder."""
    for parent in folder.resolve().parents:
        if not parent.stat().st_mode & stat.S_IXOTH:
            raise ServiceError(f"{folder}: {parent} is closed to the user {ORDINARY_USER}; choose another folder")


def give_to_ordinary_user(folder: Path, names: Sequence[str]) -> None:
    """Where this process is root, hand the folder and its subfolders `names` with all in them to the services' user."""
    if not is_root():
        return
    user = pwd.getpwnam(ORDINARY_USER)
    inside = [path for name in names for path in (folder / name, *(folder / name).rglob("*"))]
    for path in (folder, *inside):
        os.chown(path, user.pw_uid, user.pw_gid)


def run_tool(launch: Launch, given: str = "") -> None:
    """Run a command to its end, not as root, with `given` on its standard input; raise ServiceError where it fails."""
    with launch.output.open("ab") as output:
        done = subprocess.run(
            launch.command,
            env=dict(launch.environment),
            cwd=launch.folder,
            input=given.encode(),
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **_identity(launch),
        )
    if done.returncode != 0:
        said = launch.output.read_text(encoding="utf-8", errors="replace")
        raise ServiceError(f"{' '.join(launch.command)} failed:\n{said}")


class ServiceProcess:
    """A process group of our own, not root, that ends with this interpreter at the latest.

    Where `setpriv` is at hand the system ends it also when this process is killed.
    """

    def __init__(self, launch: Launch) -> None:
        with launch.output.open("ab") as output:
            self._process = subprocess.Popen(
                [*_tie_to_parent(), *launch.command],
                env=dict(launch.environment),
                cwd=launch.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **_identity(launch),
            )
        self._stopped = False
        atexit.register(self.stop)

    @property
    def pid(self) -> int:
        """The id of the process and of its group."""
        return self._process.pid

    def has_ended(self) -> bool:
        """Tell whether the process has ended by itself."""
        return self._process.poll() is not None

    def stop(self, *, grace_seconds: float = 20.0) -> None:
        """End the process and its whole group: asked first, killed after the grace. A second call does nothing."""
        if self._stopped:
            return
        self._stopped = True
        atexit.unregister(self.stop)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + grace_seconds
        while self._group_lives() and time.monotonic() < deadline:
            time.sleep(0.05)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def _group_lives(self) -> bool:
        self._process.poll()
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return False
        return True


class _Identity(TypedDict, total=False):
    user: str
    group: int
    extra_groups: list[int]


def _identity(launch: Launch) -> _Identity:
    if not is_root() or not launch.ordinary:
        return {}
    return {"user": ORDINARY_USER, "group": pwd.getpwnam(ORDINARY_USER).pw_gid, "extra_groups": []}


def _tie_to_parent() -> list[str]:
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def wait_to_be_ended() -> None:
    """Wait until somebody asks this process to end, without being ended by it: what was started is stopped first."""
    signal.pthread_sigmask(signal.SIG_BLOCK, END_SIGNALS)
    signal.sigwait(END_SIGNALS)
