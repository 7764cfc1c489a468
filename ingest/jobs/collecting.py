"""The job that looks at sources when they are due, cut into tasks: which are due, and one of them into the lake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

from ingest.collecting import SOURCES, Collector, Wanted, now
from ingest.domains import registrable_domain
from ingest.errors import UsageError
from ingest.jobs.batch_tallies import BatchCounter
from ingest.jobs.batches import settle, write_batches
from ingest.jobs.flags import Flags, load_settings
from ingest.lake import handover_path, open_lake
from ingest.model import Failed
from ingest.pipeline import reading_stage
from ingest.settings import Settings
from ingest.sources.catalogue import Catalogue, Source, load_catalogue, load_sources
from ingest.sources.cron import read_cron
from ingest.sources.polling import SourceState, is_due
from ingest.state import RecordReader, open_records, read_records

NO_NAME = re.compile(r"[^A-Za-z0-9_-]")


def due_sources(flags: Flags | None = None, *, moment: datetime | None = None, group: str | None = None) -> list[str]:
    """Name the enabled sources of the catalogue that should be looked at, those first that have waited longest.

    `group` names one; empty means the sources in no group, None all. Of a group, a source counts as due at the time
    nearest to its own among those of the group's schedule. Raises UsageError where there is no such group.
    """
    settings, at = load_settings(flags), moment or now()
    catalogue = load_catalogue(settings.sources.file)
    again_at = asked_again_at(catalogue, group, at)
    asked = [each.name for each in catalogue.sources if each.enabled and group in {None, each.group}]
    with read_records(settings.index) as records:
        states = recall(records, asked)
    due = [name for name, state in states.items() if is_due(state, at, again_at)]
    return sorted(due, key=lambda name: states[name].next_at)


def asked_again_at(catalogue: Catalogue, group: str | None, moment: datetime) -> datetime | None:
    """Say when the schedule of a group asks after a moment; None where no group is meant."""
    if not group:
        return None
    schedules = {each.name: each.schedule for each in catalogue.groups}
    if group not in schedules:
        raise UsageError(f"the catalogue declares no group called {group}")
    return read_cron(schedules[group]).next_after(moment)


def choose_sources(
    names: Sequence[str], pool: str, pools: Sequence[str], flags: Flags | None = None, *, group: str | None = None
) -> list[str]:
    """Name those of the named sources that belong to one of the pools; for no name, those of them that are due.

    All sources of a registered domain belong to the same pool, so that a pool with one slot asks none of its hosts
    twice at a time. A name that is in no catalogue belongs to one, too: `collect` tells of it. `group` is as for
    `due_sources`, and nothing to sources that are named.
    """
    chosen = list(names) or due_sources(flags, group=group)
    sources = {source.name: source for source in load_sources(load_settings(flags).sources.file)}
    return [name for name in chosen if choose_pool(sources.get(name), name, pools) == pool]


def choose_pool(source: Source | None, name: str, pools: Sequence[str]) -> str:
    """Choose a pool by a source's registered domain or address, by its name where it is not on the web."""
    site = (registrable_domain(source.url) or urlsplit(source.url).hostname) if source else None
    return pools[crc32((site or name).encode()) % len(pools)]


def collect(name: str, run_id: str, flags: Flags | None = None) -> list[str]:
    """Look at one source, take what is new into the lake, and give a reference a batch for `clean_batch`.

    A source that fails gives a batch with a failed document that says so, and its health remembers it. Called again
    with the same run it gives the same references. Raises UsageError where the catalogue has no such source.
    """
    settings = load_settings(flags)
    source = find_source(name, settings)
    run = f"{run_id}-{NO_NAME.sub('_', name)}"
    with open_lake(settings.lake) as lake, open_records(settings.index) as records:
        stage = reading_stage(settings, lake, run, records)
        state = recall(records, [name])[name]
        if state.run_id == run:
            return [handover_path(lake, run, stage.name, number) for number in range(state.batches)]
        collector = Collector(settings=settings, records=records, run_id=run)
        payloads = collector.payloads(Wanted(sources=(source,)))
        counter = BatchCounter()
        told = note_failures(collector, settle(lake, counter.carry_on(stage, payloads), {stage.name}, run_id))
        references = write_batches(lake, records, (run, stage.name), told, counter)
        collector.commit(batches=len(references))
        return references


def note_failures(collector: Collector, outcomes: Iterable[Any]) -> Iterator[Any]:
    """Pass outcomes on, and let the collector know those that failed."""
    for outcome in outcomes:
        if isinstance(outcome, Failed):
            collector.note_left(outcome)
        yield outcome


def find_source(name: str, settings: Settings) -> Source:
    """Give a source of the catalogue; raise UsageError where there is none of that name."""
    for source in load_sources(settings.sources.file):
        if source.name == name:
            return source
    raise UsageError(f"{settings.sources.file}: there is no source called {name}")


def recall(records: RecordReader, names: list[str]) -> dict[str, SourceState]:
    """Give what is remembered of sources, in their order."""
    held = records.get(SOURCES, names) if names else {}
    return {name: SourceState.from_json(held.get(name)) for name in names}


def sources_named(names: list[str], settings: Settings) -> Iterator[Source]:
    """Yield the named sources of the catalogue, all of them for no name."""
    if names:
        yield from (find_source(name, settings) for name in names)
    else:
        yield from load_sources(settings.sources.file)
