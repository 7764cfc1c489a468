"""`reindex`: another index is built beside the one that serves, checked, and put in its place in one step.

What goes on is kept beside the index as a record, so that a build that was killed is gone on with, or given up.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ingest import __version__
from ingest.clean.rulepack import rules_version
from ingest.crash_points import passing
from ingest.erasing import ERASED
from ingest.errors import UsageError
from ingest.index.generations import Generation, Generations, read_generation
from ingest.index.mapping import Change
from ingest.index.opening import open_generations
from ingest.index.protocol import Index
from ingest.jobs.copying import Held, Sum, copy_differences, hold, verify
from ingest.jobs.merging import format_now
from ingest.jobs.rebuilding import rebuild
from ingest.learning import read_learned
from ingest.settings import Settings
from ingest.state import Json, Records, open_records, read_records

KIND, KEY = "reindex", "index"
# Where what serves is from: restored, it knows less than what served before; of the lake, its articles were made anew,
# under versions that begin at nothing. Neither is brought over.
RESTORED, REBUILT = "snapshot", "lake"
MAX_PASSES = 5
# Few enough to be copied while writers wait.
FEW_CHANGES = 200
# Versions of rules or code that an index is made of.
MOST_VERSIONS = 1000

Origin = Literal["index", "lake"]
Action = Literal["nothing to do", "fields added", "reindexed", "rolled back", "given up", "old index removed"]


@dataclass(slots=True, kw_only=True)
class ReindexReport:
    """What was done. `held_seconds` is how long writers waited; the counts and the checksum are of the new index.

    `left_out` counts articles of the old index that a build from the lake has not: dropped or failed now.
    """

    action: Action = "nothing to do"
    origin: Origin = "index"
    passes: int = 0
    copied: int = 0
    removed: int = 0
    left_out: int = 0
    articles: int = 0
    comments: int = 0
    versions: int = 0
    checksum: str = ""
    seconds: float = 0.0
    held_seconds: float = 0.0
    old: dict[str, str] = field(default_factory=dict)
    new: dict[str, str] = field(default_factory=dict)
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give the shape of `reindex --json`."""
        return {**asdict(self), "seconds": round(self.seconds, 3), "held_seconds": round(self.held_seconds, 3)}


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[Generations, Records]]:
    """Open the generations of the index, and the records beside it."""
    with closing(open_generations(settings.index)) as generations, open_records(settings.index) as records:
        yield generations, records


def plan_reindex(settings: Settings) -> dict[str, Any]:
    """Tell what a reindex would do: nothing, take new fields in, or build another index; and what to clean anew.

    `reclean` counts the articles that other rules or other code made: `replay --rules old` cleans them.
    """
    with closing(open_generations(settings.index)) as generations, read_records(settings.index) as records:
        current = generations.current()
        differences = generations.compare()
        state = records.get(KIND, [KEY]).get(KEY)
        digests = ("", *read_learned(records, settings.learn).digests.values())
        today = {"rules": {rules_version(each) for each in digests}, "code": {__version__}}
        action = choose(differences_changes(differences))
        with closing(generations.open_source()) as index:
            index.refresh()
            reclean = scan_outdated(index, today) if action == "reindex" else count_outdated(index, today)
        return {
            "action": action,
            "current": dict(current.names),
            "kinds": [asdict(each) for each in differences],
            "reclean": reclean,
            "unfinished": state["new"]["names"] if state and state["phase"] == "building" else None,
            "kept": state["old"]["names"] if state and state["phase"] == "done" else None,
        }


def differences_changes(differences: list[Any]) -> list[Change]:
    """Give the changes of all kinds."""
    return [each.change for each in differences]


def choose(changes: list[Change]) -> Change:
    """Give the largest change."""
    order: tuple[Change, ...] = ("none", "additive", "reindex")
    return max(changes, key=order.index)


def count_outdated(index: Index, today: dict[str, set[str]]) -> dict[str, int]:
    """Count all articles, and those that other rules or other code made, by a search."""
    by = {name: {"terms": {"field": f"{name}_version", "size": MOST_VERSIONS}} for name in today}
    answer = index.search({"size": 0, "track_total_hits": True, "aggs": by})
    old = {
        name: sum(each["doc_count"] for each in answer["aggregations"][name]["buckets"] if each["key"] not in known)
        for name, known in today.items()
    }
    return {"articles": int(answer["hits"]["total"]["value"]), **old}


def scan_outdated(index: Index, today: dict[str, set[str]]) -> dict[str, int]:
    """Count the same in an index of another mapping, which this program cannot search."""
    counts = {"articles": 0, "rules": 0, "code": 0}
    for each in index.scan():
        counts["articles"] += 1
        counts["rules"] += each.document.get("rules_version") not in today["rules"]
        counts["code"] += each.document.get("code_version") not in today["code"]
    return counts


def reindex(settings: Settings, *, origin: Origin = "index", force: bool = False) -> ReindexReport:
    """Do what the mapping asks for: nothing, new fields in place, or another index, which serves in the end.

    With `force`, or from the lake, another one is built in any case. Writers and readers go on meanwhile; writers wait
    for the last differences, the check and the switch. The old index is kept for `roll_back`. A build that was killed
    is gone on with. Raises ReindexFailed where old and new differ in the end, Unavailable where the index is away or an
    embedded one is being written; the old one then goes on serving.
    """
    started = time.perf_counter()
    with opened(settings) as (generations, records):
        state = records.get(KIND, [KEY]).get(KEY)
        report = ReindexReport(origin=origin)
        if state and state["phase"] == "building":
            report.origin = state["origin"]
            finish_or_resume(settings, generations, records, (state, report))
        else:
            changes = differences_changes(generations.compare())
            if force or origin == "lake" or choose(changes) == "reindex":
                begin(settings, generations, records, (state, report))
            elif choose(changes) == "additive":
                generations.add_fields()
                report.action = "fields added"
                report.note = "the new fields are empty until `broadsheet replay`"
        report.seconds = time.perf_counter() - started
        return report


Progress = tuple[Json | None, ReindexReport]


def begin(settings: Settings, generations: Generations, records: Records, progress: Progress) -> None:
    """Start a build: the record comes before any copy; the old index of the reindex before is removed in the end."""
    state, report = progress
    new = generations.create()
    building = {
        "phase": "building",
        "origin": report.origin,
        "at": format_now(),
        "old": generations.current().to_json(),
        "new": new.to_json(),
        "older": state["old"] if state else None,
        "last": state,
    }
    records.put(KIND, {KEY: building})
    build(settings, generations, records, (building, report))


def finish_or_resume(settings: Settings, generations: Generations, records: Records, progress: Progress) -> None:
    """Go on with a build: it serves already and only the record is behind, or it is there, or it is begun anew."""
    state, report = progress
    assert state is not None  # noqa: S101 - the caller looked
    new = read_generation(state["new"])
    if generations.current().names == new.names:
        generations.let_write()
        finish(generations, records, progress)
        report.note = "the new index served already"
        return
    generations.let_write()
    fresh = {each.kind: each.ours for each in generations.compare()}
    if generations.exists(new) and all(fresh.get(kind, version) == version for kind, version in new.versions.items()):
        build(settings, generations, records, progress)
        return
    generations.drop(new)
    begin(settings, generations, records, (state.get("last"), report))


def build(settings: Settings, generations: Generations, records: Records, progress: Progress) -> None:
    """Fill the new generation, hold writers for the last differences, check, switch."""
    state, report = progress
    assert state is not None  # noqa: S101 - the caller made it
    old, new = read_generation(state["old"]), read_generation(state["new"])
    with closing(generations.open_source()) as source, closing(generations.open_target(new)) as target:
        same = old.versions == new.versions
        if report.origin == "lake":
            held = rebuild(settings, generations, (source, target), report)
        else:
            held = copy(generations, (source, target), report, same_mapping=same)
        with held as (total, clock):
            passing("reindex_verified")
            target.close()
            generations.switch(new)
            passing("reindex_switched")
    report.held_seconds = clock.seconds
    note_sum(report, total)
    finish(generations, records, progress)


@contextmanager
def copy(
    generations: Generations, indices: tuple[Index, Index], report: ReindexReport, *, same_mapping: bool
) -> Iterator[tuple[Sum, Held]]:
    """Copy from the old index until little changes, then with writers held; yield what both hold, still held."""
    source, target = indices
    for report.passes in range(1, MAX_PASSES + 1):
        if note_changes(source, target, report) <= FEW_CHANGES:
            break
    with hold(generations) as held:
        note_changes(source, target, report)
        yield verify(source, target, same_mapping=same_mapping), held


def note_changes(source: Index, target: Index, report: ReindexReport) -> int:
    """Copy what differs, and count it."""
    changes = copy_differences(source, target)
    report.copied += changes.copied
    report.removed += changes.removed
    return changes.total


def note_sum(report: ReindexReport, total: Sum) -> None:
    """Tell what the new index holds."""
    report.articles, report.comments, report.versions = total.articles, total.comments, total.versions
    report.checksum = total.checksum


def finish(generations: Generations, records: Records, progress: Progress) -> None:
    """Note that the new index serves, and remove the one that was kept before."""
    state, report = progress
    assert state is not None  # noqa: S101 - the caller has it
    done = {"phase": "done", "at": format_now(), "origin": state["origin"], "old": state["old"], "new": state["new"]}
    records.put(KIND, {KEY: done})
    if state["older"] and state["older"] != state["old"]:
        generations.drop(read_generation(state["older"]))
    report.action = "reindexed"
    report.old, report.new = state["old"]["names"], state["new"]["names"]


def roll_back(settings: Settings) -> ReindexReport:
    """Let the index serve again that served before the last reindex; the one that served till now is kept.

    Of one mapping version it is first brought up to date; of another, or after a restore or a build from the lake, it
    serves as it was, and what came since must be replayed. Raises UsageError where none was kept.
    """
    started = time.perf_counter()
    with opened(settings) as (generations, records):
        state = records.get(KIND, [KEY]).get(KEY)
        if state is None or state["phase"] != "done" or not generations.exists(read_generation(state["old"])):
            raise UsageError("there is no old index to go back to")
        report = ReindexReport()
        now, before = read_generation(state["new"]), read_generation(state["old"])
        if now.versions == before.versions and state["origin"] not in (RESTORED, REBUILT):
            turned = {
                "phase": "building",
                "origin": "index",
                "at": state["at"],
                "old": state["new"],
                "new": state["old"],
                "older": None,
                "last": state,
            }
            records.put(KIND, {KEY: turned})
            build(settings, generations, records, (turned, report))
        else:
            take_back(generations, records, state, (now, before))
            report.note = f"what came since {state['at']} is missing: broadsheet replay --since {state['at']}"
        report.action = "rolled back"
        report.seconds = time.perf_counter() - started
        report.old, report.new = dict(now.names), dict(before.names)
        return report


def take_back(generations: Generations, records: Records, state: Json, pair: tuple[Generation, Generation]) -> None:
    """Switch back without bringing anything over; what was erased since goes from there, too."""
    now, before = pair
    with closing(generations.open_target(before)) as target:
        target.remove([key for key, _ in records.scan(ERASED)])
    generations.switch(before)
    records.put(KIND, {KEY: {**state, "old": now.to_json(), "new": before.to_json(), "at": format_now()}})


def give_up_reindex(settings: Settings) -> ReindexReport:
    """Give up a build that is not finished, and let writers go on; what was kept before is kept.

    Raises UsageError where there is none.
    """
    with opened(settings) as (generations, records):
        state = records.get(KIND, [KEY]).get(KEY)
        if state is None or state["phase"] != "building":
            raise UsageError("no reindex is under way")
        if generations.current().names == state["new"]["names"]:
            raise UsageError("the new index serves already: give `reindex` again to finish, or `--rollback` after that")
        generations.let_write()
        last = state.get("last")
        if not last or state["new"] != last["old"]:  # else it was on the way back to what is kept
            generations.drop(read_generation(state["new"]))
        if last:
            records.put(KIND, {KEY: last})
        else:
            records.delete(KIND, [KEY])
        return ReindexReport(action="given up")


def drop_old_index(settings: Settings) -> ReindexReport:
    """Remove the index that was kept for a rollback; raise UsageError where there is none."""
    with opened(settings) as (generations, records):
        state = records.get(KIND, [KEY]).get(KEY)
        if state is None or state["phase"] != "done":
            raise UsageError("no old index is kept")
        generations.drop(read_generation(state["old"]))
        records.delete(KIND, [KEY])
        return ReindexReport(action="old index removed", old=state["old"]["names"])
