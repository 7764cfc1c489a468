"""`snapshot`: copies of the index with all state beside it, and their way back. The lake has copies of its own."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ingest.dedup import open_signatures
from ingest.erasing import ERASED
from ingest.errors import IndexUnavailable, UsageError
from ingest.index.backups import Backup
from ingest.index.generations import Generation, Generations, read_generation
from ingest.index.opening import open_backups, open_generations, open_index
from ingest.jobs.merging import format_now
from ingest.jobs.reindexing import KEY, KIND, RESTORED
from ingest.settings import Settings
from ingest.state import Json, open_records

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did: what serves now, what is kept of before, and how many tombstones outlived it."""

    name: str
    serves: dict[str, str]
    kept: dict[str, str]
    erased: int

    def to_json(self) -> dict[str, Any]:
        """Give the shape of `snapshot restore --json`."""
        return {"name": self.name, "serves": self.serves, "kept": self.kept, "erased": self.erased}


def snapshot(settings: Settings, name: str | None = None) -> Backup:
    """Make a snapshot of the index and of all state beside it; its name is the time where none is given.

    Raises UsageError where the name cannot be one or is taken, or the server lets no snapshots in.
    """
    chosen = name or f"{datetime.now(UTC):%Y%m%dt%H%M%Sz}"
    if not NAME.fullmatch(chosen):
        raise UsageError(f"{chosen!r}: a snapshot's name has small letters, digits, dots, hyphens and underscores")
    with closing(open_backups(settings.index)) as backups:
        return backups.create(chosen)


def list_snapshots(settings: Settings) -> list[dict[str, Any]]:
    """List the snapshots, oldest first."""
    with closing(open_backups(settings.index)) as backups:
        return [backup.to_json() for backup in backups.list_all()]


def restore_snapshot(name: str, settings: Settings) -> Restored:
    """Let the index and its state be as they were in a snapshot; erasures of afterwards hold.

    What served till now is kept for `reindex --rollback`; on a new machine that is nothing. Stop writers first: what
    they write meanwhile may be lost from the index, and is made good by a replay. Raises UsageError where there is no
    whole snapshot of that name.
    """
    with closing(open_generations(settings.index)) as generations:
        before = provide_generation(settings, generations)
        with open_records(settings.index) as records:
            stones = dict(records.scan(ERASED))
            kept = records.get(KIND, [KEY]).get(KEY)
        with closing(open_backups(settings.index)) as backups:
            restored = backups.restore(name)
        keep_erasures(settings, stones, (before, restored))
        if stones:
            with closing(generations.open_target(restored)) as target:
                target.remove(list(stones))
        generations.switch(restored)
        if kept and kept["phase"] == "done" and kept["old"]["names"] != before.names:
            generations.drop(read_generation(kept["old"]))
    return Restored(name=name, serves=dict(restored.names), kept=dict(before.names), erased=len(stones))


def provide_generation(settings: Settings, generations: Generations) -> Generation:
    """Give what serves; where nothing does yet, an empty index for the snapshot to take the place of."""
    try:
        return generations.current()
    except IndexUnavailable:
        with closing(open_index(settings.index, write=True)) as index:
            index.prepare()
        return generations.current()


def keep_erasures(settings: Settings, stones: dict[str, Json], generations: tuple[Generation, Generation]) -> None:
    """Put tombstones back into the restored state, and note what is kept for a rollback."""
    before, after = generations
    done = {"phase": "done", "at": format_now(), "origin": RESTORED, "old": before.to_json(), "new": after.to_json()}
    with open_records(settings.index) as records, open_signatures(settings.index) as store:
        records.put(ERASED, stones)
        store.remove(list(stones))
        records.put(KIND, {KEY: done})
