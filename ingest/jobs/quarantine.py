"""Looking at the quarantine, and sending documents through again from their bytes in the lake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ingest.errors import UsageError
from ingest.jobs.ingestion import IngestReport, open_rooms
from ingest.jobs.replaying import replay_captures
from ingest.lake import Entry, Filters, Lake, open_lake
from ingest.settings import Settings


def list_quarantine(settings: Settings, filters: Filters | None = None) -> Iterator[dict[str, Any]]:
    """Yield the entries that match, the open ones where nothing is said."""
    with open_lake(settings.lake, create=False) as lake:
        for entry in lake.quarantine.entries(filters or Filters(state="open")):
            yield to_line(entry)


def show_quarantine(any_id: str, settings: Settings) -> dict[str, Any]:
    """Give one entry by its own id or by its document's; raise UsageError where there is none."""
    with open_lake(settings.lake, create=False) as lake:
        return to_line(find_entries(lake, [any_id])[0])


def replay_quarantine(ids: Sequence[str], settings: Settings, filters: Filters | None = None) -> IngestReport:
    """Send failed documents through the pipeline again; those that pass are marked `resolved`.

    `ids` are entries or documents (none: every open entry); of them those that match. An entry without bytes in the
    lake (a missing file, a line over the limit) cannot be replayed and stays open. Repeating a replay changes nothing
    more.
    """
    wanted = filters or Filters(state="open")
    with open_rooms(settings) as opened:
        lake = opened.lake
        entries = find_entries(lake, ids) if ids else lake.quarantine.entries(wanted)
        captures = {entry.trace.capture for entry in entries if entry.trace.capture and wanted.match(entry)}
        return replay_captures(opened, sorted(captures), command="quarantine replay")


def find_entries(lake: Lake, ids: Sequence[str]) -> list[Entry]:
    """Look entries up by their own id or by their document's; raise UsageError naming one that is not there."""
    found: list[Entry] = []
    for any_id in ids:
        entry = lake.quarantine.entry(any_id)
        matches = [entry] if entry else list(lake.quarantine.entries(Filters(document=any_id)))
        if not matches:
            raise UsageError(f"{any_id}: not in the quarantine; see `broadsheet quarantine list`")
        found += matches
    return found


def to_line(entry: Entry) -> dict[str, Any]:
    """Give an entry's line."""
    return {
        "id": entry.id,
        "document": entry.trace.given_id or entry.trace.id,
        "origin": entry.trace.origin,
        "capture": entry.trace.capture,
        "state": entry.state,
        "stage": entry.stage,
        "error": entry.error,
        "message": entry.message,
        "attempts": entry.attempts,
        "first_seen": entry.first_seen,
        "code_version": entry.code_version,
        "rules_version": entry.rules_version,
    }
