"""Looking at the runs that were made into an index."""

from __future__ import annotations

from typing import Any

from ingest.errors import UsageError
from ingest.run_records import read_run, read_runs
from ingest.settings import Settings
from ingest.state import read_records


def list_runs(settings: Settings, *, most: int = 20) -> list[dict[str, Any]]:
    """Give the last runs, the newest first."""
    with read_records(settings.index) as records:
        return read_runs(records)[:most]


def show_run(run_id: str, settings: Settings) -> dict[str, Any]:
    """Give one run with its books; raise UsageError where there is none of that id."""
    with read_records(settings.index) as records:
        found = read_run(records, run_id)
    if found is None:
        raise UsageError(f"{run_id}: no such run; see `broadsheet runs list`")
    return found
