"""Documents pushed in: kept in the lake before anything else, indexed soon after from there."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any

from ingest.admission import accept, drop_erased
from ingest.erasing import find_erased
from ingest.errors import BroadsheetError, MalformedInput, Unavailable, UsageError
from ingest.jobs.ingestion import IngestReport, mint_run_id, open_rooms
from ingest.jobs.replaying import replay_captures
from ingest.lake import open_lake
from ingest.model import Dropped, Failed, Payload, RawDocument
from ingest.settings import Settings
from ingest.sources import decode
from ingest.sources.reader import Place, read_json_lines
from ingest.stage import attempt
from ingest.state import Records, open_records, read_records

PUSHED = "pushed"
IDEMPOTENCY = "idempotency"
SOURCE = "push"
STAGE = "read"
MAX_CAPTURES = 2000
IDLE_SECONDS = 60.0
LOG = logging.getLogger(__name__)

Outcome = RawDocument | Dropped | Failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A request that pushes documents: one JSON object, or a line each; `by` names who sent it."""

    body: bytes
    by: str
    lines: bool = False
    idempotency_key: str | None = None


def push(request: Push, settings: Settings) -> dict[str, Any]:
    """Put documents into the lake and give what became of each; on return they are durable and will be indexed.

    The same idempotency key gives the same answer again. Raises MalformedInput where nothing could be read, or where
    the key came with another body before; StorageFull or Unavailable with nothing promised.
    """
    with open_records(settings.index) as records:
        name, digest = name_key(request), hashlib.sha256(request.body).hexdigest()
        known = recall_answer(records, name, digest, settings) if name else None
        if known is not None:
            return known
        answer = accept_documents(request, records, settings)
        if name:
            kept = {"body": digest, "answer": answer, "at": datetime.now(UTC).isoformat()}
            records.put(IDEMPOTENCY, {name: kept})
    return answer


def accept_documents(request: Push, records: Records, settings: Settings) -> dict[str, Any]:
    """Put documents into the lake, and note that they are to be indexed."""
    payloads = list(read_body(request, settings))
    outcomes: list[Outcome] = [attempt(STAGE, partial(decode, settings=settings.sources), each) for each in payloads]
    failures = [outcome for outcome in outcomes if isinstance(outcome, Failed)]
    if failures and len(failures) == len(outcomes):
        raise MalformedInput("; ".join(failure.message for failure in failures[:5]))
    outcomes = drop_erased(outcomes, partial(find_erased, records))
    try:
        with open_lake(settings.lake) as lake:
            taken = list(accept(lake, payloads, outcomes, mint_run_id()))
    except UsageError as error:
        raise Unavailable(f"the lake cannot be written to: {error}") from error
    captures = [outcome.trace.capture for outcome in taken if not isinstance(outcome, Dropped)]
    records.put(PUSHED, {f"{capture:012d}": {"by": request.by} for capture in captures if capture})
    lines = [describe(outcome) for outcome in taken]
    counts = {name: sum(line["status"] == name for line in lines) for name in ("accepted", "dropped", "failed")}
    return {**counts, "documents": lines}


def read_body(request: Push, settings: Settings) -> Iterator[Payload]:
    """Yield the documents of a request."""
    place = Place(f"push:{request.by}", SOURCE)
    if request.lines:
        return read_json_lines(place, [request.body], settings.sources)
    return iter([place.payload(request.body, "application/json")])


def describe(outcome: Outcome) -> dict[str, Any]:
    """Say what became of one document."""
    trace = outcome.trace
    line = {"id": trace.id, "given_id": trace.given_id, "capture": trace.capture or None}
    if isinstance(outcome, RawDocument):
        return {**line, "status": "accepted", "error": None}
    if isinstance(outcome, Dropped):
        return {**line, "status": "dropped", "error": outcome.reason.value}
    return {**line, "status": "failed", "error": f"{outcome.error}: {outcome.message}"}


def name_key(request: Push) -> str | None:
    """Name what is remembered of an idempotency key: it is the caller's own."""
    if not request.idempotency_key:
        return None
    return hashlib.sha256(f"{request.by}\0{request.idempotency_key}".encode()).hexdigest()


def recall_answer(records: Records, name: str, digest: str, settings: Settings) -> dict[str, Any] | None:
    """Give the answer that a key was given before; None where it is new or long ago."""
    held = records.get(IDEMPOTENCY, [name]).get(name)
    if held is None or is_old(held, settings):
        return None
    if held["body"] != digest:
        raise MalformedInput("Idempotency-Key: it came with another body before")
    answer: dict[str, Any] = held["answer"]
    return answer


def is_old(held: dict[str, Any], settings: Settings) -> bool:
    """Tell whether an idempotency key need not be remembered any more."""
    age = datetime.now(UTC) - datetime.fromisoformat(held["at"])
    return age > timedelta(hours=settings.api.idempotency_hours)


def index_pushed(settings: Settings) -> IngestReport | None:
    """Index what was pushed in and is not indexed yet; None where there is nothing. Repeating it changes nothing."""
    with read_records(settings.index) as kept:
        keys = [key for key, _ in islice(kept.scan(PUSHED), MAX_CAPTURES)]
    if not keys:
        return None
    with open_rooms(settings) as opened:
        report = replay_captures(opened, [int(key) for key in keys], command=SOURCE)
        opened.records.delete(PUSHED, keys)
        forget_answers(opened.records, settings)
    return report


def count_pushed(settings: Settings) -> int:
    """Count the documents that are safe in the lake and not indexed yet."""
    with read_records(settings.index) as records:
        return sum(1 for _ in records.scan(PUSHED))


def forget_answers(records: Records, settings: Settings) -> None:
    """Forget idempotency keys of long ago."""
    old = [key for key, held in records.scan(IDEMPOTENCY) if is_old(held, settings)]
    records.delete(IDEMPOTENCY, old)


class Indexer:
    """Indexes what was pushed in, in a thread of its own; what fails is tried again, nothing is forgotten."""

    def __init__(self, settings: Settings, *, on_waiting: Callable[[int], None] = lambda _: None) -> None:
        self._settings = settings
        self._on_waiting = on_waiting
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="indexer", daemon=True)

    def start(self) -> None:
        """Begin, with what an earlier process left."""
        self._thread.start()
        self._wake.set()

    def wake(self) -> None:
        """Say that there is something to index."""
        self._wake.set()

    def stop(self) -> None:
        """End after the run at hand."""
        self._stopping = True
        self._wake.set()
        self._thread.join(self._settings.api.stop_seconds)

    def _run(self) -> None:
        pause = IDLE_SECONDS
        while True:
            self._wake.wait(pause)
            self._wake.clear()
            if self._stopping:
                return
            pause = self._settings.api.retry_after_seconds if not self._index() else IDLE_SECONDS

    def _index(self) -> bool:
        """Index all that waits; give False where it is to be tried again."""
        try:
            while not self._stopping and index_pushed(self._settings) is not None:
                pass
            self._on_waiting(count_pushed(self._settings))
        except BroadsheetError as error:
            LOG.warning("what was pushed in waits in the lake: %s", error)
            return False
        except Exception:
            LOG.exception("what was pushed in waits in the lake")
            return False
        return True
