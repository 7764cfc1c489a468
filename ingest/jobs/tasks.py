"""What the DAGs call beside the main job's batches: each takes plain values and gives plain books."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, cast, get_args

from ingest.errors import SourcesBroken, UsageError
from ingest.index.opening import open_index
from ingest.jobs.alerting import run_alerts
from ingest.jobs.batches import TICKET
from ingest.jobs.flags import Flags, load_settings
from ingest.jobs.ingestion import IngestReport
from ingest.jobs.keeping import verify_lake
from ingest.jobs.learning import list_proposals
from ingest.jobs.quarantine import replay_quarantine
from ingest.jobs.reclustering import recluster
from ingest.jobs.reindexing import Origin, drop_old_index, give_up_reindex, plan_reindex, reindex, roll_back
from ingest.jobs.replaying import Selection, replay
from ingest.jobs.retention import apply_retention
from ingest.jobs.snapshots import list_snapshots, snapshot
from ingest.jobs.sources import source_health
from ingest.lake import Filters, open_lake

IDS_AT_ONCE = 1000
MOST_TOLD = 20


def announce_batches(folder: str, run_id: str, references: Sequence[str]) -> dict[str, Any]:
    """Leave the references of a run in a drop folder, for `claim_batches`; none leave nothing. Twice is once."""
    if references:
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        scratch = place / f".{run_id}{TICKET}"
        scratch.write_text(json.dumps(list(references)), encoding="utf-8")
        scratch.rename(place / f"{run_id}{TICKET}")
    return {"run_id": run_id, "batches": len(references)}


def replay_entries(ids: Sequence[str], stage: str | None = None, flags: Flags | None = None) -> dict[str, Any]:
    """Replay entries of the quarantine, all open ones for no ids; give the books."""
    filters = Filters(state="open", stage=stage)
    return to_books(replay_quarantine(ids, load_settings(flags), filters))


def reprocess(wanted: Mapping[str, Any], interval: tuple[str, str], flags: Flags | None = None) -> dict[str, Any]:
    """Replay the documents of the lake that are meant; give the books.

    `wanted` are the fields of a Selection; where it says nothing at all, those accepted in the interval. Raises
    UsageError where neither says anything: the whole lake is replayed by a date that says so.
    """
    said = {name: value for name, value in wanted.items() if value}
    if not said:
        since, until = interval
        said = {name: value for name, value in (("since", since), ("until", until)) if value}
    if not said:
        raise UsageError("name what to reprocess: a time, a source, a run, a reason or a version; since=1970 means all")
    report = replay(load_settings(flags), Selection(**said))
    return {**said, **(to_books(report) if isinstance(report, IngestReport) else report.to_json())}


def recluster_all(flags: Flags | None = None, *, dry_run: bool = False) -> dict[str, Any]:
    """Recluster; give the books."""
    return recluster(load_settings(flags), dry_run=dry_run).to_json()


def count_proposals(flags: Flags | None = None) -> dict[str, Any]:
    """Count what `learn` proposes, by state."""
    counted = Counter(line["state"] for line in list_proposals(load_settings(flags)))
    return dict(sorted(counted.items()))


def change_index(action: str, origin: str, flags: Flags | None = None, *, force: bool = False) -> dict[str, Any]:
    """Plan a reindex, do it, go back, give it up or tidy up; raise UsageError for another action or origin."""
    settings = load_settings(flags)
    if action == "plan":
        return plan_reindex(settings)
    if action == "reindex":
        if origin not in get_args(Origin):
            raise UsageError(f"{origin!r}: an index is built from {' or '.join(get_args(Origin))}")
        return reindex(settings, origin=cast("Origin", origin), force=force).to_json()
    others = {"rollback": roll_back, "give_up": give_up_reindex, "drop_old": drop_old_index}
    if action not in others:
        raise UsageError(f"{action!r} is none of plan, reindex, {', '.join(others)}")
    return others[action](settings).to_json()


def tell_alerts(flags: Flags | None = None) -> dict[str, Any]:
    """Tell what is new to saved queries; count the alerts, and what was told or could not be."""
    lines = run_alerts(load_settings(flags))
    return {"alerts": len(lines), "lines": lines}


def keep_retention(flags: Flags | None = None, *, dry_run: bool = False) -> dict[str, Any]:
    """Apply retention; give the books."""
    return apply_retention(load_settings(flags), dry_run=dry_run).to_json()


def assert_lake_sound(flags: Flags | None = None) -> dict[str, Any]:
    """Read the whole lake; raise LakeDamaged where anything is wrong."""
    done = verify_lake(load_settings(flags))
    done.assert_sound()
    return {name: value for name, value in done.to_json().items() if name != "findings"}


def assert_sources_well(flags: Flags | None = None) -> dict[str, Any]:
    """Count the sources by how they are; raise SourcesBroken where any fail again and again, or their text drifts."""
    lines = list(source_health(load_settings(flags)))
    bad = [f"{line['name']} ({why})" for line in lines if (why := why_broken(line))]
    if bad:
        more = [f"and {len(bad) - MOST_TOLD} more"] if len(bad) > MOST_TOLD else []
        raise SourcesBroken(f"{len(bad)} of {len(lines)} sources: {', '.join([*bad[:MOST_TOLD], *more])}")
    return dict(sorted(Counter(line["standing"] for line in lines).items()))


def why_broken(line: Mapping[str, Any]) -> str:
    """Say why somebody must look at a source, from its line of health; empty where nobody must."""
    if line["standing"] == "broken":
        return str(line["error"])
    return "; ".join(line["drift"]) if line["enabled"] else ""


def keep_snapshot(run_id: str, flags: Flags | None = None) -> dict[str, Any]:
    """Make a snapshot of the index named after the run; one that a first attempt made is kept."""
    settings = load_settings(flags)
    name = re.sub(r"[^a-z0-9._-]", "-", run_id.lower())
    made = [line for line in list_snapshots(settings) if line["name"] == name and line["whole"]]
    return made[0] if made else snapshot(settings, name).to_json()


def compare_counts(flags: Flags | None = None) -> dict[str, Any]:
    """Count the documents of the lake that the index holds, that failed, and that are in neither.

    Those in neither were dropped by policy, removed from the index, or their run has not ended.
    """
    settings = load_settings(flags)
    counted: Counter[str] = Counter()
    with open_lake(settings.lake) as lake:
        failed = {entry.trace.id for entry in lake.quarantine.entries(Filters(state="open"))}
        ids = iter(dict.fromkeys(capture.id for capture in lake.since()))
        index = open_index(settings.index, write=False)
        try:
            while some := list(islice(ids, IDS_AT_ONCE)):
                standing = index.standing(some)
                counted.update(
                    "indexed" if key in standing else "failed" if key in failed else "neither" for key in some
                )
        finally:
            index.close()
    return {"lake": counted.total(), **{name: counted[name] for name in ("indexed", "failed", "neither")}}


def to_books(report: IngestReport) -> dict[str, Any]:
    """Give a run's books without single documents."""
    return {"run_id": report.run_id, **report.to_books()}
