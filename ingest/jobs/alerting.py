"""Alerts: what is new to a saved query goes to a webhook or a file, each article once.

An article is claimed before it is sent and marked once it is taken. Where a run is killed between the two, the next one
sends it again under the same delivery id, so that whoever takes it can tell.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from ingest.errors import DocumentError, FetchFailed
from ingest.jobs.saved_queries import KIND, SENT, format_now
from ingest.jobs.searching import Reader
from ingest.network import Request, Resolve, fetch_now
from ingest.settings import Settings
from ingest.state import Json, Records, open_records

FIELDS = ("id", "given_id", "url", "title", "publisher", "published_at", "language", "author", "indexed_at")
# Articles are found a moment after they are written, and clocks differ: look back so far, and leave out what was sent.
OVERLAP = timedelta(minutes=10)
# How long a run may take over one message; a claim that is older is one of a run that was killed.
LEASE = timedelta(minutes=10)
ATTEMPTS = 4
PAUSE_SECONDS = 1.0
PAGE = 200
SENDING, TAKEN = "sending", "sent"
SIGNATURE, DELIVERY = "X-Broadsheet-Signature", "X-Broadsheet-Delivery"
Hit: TypeAlias = Mapping[str, Any]
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """What messages are sent with; `resolve` and `sleep` stand in for the system's in tests."""

    settings: Settings
    resolve: Resolve | None = None
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A saved query that tells what is new."""

    id: str
    record: Json


def run_alerts(settings: Settings, courier: Courier | None = None) -> list[dict[str, Any]]:
    """Tell what is new to each saved query that has an alert; give a line for each of them.

    Runs may overlap, and a run may be repeated: an article is told once. What could not be told is told by the next
    run. Raises Unavailable where the index does not answer.
    """
    courier = courier or Courier(settings=settings)
    with closing(Reader(settings)) as reader, open_records(settings.index) as records:
        saved = [(key, record) for key, record in records.scan(KIND) if record["alert"]]
        return [Round(Alert(id=key, record=record), records, courier).run(reader) for key, record in saved]


class Round:
    """One run of one alert."""

    def __init__(self, alert: Alert, records: Records, courier: Courier) -> None:
        self._alert = alert
        self._records = records
        self._courier = courier
        self._run = secrets.token_hex(8)
        self._found = self._sent = 0
        self._whole = True

    def run(self, reader: Reader) -> dict[str, Any]:
        """Tell what is new; what fails is in the line that is given."""
        started, error = format_now(), None
        try:
            for hits in find_new(self._alert, reader):
                self._tell(hits)
        except DocumentError as failure:
            error = str(failure)
        except OSError as failure:
            error = f"{failure.filename}: {failure.strerror}"
        if self._whole and error is None:
            self._records.update(KIND, [self._alert.id], lambda _, held: move_on(held, self._alert, started))
        name = self._alert.record["name"]
        return {"id": self._alert.id, "name": name, "found": self._found, "sent": self._sent, "error": error}

    def _tell(self, hits: Sequence[Hit]) -> None:
        by_key = {f"{self._alert.id}/{hit['id']}": hit for hit in hits}
        standing = self._records.update(SENT, list(by_key), self._claim)
        claimed = [key for key, record in standing.items() if record and record.get("run") == self._run]
        self._found += len(hits)
        self._whole &= all(record and (record["state"] == TAKEN or key in claimed) for key, record in standing.items())
        if not claimed:
            return
        try:
            deliver(self._alert, [by_key[key] for key in claimed], self._courier)
        except BaseException:
            self._records.delete(SENT, claimed)
            raise
        self._records.put(SENT, {key: {"state": TAKEN, "at": format_now()} for key in claimed})
        self._sent += len(claimed)

    def _claim(self, _: str, held: Json | None) -> Json:
        """Claim an article that nobody has sent or is sending; a claim of long ago is one of a run that was killed."""
        if held is not None and (held["state"] == TAKEN or not is_older(held["at"], LEASE)):
            return held
        return {"state": SENDING, "run": self._run, "at": format_now()}


def find_new(alert: Alert, reader: Reader) -> Iterator[Sequence[Hit]]:
    """Yield what matches and came in after the alert was set, the oldest first, with what the last run may have missed.

    An article that only changed its place, by new rules or another cluster, is none: its bytes came in before.
    """
    target = alert.record["alert"]
    since = datetime.fromisoformat(target["since"]) - OVERLAP
    asked = [(name, text) for name, text in alert.record["parameters"] if name != "sort"]
    own = [("indexed_after", since.isoformat()), ("sort", "oldest"), ("fields", ",".join((*FIELDS, "captured_at")))]
    for page in reader.walk([*asked, *own], PAGE):
        hits = [{name: hit[name] for name in FIELDS} for hit in page["hits"] if is_new(hit, target["first"])]
        if hits:
            yield hits


def is_new(hit: Hit, first: str) -> bool:
    """Tell whether an article came in after a time and was written after it; captures are timed by the second."""
    captured, written, start = (datetime.fromisoformat(each) for each in (hit["captured_at"], hit["indexed_at"], first))
    return captured >= start.replace(microsecond=0) and written > start


def move_on(held: Json | None, alert: Alert, started: str) -> Json | None:
    """Let the next run look from here, unless somebody set the alert anew meanwhile."""
    if held is None or held["alert"] != alert.record["alert"]:
        return held
    return {**held, "alert": {**held["alert"], "since": started}}


def is_older(moment: str, than: timedelta) -> bool:
    """Tell whether a time lies so far back."""
    return datetime.now(UTC) - datetime.fromisoformat(moment) > than


def deliver(alert: Alert, articles: Sequence[Hit], courier: Courier) -> None:
    """Send articles where an alert tells; on return they were taken. Raises FetchFailed where they were not."""
    target = alert.record["alert"]
    if target["file"] is not None:
        append_lines(Path(target["file"]), [{"query": alert.record["name"], **article} for article in articles])
        return
    names = "\n".join([alert.id, *(article["id"] for article in articles)])
    message = {"query": {"id": alert.id, "name": alert.record["name"]}, "articles": list(articles)}
    body, delivery = orjson.dumps(message), hashlib.sha256(names.encode()).hexdigest()[:32]
    for attempt in range(ATTEMPTS):
        if attempt:
            courier.sleep(PAUSE_SECONDS * 4 ** (attempt - 1))
        refusal = post(target, body, delivery, courier)
        if refusal is None:
            return
    raise FetchFailed(refusal)


def post(target: Mapping[str, Any], body: bytes, delivery: str, courier: Courier) -> str | None:
    """Post a message once; give why it was not taken where another attempt may help, and raise where none can.

    Raises AddressRefused where the address leads nowhere that may be called, FetchFailed for a refusal that stays one.
    """
    headers = {"Content-Type": "application/json", SIGNATURE: sign(body, target["secret"]), DELIVERY: delivery}
    asked = Request(url=target["webhook"], method="POST", headers=headers, content=body, follow=False, max_bytes=65_536)
    try:
        answer = fetch_now(asked, courier.settings.network, courier.resolve)
    except FetchFailed as error:
        return str(error)
    told = f"{target['webhook']}: answered {answer.status}"
    if answer.status in BUSY:
        return told
    if not 200 <= answer.status < 300:
        raise FetchFailed(told)
    return None


def sign(body: bytes, secret: str, at: int | None = None) -> str:
    """Sign a message with its time: HMAC-SHA256 over `time.body`, so that none can be made up or sent again later."""
    moment = int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def append_lines(path: Path, lines: Sequence[Mapping[str, Any]]) -> None:
    """Add lines to a file; they are on the disk on return."""
    with path.open("ab") as file:
        file.write(b"".join(orjson.dumps(line) + b"\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
