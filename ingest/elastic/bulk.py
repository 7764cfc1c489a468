"""Bulk writes with an outcome for each action, whatever goes wrong on the way.

Only what failed is sent again; a batch is halved where it is too much, bisected where one action spoils the request.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import orjson
from elastic_transport import ApiError, TransportError
from elasticsearch import Elasticsearch

from ingest.crash_points import passing
from ingest.elastic.faults import Fault, Trouble, read_exception, read_item_error
from ingest.elastic.retries import Retries
from ingest.telemetry.metrics import BULK_ACTIONS, BULK_BYTES, BULK_REQUESTS, BULK_SECONDS

PARAMETERS = {
    "require_alias": "true",
    "include_source_on_error": "false",
    "filter_path": "errors,items.*._id,items.*.status,items.*.result,items.*.error",
}
HEADERS = {"accept": "application/json", "content-type": "application/x-ndjson"}

VersionType = Literal["external", "external_gte"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One document to be written, or deleted where `source` is None, through an alias under an external version."""

    alias: str
    id: str
    version: int
    source: Mapping[str, Any] | None
    version_type: VersionType = "external"

    def encode(self) -> bytes:
        """Give the action's lines; raise TypeError (orjson's) where JSON cannot carry the source."""
        verb = "delete" if self.source is None else "index"
        header = {"_index": self.alias, "_id": self.id, "version": self.version, "version_type": self.version_type}
        return _encode_lines({verb: header}, self.source)


Seen = Literal["absent"] | tuple[int, int]
"""What a writer saw before it wrote: no document, or one by its sequence number and primary term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAction:
    """One document to be written, or deleted where `source` is None, as long as `seen` still stands (None: anyway)."""

    alias: str
    id: str
    source: Mapping[str, Any] | None
    seen: Seen | None

    def encode(self) -> bytes:
        """Give the action's lines; raise TypeError (orjson's) where JSON cannot carry the source."""
        verb = "delete" if self.source is None else "create" if self.seen == "absent" else "index"
        header: dict[str, Any] = {"_index": self.alias, "_id": self.id}
        if isinstance(self.seen, tuple):
            header["if_seq_no"], header["if_primary_term"] = self.seen
        return _encode_lines({verb: header}, self.source)


def _encode_lines(header: Mapping[str, Any], source: Mapping[str, Any] | None) -> bytes:
    lines = [orjson.dumps(header)]
    if source is not None:
        lines.append(orjson.dumps(source))
    return b"\n".join([*lines, b""])


class AnyAction(Protocol):
    """What a bulk write takes."""

    @property
    def id(self) -> str:
        """The document's id."""
        ...

    def encode(self) -> bytes:
        """Give the action's lines."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an action.

    `unsure`: an earlier answer was lost, so that `stale` may mean our own write. `created`: no document stood there.
    """

    result: Literal["written", "stale", "rejected"]
    error: str = ""
    message: str = ""
    unsure: bool = False
    created: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    place: int
    id: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Part:
    lines: Sequence[_Line]
    unsure: bool = False

    def halves(self) -> list[_Part]:
        middle = (len(self.lines) + 1) // 2
        return [_Part(half, self.unsure) for half in (self.lines[:middle], self.lines[middle:]) if half]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkWriter:
    """Writes actions in requests of at most so many actions and bytes; a larger action goes alone."""

    client: Elasticsearch
    retries: Retries
    max_actions: int
    max_bytes: int

    def write(self, actions: Sequence[AnyAction]) -> list[Outcome]:
        """Write; one outcome an action, in order, each durable. Raise IndexUnavailable once patience is at its end."""
        outcomes = _Delivery(self, actions).run()
        for outcome in outcomes.values():
            BULK_ACTIONS.labels(outcome.result).inc()
        return [outcomes[place] for place in range(len(actions))]

    def send(self, ids: Sequence[str], content: bytes) -> list[Mapping[str, Any]] | Trouble:
        """Send one request; give its items, one for each id, or what was wrong with the request as a whole."""
        answer = self._post(ids, content)
        BULK_REQUESTS.labels(answer.fault.value if isinstance(answer, Trouble) else "answered").inc()
        passing("bulk_sent")
        return answer

    def _post(self, ids: Sequence[str], content: bytes) -> list[Mapping[str, Any]] | Trouble:
        BULK_BYTES.inc(len(content))
        try:
            with BULK_SECONDS.time():
                answer = self.client.perform_request("POST", "/_bulk", params=PARAMETERS, headers=HEADERS, body=content)
        except (ApiError, TransportError) as exception:
            return read_exception(exception)
        items = _read_items(answer.body)
        if [item.get("_id") for item in items] != list(ids):
            return Trouble(Fault.LOST, "miscounted_reply", f"{len(ids)} actions were sent, {len(items)} came back")
        return items


def _read_items(body: Any) -> list[Mapping[str, Any]]:
    items = body.get("items", []) if isinstance(body, Mapping) else []
    return [item for wrapped in items for item in wrapped.values()]


class _Delivery:
    """The parts of one write that are still to be sent, and the outcomes so far by the action's place."""

    def __init__(self, writer: BulkWriter, actions: Sequence[AnyAction]) -> None:
        self._writer = writer
        self._outcomes: dict[int, Outcome] = {}
        self._backoff = writer.retries.begin()
        self._parts: deque[_Part] = deque(self._cut(self._encode(actions)))

    def run(self) -> dict[int, Outcome]:
        while self._parts:
            part = self._parts.popleft()
            ids = [line.id for line in part.lines]
            answer = self._writer.send(ids, b"".join(line.content for line in part.lines))
            if isinstance(answer, Trouble):
                self._take_failure(part, answer)
            else:
                self._take_answer(part, answer)
        return self._outcomes

    def _encode(self, actions: Sequence[AnyAction]) -> Iterator[_Line]:
        for place, action in enumerate(actions):
            try:
                yield _Line(place, action.id, action.encode())
            except TypeError as error:
                self._outcomes[place] = Outcome("rejected", type(error).__name__, str(error))

    def _cut(self, lines: Iterable[_Line]) -> Iterator[_Part]:
        held: list[_Line] = []
        size = 0
        for line in lines:
            if held and (len(held) >= self._writer.max_actions or size + len(line.content) > self._writer.max_bytes):
                yield _Part(held)
                held, size = [], 0
            held.append(line)
            size += len(line.content)
        if held:
            yield _Part(held)

    def _take_failure(self, part: _Part, trouble: Trouble) -> None:
        """Put a part back whose request failed as a whole: split, where one action or the size is to blame."""
        if trouble.fault in {Fault.REJECTED, Fault.TOO_LARGE}:
            if len(part.lines) == 1:
                self._outcomes[part.lines[0].place] = Outcome("rejected", trouble.error, trouble.message)
            else:
                self._put_back(part.halves())
            return
        unsure = part.unsure or trouble.fault is Fault.LOST
        self._put_back(part.halves() if trouble.fault is Fault.BUSY else [_Part(part.lines, unsure)])
        self._backoff.wait(trouble)

    def _take_answer(self, part: _Part, items: Sequence[Mapping[str, Any]]) -> None:
        """Settle what the answer settles, and put the rest back."""
        again: list[_Line] = []
        trouble = None
        for line, item in zip(part.lines, items, strict=True):
            outcome = _read_outcome(item, part)
            if isinstance(outcome, Outcome):
                self._outcomes[line.place] = outcome
            else:
                again.append(line)
                trouble = outcome
        if len(again) < len(part.lines):
            self._backoff.reset()
        if trouble is not None:
            rest = _Part(again, part.unsure or trouble.fault is Fault.LOST)
            self._put_back(rest.halves() if trouble.fault is Fault.BUSY else [rest])
            self._backoff.wait(trouble)

    def _put_back(self, parts: Sequence[_Part]) -> None:
        self._parts.extendleft(reversed(parts))


def _read_outcome(item: Mapping[str, Any], part: _Part) -> Outcome | Trouble:
    """Read an item: its outcome, or why it is to be sent again."""
    if "error" not in item:
        return Outcome("written", created=item.get("result") == "created")
    trouble = read_item_error(item["error"], int(item.get("status", 0)))
    if trouble.fault is Fault.STALE:
        return Outcome("stale", trouble.error, trouble.message, part.unsure)
    if trouble.fault in {Fault.REJECTED, Fault.TOO_LARGE}:
        return Outcome("rejected", trouble.error, trouble.message)
    return trouble
