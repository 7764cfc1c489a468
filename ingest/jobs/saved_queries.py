"""Saved queries: searches with a name, kept beside the index; one may have an alert that tells what is new."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ingest.errors import AddressRefused, QueryMissing, UsageError
from ingest.jobs.reading import read_parameters
from ingest.network import check_address, check_url
from ingest.settings import Settings
from ingest.state import Json, RecordReader, open_records, read_records

KIND = "saved-query"
SENT = "alert-sent"
# What a saved query leaves out: the page that somebody was on, and what each use decides by itself.
OWN = frozenset(
    {"cursor", "size", "facets", "facet_size", "highlight", "fields", "timeline", "significant", "indexed_after"}
)
MAX_NAME_CHARACTERS = 200
MAX_PARAMETERS = 50

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTarget:
    """Where an alert tells: a webhook's address, or a file that lines are added to; one of the two."""

    webhook: str | None = None
    file: str | None = None


def save_query(name: str, parameters: Iterable[tuple[str, str]], settings: Settings, *, by: str) -> Json:
    """Save a search under a name; raise UsageError where it cannot be read. `by` names who saves it."""
    kept = [[key, text] for key, text in parameters if key not in OWN and text.strip()]
    if not name.strip() or len(name) > MAX_NAME_CHARACTERS:
        raise UsageError(f"name: 1 to {MAX_NAME_CHARACTERS} characters are needed")
    if len(kept) > MAX_PARAMETERS:
        raise UsageError(f"parameters: {len(kept)} are too many; {MAX_PARAMETERS} at most")
    read_parameters([(key, text) for key, text in kept], settings.search)
    query_id = secrets.token_hex(6)
    record = {"name": name.strip(), "parameters": kept, "by": by, "created_at": format_now(), "alert": None}
    with open_records(settings.index) as records:
        records.put(KIND, {query_id: record})
    return to_line(query_id, record)


def list_queries(settings: Settings) -> list[Json]:
    """List the saved queries by their names."""
    with read_records(settings.index) as records:
        lines = [to_line(query_id, record) for query_id, record in records.scan(KIND)]
    return sorted(lines, key=lambda line: (line["name"], line["created_at"]))


def show_query(query_id: str, settings: Settings) -> Json:
    """Give a saved query; raise QueryMissing where there is none."""
    with read_records(settings.index) as records:
        return to_line(query_id, find_query(records, query_id))


def remove_query(query_id: str, settings: Settings) -> Json:
    """Remove a saved query with its alert; raise QueryMissing where there is none."""
    with open_records(settings.index) as records:
        record = find_query(records, query_id)
        records.delete(KIND, [query_id])
        records.delete(SENT, [key for key, _ in records.scan(SENT, f"{query_id}/")])
    return to_line(query_id, record)


def set_alert(query_id: str, target: AlertTarget, settings: Settings) -> Json:
    """Let a saved query tell what is new from now on; give it with the secret that signs a webhook's messages.

    Raises QueryMissing where there is no such query, AddressRefused where the address is none that may be called.
    """
    if (target.webhook is None) == (target.file is None):
        raise UsageError("name a webhook or a file, one of the two")
    if target.webhook is not None:
        check_webhook(target.webhook, settings)
    file = None if target.file is None else str(Path(target.file).absolute())
    secret = secrets.token_hex(32) if target.webhook else None
    now = format_now()
    alert = {"webhook": target.webhook, "file": file, "secret": secret, "first": now, "since": now}
    record = change_alert(query_id, alert, settings)
    return {**to_line(query_id, record), "secret": secret}


def check_webhook(url: str, settings: Settings) -> None:
    """Raise AddressRefused for an address that may not be called; what a name leads to is checked at each call."""
    host = check_url(url, settings.network).host
    is_number = ":" in host or host.rpartition(".")[2].isdigit()
    refusal = check_address(host, settings.network) if is_number else None
    if refusal is not None:
        raise AddressRefused(f"{url}: {host} is {refusal}")


def clear_alert(query_id: str, settings: Settings) -> Json:
    """Let a saved query tell nothing any more; raise QueryMissing where there is none."""
    return to_line(query_id, change_alert(query_id, None, settings))


def change_alert(query_id: str, alert: Json | None, settings: Settings) -> Json:
    """Put another alert in the place of a query's."""
    with open_records(settings.index) as records:
        find_query(records, query_id)
        changed = records.update(KIND, [query_id], lambda _, held: held and {**held, "alert": alert})
    return changed[query_id] or {}


def find_query(records: RecordReader, query_id: str) -> Json:
    """Look a saved query up; raise QueryMissing where there is none."""
    record = records.get(KIND, [query_id]).get(query_id) if query_id else None
    if record is None:
        raise QueryMissing(f"{query_id}: no such saved query; see `broadsheet queries list`")
    return record


def to_line(query_id: str, record: Mapping[str, Any]) -> Json:
    """Give what may be told of a saved query: everything but the secret of its alert."""
    alert = record["alert"]
    told = alert and {name: alert[name] for name in ("webhook", "file", "since")}
    address = urlencode([(name, text) for name, text in record["parameters"]])
    return {"id": query_id, **record, "query": address, "alert": told}


def format_now() -> str:
    """Write the present time in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
