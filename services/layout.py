"""What one natively run system is: its folder, its ports, its secrets, and what each process is told of them."""

from __future__ import annotations

import base64
import json
import os
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path

from services.processes import Launch, free_ports, is_free

ROOT = Path(__file__).resolve().parent.parent
# The ports that people know; where one is taken, a free one is used instead.
PORTS = {
    "elasticsearch": 9200,
    "postgres": 5433,
    "airflow": 8080,
    "api": 8000,
    "kafka": 9092,
    "stream": 9464,
    "redis": 6380,
}
CATALOGUE = "BROADSHEET_SOURCES__FILE"
SECRETS = ("elastic", "postgres", "airflow", "jwt", "redis")
# Those that speak TLS, by the names that they have in docker-compose.yml.
SERVERS = ("elasticsearch", "postgres", "redis", "kafka", "airflow-api-server")


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A system in a folder of its own; `executor` is Airflow's, `extras` are services beside the usual ones.

    With `tls` Airflow's API server speaks it, as among the containers; a browser here would warn of the certificate.
    `named_catalogue` is the catalogue of sources that whoever started it has, empty for one in the folder.
    """

    folder: Path
    ports: dict[str, int]
    secrets: dict[str, str] = field(repr=False)
    executor: str = "LocalExecutor"
    extras: tuple[str, ...] = ()
    tls: bool = False
    named_catalogue: str = ""

    @property
    def logs(self) -> Path:
        """The folder of all logs."""
        return self.folder / "logs"

    @property
    def certificates(self) -> Path:
        """The folder of the certificates."""
        return self.folder / "certificates"

    @property
    def drop(self) -> Path:
        """The folder that `ingest_articles` watches."""
        return self.folder / "drop"

    @property
    def catalogue(self) -> Path:
        """The catalogue of sources, which need not be there."""
        return Path(self.named_catalogue) if self.named_catalogue else self.folder / "sources.toml"

    def url(self, name: str) -> str:
        """Give a service's address."""
        is_secure = name == "elasticsearch" or (name == "airflow" and self.tls)
        scheme = "https" if is_secure else "http"
        return f"{scheme}://127.0.0.1:{self.ports[name]}"

    def settings(self, key: str) -> dict[str, str]:
        """Give the variables that say where index, lake and catalogue are; `key` is `ingest` or `search`."""
        return {
            "BROADSHEET_INDEX__URL": self.url("elasticsearch"),
            "BROADSHEET_INDEX__API_KEY_FILE": str(self.folder / "keys" / key / "api.key"),
            "BROADSHEET_INDEX__CA_CERTS": str(self.certificates / "ca.crt"),
            "BROADSHEET_INDEX__REPLICAS": "0",
            "BROADSHEET_LAKE__URL": str(self.folder / "lake"),
            CATALOGUE: str(self.catalogue),
        }

    def environment(self, more: dict[str, str]) -> dict[str, str]:
        """Give the environment of a process: what a program needs of ours, none of our settings, and more."""
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "LC_ALL", "TMPDIR", "TZ") if name in os.environ}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        return {**kept, "PATH": path, "PYTHONUNBUFFERED": "1", **more}

    def launch(self, name: str, command: list[str], environment: dict[str, str]) -> Launch:
        """Give what starts one of our own programs, with its log among the others."""
        program = str(Path(sys.executable).parent / command[0])
        return Launch(
            command=[program, *command[1:]],
            environment=self.environment(environment),
            folder=self.folder,
            output=self.logs / f"{name}.log",
            ordinary=False,
        )


def lay_out(
    folder: Path, *, executor: str = "LocalExecutor", extras: tuple[str, ...] = (), tls: bool = False
) -> System:
    """Make the folder of a system, its secrets once and its ports anew; drop folder, lake and data stay.

    The environment may name a catalogue of sources (`BROADSHEET_SOURCES__FILE`).
    """
    folder = folder.resolve()
    for name in ("logs", "drop", "keys", "airflow"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "keys").chmod(0o700)
    named = os.environ.get(CATALOGUE, "")
    system = System(
        folder=folder,
        ports=choose_ports(),
        secrets=provide_secrets(folder),
        executor=executor,
        extras=extras,
        tls=tls,
        named_catalogue=str(Path(named).resolve()) if named else "",
    )
    held = {
        "ports": system.ports,
        "executor": executor,
        "extras": list(extras),
        "tls": tls,
        "named_catalogue": system.named_catalogue,
    }
    (folder / "system.json").write_text(json.dumps(held), encoding="utf-8")
    lines = [f"{name}={value}\n" for name, value in system.settings("ingest").items()]
    (folder / "broadsheet.env").write_text("".join(lines), encoding="utf-8")
    return system


def read_system(folder: Path) -> System:
    """Read a system that was laid out before."""
    held = json.loads((folder.resolve() / "system.json").read_text(encoding="utf-8"))
    return System(
        folder=folder.resolve(),
        ports=held["ports"],
        secrets=provide_secrets(folder.resolve()),
        executor=held["executor"],
        extras=tuple(held["extras"]),
        tls=held.get("tls", False),
        named_catalogue=held.get("named_catalogue", ""),
    )


def provide_secrets(folder: Path) -> dict[str, str]:
    """Read the secrets, made by chance at the first time; only the owner may read their file."""
    path = folder / "secrets.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    made = make_secrets()
    if set(made) - set(known):
        known = {**made, **known}
        write_secrets(path, known)
    return dict(known)


def make_secrets() -> dict[str, str]:
    """Make every secret anew; `fernet` is what Airflow encrypts connections with."""
    made = {name: secrets.token_hex(24) for name in SECRETS}
    return made | {"fernet": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}


def write_secrets(path: Path, held: dict[str, str]) -> None:
    """Write secrets for their owner alone, whole or not at all."""
    scratch = path.with_suffix(".scratch")
    scratch.touch(mode=0o600)
    scratch.write_text(json.dumps(held), encoding="utf-8")
    scratch.rename(path)


def choose_ports() -> dict[str, int]:
    """Give each service its usual port, or a free one where somebody has that."""
    free = iter(free_ports(len(PORTS)))
    return {name: port if is_free(port) else next(free) for name, port in PORTS.items()}
