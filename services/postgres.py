"""PostgreSQL for Airflow's own tables: the machine's, else Debian's package, in a folder and on a port of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from services.cache import locked
from services.debian import install
from services.failure import ServiceError
from services.processes import Launch, check_reachable, give_to_ordinary_user, run_tool

VARIABLE = "BROADSHEET_POSTGRES"
USER = "airflow"
# A laptop's: what Airflow asks of it is small.
SETTINGS = {"shared_buffers": "64MB", "max_connections": "200", "listen_addresses": "127.0.0.1"}


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


def prepare(folder: Path, port: int, password: str) -> Launch:
    """Make the folder of a server where it is missing; give what starts it, with one user and database, `airflow`."""
    programs = fetch()
    folder.mkdir(parents=True, exist_ok=True)
    check_reachable(folder)
    give_to_ordinary_user(folder, ())
    if not (folder / "data").exists():
        _make(programs, folder, password)
    options = {**SETTINGS, "port": str(port), "unix_socket_directories": str(folder)}
    flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    return _launch(folder, [str(programs / "postgres"), "-D", str(folder / "data"), *flags], "postgres.log")


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


def make_database(folder: Path, port: int, password: str) -> None:
    """Make the database `airflow` where it is missing."""
    # A database cannot be made `if not exists`: psql's \gexec runs what the query gives.
    query = "SELECT 'CREATE DATABASE airflow' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'airflow')"
    run_query(folder, port, password, query + "\\gexec\n")


def change_password(folder: Path, port: int, password: str, wanted: str) -> None:
    """Give the user another password, of letters and digits; raise ServiceError where the one before is refused."""
    run_query(folder, port, password, f"ALTER ROLE {USER} PASSWORD '{wanted}';\n")


def run_query(folder: Path, port: int, password: str, query: str) -> None:
    """Run psql's input as the user; raise ServiceError where it fails."""
    target = ["-h", "127.0.0.1", "-p", str(port), "-U", USER, "-d", "postgres", "-v", "ON_ERROR_STOP=1"]
    run_tool(_launch(folder, [str(fetch() / "psql"), *target, "-f", "-"], "psql.log", PGPASSWORD=password), query)


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


def address(port: int, password: str) -> str:
    """Give the database's address for SQLAlchemy."""
    return f"postgresql+psycopg2://{USER}:{password}@127.0.0.1:{port}/{USER}"


def _launch(folder: Path, command: list[str], output: str, **more: str) -> Launch:
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "HOME": str(folder), **more}
    return Launch(
        command=command, environment=environment, folder=folder, output=folder / output if output else Path(os.devnull)
    )
