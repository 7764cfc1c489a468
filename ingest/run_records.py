"""Run records: what is remembered of each run beside the index: its settings, rules and code, how it ended, its books.

A run that was killed leaves a record that says `running`; who reads it tells by the process that it is no more.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Literal

import orjson

from ingest import __version__
from ingest.clean.rulepack import rules_version
from ingest.errors import BroadsheetError, Unavailable
from ingest.lake.files import lives
from ingest.settings import Settings
from ingest.state import Json, RecordReader, Records

RUNS = "runs"
THIS = 0

RunState = Literal["running", "done", "failed", "interrupted"]


class RunLog:
    """The record of one run; `books` is what the run has done so far, as its report says it.

    `process` is by default this one, None for a run of several tasks.
    """

    def __init__(
        self, records: Records, settings: Settings, run_id: str, command: str, *, process: int | None = THIS
    ) -> None:
        self.run_id = run_id
        self._records = records
        self._said = {
            "run_id": run_id,
            "command": command,
            "settings": settings_digest(settings),
            "rules_version": rules_version(),
            "code_version": __version__,
            "host": socket.gethostname(),
            "process": os.getpid() if process == THIS else process,
        }

    def begin(self) -> None:
        """Enter the run; where it is entered already (a task that is tried again) its start and its books stay."""
        self._write("running", None, None)

    def note(self, books: Json) -> None:
        """Keep what a long run has done so far."""
        self._write("running", books, None)

    def end(self, state: RunState, books: Json | None, error: BaseException | None = None) -> None:
        """Say how the run ended."""
        told = None if error is None else {"type": type(error).__name__, "message": str(error)[:1000]}
        self._write(state, books, told)

    def _write(self, state: RunState, books: Json | None, error: Json | None) -> None:
        now = datetime.now(UTC)

        def change(_: str, held: Json | None) -> Json:
            before = held or {"started_at": now.isoformat(timespec="milliseconds")}
            return {
                **self._said,
                "state": state,
                "started_at": before["started_at"],
                "updated_at": now.isoformat(timespec="milliseconds"),
                "seconds": round((now - datetime.fromisoformat(before["started_at"])).total_seconds(), 3),
                "books": before.get("books") if books is None else books,
                "error": error,
            }

        self._records.update(RUNS, [self.run_id], change)


@contextmanager
def recorded(log: RunLog | None) -> Iterator[None]:
    """Enter a run, and what stops it; the caller says when it is done. None: nothing is recorded.

    Where the index is away, its records are too, and nobody waits for them a second time.
    """
    if log is None:
        yield
        return
    log.begin()
    try:
        yield
    except Unavailable:
        raise
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt | SystemExit)
        with suppress(BroadsheetError):  # what stops the run may keep its record from being written, and is told first
            log.end("interrupted" if interrupted else "failed", None, None if interrupted else error)
        raise


def read_run(records: RecordReader, run_id: str) -> Json | None:
    """Look a run up."""
    found = records.get(RUNS, [run_id]).get(run_id)
    return None if found is None else tell_state(found)


def read_runs(records: RecordReader) -> list[Json]:
    """List the runs, the newest first."""
    runs = [tell_state(record) for _, record in records.scan(RUNS)]
    return sorted(runs, key=lambda run: (run["started_at"], run["run_id"]), reverse=True)


def find_expired(records: RecordReader, before: datetime) -> Iterator[str]:
    """Yield the ids of runs of which nothing was heard since; one that goes on is brought up to date all the while."""
    for run_id, record in records.scan(RUNS):
        if datetime.fromisoformat(record["updated_at"]) < before:
            yield run_id


def tell_state(record: Json) -> Json:
    """Say `died` of a run of this machine whose process is no more."""
    process = record["process"]
    is_ours = record["state"] == "running" and record["host"] == socket.gethostname() and process is not None
    return {**record, "state": "died"} if is_ours and not lives(process) else record


def settings_digest(settings: Settings) -> str:
    """Tell runs under other settings apart; secrets have no part in it."""
    return hashlib.sha256(orjson.dumps(_open_values(settings), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def _open_values(record: Any) -> Any:
    if not dataclasses.is_dataclass(record):
        return record
    return {field.name: _open_values(getattr(record, field.name)) for field in dataclasses.fields(record) if field.repr}
