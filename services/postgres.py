"""PostgreSQL for Airflow's own tables: the machine's, else Debian's package, in a folder and on a port of its own."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from services.cache import locked
from services.debian import install
from services.failure import ServiceError
from services.layout import System
from services.processes import Launch, check_reachable, give_to_ordinary_user, run_tool

VARIABLE = "BROADSHEET_POSTGRES"
USER = "airflow"
HOST = "127.0.0.1"
HBA = "pg_hba.conf"  # who may come in: nobody without TLS
TLS_FILES = ("ssl_cert_file", "ssl_key_file")
TLS = {"ssl": "on", "ssl_cert_file": "server.crt", "ssl_key_file": "server.key"}
# A laptop's: what Airflow asks of it is small.
SETTINGS = {"shared_buffers": "64MB", "max_connections": "200", "listen_addresses": HOST}


def find() -> Path | None:
    """Give the folder of the programs: BROADSHEET_POSTGRES, else Debian's newest, else that on the path, else None."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    found = shutil.which("postgres")
    return Path(found).parent if found else None


def fetch() -> Path:
    """Give the folder of the programs, installed if need be; raise ServiceError where that cannot be."""
    with locked("postgresql"):
        if (found := find()) is None:
            install("postgresql", f"name the folder of its programs in {VARIABLE}")
            found = find()
    if found is None:
        raise ServiceError("the package postgresql brought no server")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where a server is, what opens it, and the certificates by which it is known (see `services.certificates`)."""

    folder: Path
    port: int
    password: str = field(repr=False)
    certificates: Path
    mode: str = "verify-full"

    @property
    def verified(self) -> dict[str, str]:
        """The variables by which clients (libpq's and asyncpg) speak to this server alone."""
        return {"PGSSLMODE": self.mode, "PGSSLROOTCERT": str(self.certificates / "ca.crt")}

    @property
    def address(self) -> str:
        """The database's address for SQLAlchemy."""
        return f"postgresql+psycopg2://{USER}:{self.password}@{HOST}:{self.port}/{USER}"


def door(system: System, password: str = "") -> Door:
    """Give the door of a system's server; with another password than the system's where one is named."""
    return Door(
        folder=system.folder / "postgres",
        port=system.ports["postgres"],
        password=password or system.secrets["postgres"],
        certificates=system.certificates,
    )


def prepare(door: Door) -> Launch:
    """Make the folder of a server where it is missing; give what starts it, with one user and database, `airflow`.

    It speaks TLS, with a certificate and a key of its own folder.
    """
    programs, folder = fetch(), door.folder
    folder.mkdir(parents=True, exist_ok=True)
    check_reachable(folder)
    give_to_ordinary_user(folder, ())
    put_certificates(door.certificates, folder)
    if not (folder / "data").exists():
        _make(programs, folder, door.password)
    options = {**SETTINGS, **TLS, "port": str(door.port), "unix_socket_directories": str(folder)}
    (folder / HBA).write_text("local all all scram-sha-256\nhostssl all all all scram-sha-256\n", encoding="ascii")
    give_to_ordinary_user(folder, (HBA,))
    options |= {"hba_file": str(folder / HBA), **{name: str(folder / options[name]) for name in TLS_FILES}}
    flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    return _launch(folder, [str(programs / "postgres"), "-D", str(folder / "data"), *flags], "postgres.log")


def put_certificates(source: Path, folder: Path) -> None:
    """Put the certificate and its key where the server of a folder reads them: the key must be its user's alone."""
    for name in ("server.crt", "server.key"):
        (folder / f"{name}.new").touch(mode=0o600)
        shutil.copyfile(source / "postgres" / name, folder / f"{name}.new")
        give_to_ordinary_user(folder, (f"{name}.new",))
        (folder / f"{name}.new").rename(folder / name)


def reload(folder: Path) -> None:
    """Let the server of a folder read its certificates anew."""
    pid = int((folder / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
    os.kill(pid, signal.SIGHUP)


def _make(programs: Path, folder: Path, password: str) -> None:
    """Make the data under another name first: a folder that stands is whole."""
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix="password-", encoding="utf-8") as secret:
        secret.write(password)
        secret.flush()
        give_to_ordinary_user(folder, (Path(secret.name).name,))
        shutil.rmtree(folder / "new", ignore_errors=True)
        flags = ["-D", str(folder / "new"), "-U", USER, "--pwfile", secret.name, "-A", "scram-sha-256", "-E", "UTF8"]
        run_tool(_launch(folder, [str(programs / "initdb"), *flags], "initdb.log"))
    (folder / "new").rename(folder / "data")


def make_database(door: Door) -> None:
    """Make the database `airflow` where it is missing."""
    # A database cannot be made `if not exists`: psql's \gexec runs what the query gives.
    query = "SELECT 'CREATE DATABASE airflow' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'airflow')"
    run_query(door, query + "\\gexec\n")


def change_password(door: Door, wanted: str) -> None:
    """Give the user another password, of letters and digits; raise ServiceError where the one before is refused."""
    run_query(door, f"ALTER ROLE {USER} PASSWORD '{wanted}';\n")


def run_query(door: Door, query: str) -> None:
    """Run psql's input as the user; raise ServiceError where it fails."""
    target = ["-h", HOST, "-p", str(door.port), "-U", USER, "-d", "postgres", "-v", "ON_ERROR_STOP=1"]
    told = {**door.verified, "PGPASSWORD": door.password}
    run_tool(_launch(door.folder, [str(fetch() / "psql"), *target, "-f", "-"], "psql.log", **told), query)


def is_ready(port: int) -> bool:
    """Ask whether the server takes connections."""
    programs = find()
    if programs is None:
        return False
    launch = _launch(Path("/"), [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)], "")
    try:
        run_tool(launch)
    except ServiceError:
        return False
    return True


def _launch(folder: Path, command: list[str], output: str, **more: str) -> Launch:
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": str(folder), **more}
    return Launch(
        command=command, environment=environment, folder=folder, output=folder / output if output else Path(os.devnull)
    )
