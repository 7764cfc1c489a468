"""What must come through a backup of a running system, noted before and looked for after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import Engine, create_engine, text

from benchmarks.scale_out.running import Running
from ingest import jobs
from services import postgres
from services.layout import System
from tests.holdings import assert_same, fill, take_stock

# Looked at once a year: what is noted for the backup stays as it is.
CATALOGUE = """
[[group]]
name = "yearly"
schedule = "0 5 1 1 *"

[[source]]
name = "harbour"
kind = "files"
path = "harbour"
group = "yearly"
"""


@dataclass(frozen=True)
class Kept:
    """All that a system holds, what its Airflow did, and what opens it."""

    stock: Mapping[str, Mapping[str, Any]]
    sources: list[dict[str, Any]]
    runs: set[str]
    secrets: Mapping[str, str]
    key: str


def note_down(running: Running) -> Kept:
    """Fill a running system with something of everything, and note what it holds."""
    settings = running.settings()
    running.system.catalogue.write_text(CATALOGUE)
    key = fill(settings)
    return Kept(
        stock=take_stock(settings),
        sources=list(jobs.list_sources(settings)),
        runs={run["dag_run_id"] for run in running.runs()},
        secrets=running.system.secrets,
        key=key,
    )


def assert_kept(kept: Kept, moved: Running) -> None:
    """Compare what was noted with what a system holds."""
    settings = moved.settings()
    assert str(moved.folder) in settings.lake.url
    assert_same(kept.stock, take_stock(settings))
    assert list(jobs.list_sources(settings)) == kept.sources
    assert kept.sources
    assert moved.total_shown() == len(kept.stock["articles"])
    assert kept.runs <= {run["dag_run_id"] for run in moved.runs()}
    assert kept.secrets == moved.system.secrets
    assert read_connection(moved.system, "other") == "kept"
    caller = jobs.KeyRing(settings, hold_seconds=0).find(kept.key)
    assert caller
    assert caller.name == "news desk"


def read_connection(told: System, name: str) -> str:
    """Read the password of a connection that Airflow keeps, with the key of today alone."""
    database = open_database(told)
    with database.connect() as opened:
        query = text("SELECT password FROM connection WHERE conn_id = :name")
        encrypted = opened.execute(query, {"name": name}).scalar_one()
    database.dispose()
    return Fernet(told.secrets["fernet"]).decrypt(encrypted).decode()


def open_database(told: System) -> Engine:
    """Open Airflow's database as Airflow does."""
    door = postgres.door(told)
    known_by = {name.removeprefix("PG").lower(): value for name, value in door.verified.items()}
    return create_engine(door.address, connect_args=known_by)
