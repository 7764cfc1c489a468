"""Records in an Elasticsearch index of their own, `article-state`, beside the articles."""

from __future__ import annotations

import random
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from ingest.elastic.beside import SideIndex, StoreSettings, open_bulk, read_documents, wait_as_set
from ingest.elastic.bulk import Outcome, Seen, SeenAction
from ingest.elastic.client import connect
from ingest.elastic.retries import call
from ingest.errors import IndexUnavailable
from ingest.state.protocol import Change, Json
from ingest.state.stores.encoding import check_names, encode

LAYOUT = 1
ROWS_PER_READ = 200
MAPPINGS = {
    "properties": {
        "kind": {"type": "keyword"},
        "key": {"type": "keyword"},
        # Which write this is: a writer whose answer was lost knows its own by it.
        "write": {"type": "keyword", "index": False, "doc_values": False},
        "record": {"type": "object", "enabled": False},
    }
}
MAX_ROUNDS = 200
LONGEST_PAUSE_SECONDS = 0.5


class ElasticsearchRecords:
    """`Records` in Elasticsearch, for several processes and machines at once; made where they are missing.

    Every write ends with a refresh, so that a scan by a key that may only search sees it. Raises MappingMismatch where
    the index is of another layout.
    """

    def __init__(self, settings: StoreSettings, *, write: bool = True) -> None:
        self._client = connect(settings)
        self._index = _side_index(settings)
        patience = settings.write_patience_seconds if write else settings.open_patience_seconds
        self._retries = wait_as_set(settings, patience)
        self._bulk = open_bulk(self._client, self._retries, settings)
        if write:
            self._prepare(settings)

    def _prepare(self, settings: StoreSettings) -> None:
        """Make what is missing; at the start of a run an index that is away is soon given up on."""
        try:
            self._index.prepare(self._client, wait_as_set(settings, settings.open_patience_seconds), settings)
        except BaseException:
            self._client.close()
            raise

    def get(self, kind: str, keys: Sequence[str]) -> Mapping[str, Json]:
        """Look records up; absent keys are absent."""
        found = self._standing(kind, check_names(kind, keys))
        return {key: standing.record for key, standing in found.items()}

    def put(self, kind: str, records: Mapping[str, Json]) -> None:
        """Store records, each in the place of what stood under its key."""
        check_names(kind, records)
        self._write([self._action(kind, key, record) for key, record in records.items()])

    def update(self, kind: str, keys: Sequence[str], change: Change) -> Mapping[str, Json | None]:
        """Read, change and write each key, again where another writer came between."""
        names = check_names(kind, keys)
        result: dict[str, Json | None] = {}
        write = secrets.token_hex(8)
        left = names
        for attempt in range(MAX_ROUNDS):
            left = self._update(kind, left, change, write, result)
            if not left:
                return {key: result[key] for key in names}
            time.sleep(random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.01 * 2 ** min(attempt, 10))))  # noqa: S311 - jitter
        raise IndexUnavailable(f"other writers kept overtaking this one, {MAX_ROUNDS} times in a row; run again")

    def delete(self, kind: str, keys: Sequence[str]) -> None:
        """Remove records; absent keys are ignored."""
        self._write([self._action(kind, key, None) for key in check_names(kind, keys)])

    def scan(self, kind: str, prefix: str = "") -> Iterator[tuple[str, Json]]:
        """Yield the records whose key begins with the prefix."""
        after: list[str] = []
        while hits := call(partial(self._search, kind, prefix, after), self._retries):
            for hit in hits:
                yield hit["_source"]["key"], hit["_source"]["record"]
            after = hits[-1]["sort"]

    def exists(self) -> bool:
        """Say whether there are records; raise MappingMismatch where they are of another layout."""
        return self._index.exists(self._client, self._retries)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _standing(self, kind: str, keys: Sequence[str]) -> dict[str, _Standing]:
        ids = {_to_id(kind, key): key for key in keys}
        found = read_documents(self._client, self._retries, self._index.alias, list(ids))
        return {ids[document["_id"]]: _to_standing(document) for document in found}

    def _update(
        self, kind: str, keys: Sequence[str], change: Change, write: str, result: dict[str, Json | None]
    ) -> list[str]:
        """Try once; note what stands, and give the keys that another writer changed in between."""
        standing = self._standing(kind, keys)
        actions: dict[str, SeenAction] = {}
        for key in keys:
            stands = standing.get(key)
            if stands is not None and stands.write == write:
                result[key] = stands.record  # written before: only the answer was lost
                continue
            before = None if stands is None else encode(stands.record)
            result[key] = changed = change(key, None if stands is None else stands.record)
            if before != (None if changed is None else encode(changed)):
                seen = "absent" if stands is None else stands.seen
                actions[key] = self._action(kind, key, changed, write=write, seen=seen)
        outcomes = self._write(list(actions.values()))
        return [key for key, outcome in zip(actions, outcomes, strict=True) if outcome.result == "stale"]

    def _action(
        self, kind: str, key: str, record: Json | None, *, write: str = "", seen: Seen | None = None
    ) -> SeenAction:
        source = None if record is None else {"kind": kind, "key": key, "write": write, "record": record}
        return SeenAction(alias=self._index.alias, id=_to_id(kind, key), source=source, seen=seen)

    def _write(self, actions: Sequence[SeenAction]) -> list[Outcome]:
        outcomes = self._bulk.write(actions)
        for outcome in outcomes:
            if outcome.result == "rejected":
                raise IndexUnavailable(f"a state record was refused: {outcome.error}: {outcome.message}")
        if actions:
            call(lambda: self._client.indices.refresh(index=self._index.alias), self._retries)
        return outcomes

    def _search(self, kind: str, prefix: str, after: list[str]) -> list[dict[str, Any]]:
        filters: list[dict[str, Any]] = [{"term": {"kind": kind}}]
        if prefix:
            filters.append({"prefix": {"key": prefix}})
        answer = self._client.search(
            index=self._index.alias,
            query={"bool": {"filter": filters}},
            sort=["key"],
            search_after=after or None,
            size=ROWS_PER_READ,
            source_includes=["key", "record"],
            track_total_hits=False,
            allow_partial_search_results=False,
        )
        hits: list[dict[str, Any]] = answer["hits"]["hits"]
        return hits


def find_records(settings: StoreSettings) -> ElasticsearchRecords | None:
    """Open the records for reading; None where there are none."""
    records = ElasticsearchRecords(settings, write=False)
    if records.exists():
        return records
    records.close()
    return None


@dataclass(frozen=True, slots=True)
class _Standing:
    record: Json
    write: str
    seen: Seen


def _side_index(settings: StoreSettings) -> SideIndex:
    alias = f"{settings.prefix}article-state"
    return SideIndex(alias=alias, layout=LAYOUT, mappings=MAPPINGS, refresh_interval="1s", kept="state records")


def _to_id(kind: str, key: str) -> str:
    return sha256(f"{len(kind)}:{kind}{key}".encode()).hexdigest()


def _to_standing(document: Mapping[str, Any]) -> _Standing:
    source = document["_source"]
    return _Standing(source["record"], source["write"], (document["_seq_no"], document["_primary_term"]))
