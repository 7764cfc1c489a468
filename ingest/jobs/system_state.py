"""How the whole system stands, whichever process did the work: its runs, sources, quarantine and lake, in counts."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from ingest.errors import BroadsheetError
from ingest.jobs.sources import source_health
from ingest.lake import Filters, find_catalogue, open_lake
from ingest.run_records import RUNS, tell_state
from ingest.settings import Settings
from ingest.state import Json, read_records

MOST_ENTRIES = 10_000
# What a record of another make raises where something is looked for in it.
ODD = (AttributeError, KeyError, TypeError, ValueError)
LOGGER = logging.getLogger(__name__)

Part = Literal["runs", "sources", "lake"]


@dataclass(slots=True, kw_only=True)
class SystemState:
    """What stands in the records and the lake.

    `sources` are the lines of their health, `quarantined` the open entries by stage (of the first 10,000 that there
    are), `captures` and `stored_bytes` those of the lake, None where this machine has no catalogue of it. `seconds` say
    how long reading each part took; what of them is `unread` could not be read.
    """

    sources: list[Json] = field(default_factory=list)
    quarantined: Counter[str] = field(default_factory=Counter)
    captures: int | None = None
    stored_bytes: int = 0
    seconds: dict[Part, float] = field(default_factory=dict)
    unread: set[Part] = field(default_factory=set)


def read_system(
    settings: Settings, parts: Collection[Part], take_run: Callable[[Json], None], known_runs: Collection[str] = ()
) -> SystemState:
    """Read parts of the system; each run that is not known is shown to `take_run`, since there may be very many.

    What `take_run` raises at an odd record counts for that record alone.
    """
    state = SystemState()
    readers: dict[Part, Callable[[], None]] = {
        "runs": lambda: read_runs(settings, take_run, known_runs),
        "sources": lambda: state.sources.extend(source_health(settings)),
        "lake": lambda: read_lake(state, settings),
    }
    for part in parts:
        began = time.monotonic()
        try:
            readers[part]()
        except (BroadsheetError, OSError, sqlite3.Error, *ODD) as error:
            LOGGER.warning("the %s cannot be read: %s: %s", part, type(error).__name__, error)
            state.unread.add(part)
        state.seconds[part] = time.monotonic() - began
    return state


def read_runs(settings: Settings, take_run: Callable[[Json], None], known: Collection[str]) -> None:
    """Read the records of runs, one at a time; an odd one is told, and passed over."""
    with read_records(settings.index) as records:
        for run_id, record in records.scan(RUNS):
            if run_id not in known:
                try:
                    take_run(tell_state(record))
                except ODD as error:
                    LOGGER.warning("the record of run %s cannot be read: %r", run_id, error)


def read_lake(state: SystemState, settings: Settings) -> None:
    """Read what the lake holds and what its quarantine does; a look makes no catalogue."""
    if not find_catalogue(settings.lake).is_file():
        return
    with open_lake(settings.lake, create=False) as lake:
        sizes = lake.sizes()
        entries = islice(lake.quarantine.entries(Filters()), MOST_ENTRIES)
        state.quarantined.update(entry.stage for entry in entries if entry.state == "open")
    state.captures = sum(captures for _, captures, _ in sizes)
    state.stored_bytes = sum(size for _, _, size in sizes)
