"""How the whole system stands, whichever process did the work: its runs, sources, quarantine and lake, in counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import islice

from ingest.errors import BroadsheetError
from ingest.jobs.sources import source_health
from ingest.lake import Filters, open_lake
from ingest.run_records import RUNS, tell_state
from ingest.settings import Settings
from ingest.state import Json, read_records

MOST_ENTRIES = 10_000


@dataclass(slots=True, kw_only=True)
class SystemState:
    """What stands in the records and the lake.

    `runs` are the records of runs, `sources` the lines of their health, `quarantined` the open entries by stage (of the
    first 10,000), `captures` and `stored_bytes` those of the lake. `unread` says of each part that could not be read
    why: the part is empty.
    """

    runs: list[Json] = field(default_factory=list)
    sources: list[Json] = field(default_factory=list)
    quarantined: Counter[str] = field(default_factory=Counter)
    captures: int = 0
    stored_bytes: int = 0
    unread: dict[str, str] = field(default_factory=dict)


def read_system(settings: Settings, known_runs: Collection[str] = ()) -> SystemState:
    """Read how the system stands; runs that are known already are left out."""
    state = SystemState()
    parts: dict[str, Callable[[], None]] = {
        "runs": lambda: read_runs(state, settings, known_runs),
        "sources": lambda: state.sources.extend(source_health(settings)),
        "lake": lambda: read_lake(state, settings),
    }
    for name, read in parts.items():
        try:
            read()
        except (BroadsheetError, OSError) as error:
            state.unread[name] = str(error)
    return state


def read_runs(state: SystemState, settings: Settings, known: Collection[str]) -> None:
    """Read the records of runs, one at a time, since there may be many."""
    with read_records(settings.index) as records:
        state.runs.extend(tell_state(record) for run_id, record in records.scan(RUNS) if run_id not in known)


def read_lake(state: SystemState, settings: Settings) -> None:
    """Read what the lake holds and what its quarantine does."""
    with open_lake(settings.lake, create=False) as lake:
        for _, captures, size in lake.sizes():
            state.captures += captures
            state.stored_bytes += size
        entries = islice(lake.quarantine.entries(Filters(state="open")), MOST_ENTRIES)
        state.quarantined.update(entry.stage for entry in entries)
