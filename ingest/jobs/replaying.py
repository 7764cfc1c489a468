"""`replay`: documents of the lake through the pipeline again, under today's code and rules; nothing is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from ingest import __version__
from ingest.admission import Recalled
from ingest.clean.rulepack import rules_version
from ingest.crash_points import passing
from ingest.errors import UsageError
from ingest.index.document import format_time
from ingest.index.protocol import Index
from ingest.jobs.ingestion import IngestReport, Opened, open_rooms, run_pipeline
from ingest.jobs.trials import StagesReport, run_stages
from ingest.lake import Capture, Entry, Filters, Lake, Wanted
from ingest.model import DropReason
from ingest.pipeline import build_pipeline
from ingest.search.dates import read_date
from ingest.settings import Settings

OLD = "old"
PAGE = 1000

OnSeen = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which documents of the lake to replay; what is not said means any, and all that is said must hold.

    `ids` are minted or given ones. `run`: the run that brought the bytes. `source`: as the reader named it. `since` and
    `until`: accepted in this time (a year, month, day or time, UTC where it names no zone; both included).
    `reason`: the error of an open entry of the quarantine, a flag of the article, or the reason of a drop.
    `rules_version` and `code_version`: what made the indexed article; `old` is any other than today's.
    """

    ids: tuple[str, ...] = ()
    run: str | None = None
    source: str | None = None
    since: str | None = None
    until: str | None = None
    reason: str | None = None
    rules_version: str | None = None
    code_version: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Give what is said."""
        return {name: value for name, value in asdict(self).items() if value}


def replay(
    settings: Settings,
    selection: Selection | None = None,
    *,
    up_to: str | None = None,
    on_seen: OnSeen | None = None,
) -> IngestReport | StagesReport:
    """Send documents of the lake through the pipeline again, in the order of their captures.

    With `up_to` they go no further than that stage (`enrich` at most) and nothing is written: a trial, with books by
    stage. Replaying twice is the same as once. Raises UsageError where a named document is not in the lake, or a stage
    or a date is none.
    """
    with open_rooms(settings) as opened:
        captures = select(opened, selection or Selection())
        if up_to is None:
            return replay_captures(opened, captures, on_seen)
        stages = build_pipeline(opened.rooms, opened.index, opened.deduplicator)
        names = [stage.name for stage in stages]
        if up_to not in names:
            raise UsageError(f"{up_to!r} is no stage; there are {', '.join(names)}")
        taken = stages[: min(names.index(up_to), len(stages) - 2) + 1]
        return run_stages(taken, recall(opened.lake, captures), on_seen)


def replay_captures(
    opened: Opened, captures: Sequence[int], on_seen: OnSeen | None = None, command: str = "replay"
) -> IngestReport:
    """Replay captures; mark the open entries of the quarantine whose documents pass now."""
    lake = opened.lake
    entries = {entry.trace.capture: entry for entry in lake.quarantine.entries(Filters(state="open"))}
    left: set[int] = set()
    report = run_pipeline(
        recall(lake, captures),
        opened,
        on_seen=on_seen,
        on_left=lambda outcome: left.add(outcome.trace.capture),
        command=command,
    )
    for capture in captures:
        if capture in entries and capture not in left:
            lake.quarantine.mark(entries[capture].id, "resolved")
    return report


def recall(lake: Lake, captures: Sequence[int]) -> Iterator[Recalled]:
    """Yield the payloads of captures from the lake; captures that are gone are passed over."""
    for start in range(0, len(captures), PAGE):
        for capture, payload in lake.recall(lake.look_up(captures[start : start + PAGE])):
            passing("replayed")
            yield Recalled(payload, capture)


def select(opened: Opened, selection: Selection) -> list[int]:
    """Name the captures that are selected, in order: all that the lake holds of each document that is meant."""
    wanted = to_wanted(selection)
    ids = find_ids(opened, selection)
    captures = scan_captures(opened.lake, wanted, ids)
    if selection.reason is not None:
        captures = having_reason(opened, captures, selection.reason)
    return sorted({capture.capture for capture in captures})


def to_wanted(selection: Selection) -> Wanted:
    """Say what the lake's catalogue is asked for."""
    since = read_date("since", selection.since, end=False) if selection.since else None
    until = read_date("until", selection.until, end=True) if selection.until else None
    return Wanted(run=selection.run, source=selection.source, since=_format(since), until=_format(until))


def _format(moment: datetime | None) -> str | None:
    return None if moment is None else format_time(moment)


def scan_captures(lake: Lake, wanted: Wanted, ids: Iterable[str] | None) -> Iterator[Capture]:
    """Yield the captures of some documents, or of all."""
    if ids is None:
        yield from lake.since(0, wanted)
        return
    for key in ids:
        yield from lake.since(0, replace(wanted, id=key))


def find_ids(opened: Opened, selection: Selection) -> list[str] | None:
    """Name the documents that are meant by their ids or by what made them; None for all."""
    named = [find_in_lake(opened, any_id) for any_id in selection.ids]
    if selection.rules_version is None and selection.code_version is None:
        return named or None
    made = find_made_by(opened, selection)
    return [key for key in named if key in made] if named else sorted(made)


def find_in_lake(opened: Opened, any_id: str) -> str:
    """Give the minted id of a document; raise UsageError where the lake has nothing of it."""
    document = opened.index.find(any_id)
    key = document["id"] if document else any_id
    if not opened.lake.captures(key):
        raise UsageError(f"{any_id}: the lake has no document of this id")
    return str(key)


def find_made_by(opened: Opened, selection: Selection) -> set[str]:
    """Name the articles of the index that were made by versions of rules and code."""
    opened.index.refresh()
    digests = ("", *opened.rooms.learned.digests.values())
    today = {"rules_version": {rules_version(each) for each in digests}, "code_version": {__version__}}
    said = {name: value for name in today if (value := getattr(selection, name)) is not None}
    return {
        each.document["id"]
        for each in opened.index.scan()
        if all(is_meant(each.document[name], value, today[name]) for name, value in said.items())
    }


def is_meant(version: str, wanted: str, today: set[str]) -> bool:
    """Tell whether a version is the wanted one; `old` means any other than today's."""
    return version not in today if wanted == OLD else version == wanted


def having_reason(opened: Opened, captures: Iterable[Capture], reason: str) -> Iterator[Capture]:
    """Keep the captures that failed with an error, were dropped for a reason, or whose article carries a flag."""
    failed = {e.trace.capture for e in open_entries(opened.lake) if e.error == reason}
    is_drop = reason in set(DropReason)
    held_back = {e.trace.id for e in open_entries(opened.lake)} if is_drop else set()
    remaining = iter(captures)
    while page := list(islice(remaining, PAGE)):
        documents = look_up(opened.index, [capture.id for capture in page])
        for capture in page:
            document = documents.get(capture.id)
            absent = is_drop and document is None and capture.id not in held_back
            if capture.capture in failed or absent or (document and reason in document["flags"]):
                yield capture


def open_entries(lake: Lake) -> Iterator[Entry]:
    """Yield what failed and has not passed since."""
    return lake.quarantine.entries(Filters(state="open"))


def look_up(index: Index, ids: Sequence[str]) -> dict[str, Any]:
    """Fetch the articles of these ids."""
    return dict(index.documents(list(dict.fromkeys(ids))))
