"""Documents that failed, one JSON file each: why, under which versions, how often, and where their bytes are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from ingest.errors import LakeDamaged
from ingest.lake.storage import Storage
from ingest.model import Failed, Trace

State = Literal["open", "replayed", "resolved", "erased"]
FOLDER = "quarantine"


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of code and rules that an outcome was reached under."""

    code: str
    rules: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One document's failure at one stage; `trace.capture` points to its bytes in the lake (0: it has none)."""

    id: str
    trace: Trace
    stage: str
    error: str
    message: str
    code_version: str
    rules_version: str
    first_seen: str
    attempts: int
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which entries are wanted; None means any."""

    document: str | None = None
    stage: str | None = None
    error: str | None = None
    state: State | None = None
    code_version: str | None = None
    rules_version: str | None = None

    def match(self, entry: Entry) -> bool:
        """Tell whether an entry is wanted; `document` is a minted or a given id."""
        wanted = {
            "stage": self.stage, "error": self.error, "state": self.state,
            "code_version": self.code_version, "rules_version": self.rules_version,
        }  # fmt: skip
        if self.document not in {None, entry.trace.id, entry.trace.given_id}:
            return False
        return all(value is None or getattr(entry, name) == value for name, value in wanted.items())


class Quarantine:
    """Entries in `quarantine/`, spread over 256 sub-folders; entries are marked, never deleted."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def add(self, failed: Failed, versions: Versions) -> Entry:
        """Enter a failure.

        The same failure of an open entry again writes nothing; any other failure of that document at that stage
        (another message or capture, other versions, one after a replay) is one more attempt and opens the entry again.
        """
        name = entry_id(failed.trace.id, failed.stage)
        known = self.entry(name)
        entry = Entry(
            id=name,
            trace=failed.trace,
            stage=failed.stage,
            error=failed.error,
            message=failed.message,
            code_version=versions.code,
            rules_version=versions.rules,
            first_seen=datetime.now(UTC).isoformat(timespec="seconds") if known is None else known.first_seen,
            attempts=1 if known is None else known.attempts,
            state="open",
        )
        if entry == known:
            return entry
        return self._write(entry if known is None else replace(entry, attempts=known.attempts + 1))

    def entry(self, name: str) -> Entry | None:
        """Look up an entry by its id."""
        try:
            return self._read(_path(name))
        except FileNotFoundError:
            return None

    def entries(self, filters: Filters | None = None) -> Iterator[Entry]:
        """Yield the entries that match, in the order of their ids."""
        wanted = filters or Filters()
        for path, _ in self._storage.list(FOLDER):
            if path.endswith(".json") and wanted.match(entry := self._read(path)):
                yield entry

    def mark(self, name: str, state: State) -> Entry:
        """Set an entry's state; raise KeyError where there is no such entry."""
        known = self.entry(name)
        if known is None:
            raise KeyError(name)
        return known if known.state == state else self._write(replace(known, state=state))

    def erase(self, document_id: str) -> int:
        """Take what failures of a document tell of it out of their entries, which stay as `erased`; give how many."""
        entries = list(self.entries(Filters(document=document_id)))
        for entry in entries:
            trace = Trace(id=entry.trace.id, given_id=None, source="", origin="")
            self._write(replace(entry, trace=trace, message="", state="erased"))
        return len(entries)

    def _read(self, path: str) -> Entry:
        content = self._storage.read(path)
        try:
            value: dict[str, Any] = json.loads(content)
            return Entry(**{**value, "trace": Trace(**value["trace"])})
        except (ValueError, KeyError, TypeError) as error:
            raise LakeDamaged(f"{self._storage.root}/{path}: not an entry of the quarantine: {error}") from error

    def _write(self, entry: Entry) -> Entry:
        with self._storage.writing(_path(entry.id)) as file:
            file.write(json.dumps(asdict(entry), indent=1).encode("ascii"))
        return entry


def _path(name: str) -> str:
    return f"{FOLDER}/{name[:2]}/{name}.json"


def entry_id(document_id: str, stage: str) -> str:
    """Name the entry of a document's failure at a stage."""
    return hashlib.sha256(f"{stage}\0{document_id}".encode()).hexdigest()[:16]
