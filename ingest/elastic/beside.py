"""State that lives beside the articles in an index of its own: made once, whoever asks first, its layout checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from elasticsearch import ApiError, Elasticsearch

from ingest.elastic.bulk import BulkWriter
from ingest.elastic.client import ConnectionSettings
from ingest.elastic.faults import AnswerError, read_item_error
from ingest.elastic.retries import Retries, call
from ingest.errors import MappingMismatch

IDS_PER_REQUEST = 1000
LOST_RACE = frozenset({"resource_already_exists_exception", "aliases_not_found_exception"})
UPGRADE_SECONDS = 3600.0


class StoreSettings(ConnectionSettings, Protocol):
    """What the store needs to know; the index's settings have these fields."""

    @property
    def prefix(self) -> str:
        """Put before the names of index and alias."""
        ...

    @property
    def shards(self) -> int:
        """Primary shards of a new index."""
        ...

    @property
    def replicas(self) -> int:
        """Copies of each shard of a new index."""
        ...

    @property
    def bulk_documents(self) -> int:
        """Most documents in one bulk request."""
        ...

    @property
    def bulk_bytes(self) -> int:
        """Most bytes in one bulk request."""
        ...

    @property
    def write_patience_seconds(self) -> float:
        """How long to wait for an index that is away."""
        ...

    @property
    def open_patience_seconds(self) -> float:
        """How long a reader waits for an index that is away."""
        ...

    @property
    def lock_wait_seconds(self) -> float:
        """How long to wait while another process holds a file."""
        ...

    @property
    def backoff_start_seconds(self) -> float:
        """Upper bound of the first pause between two attempts."""
        ...

    @property
    def backoff_cap_seconds(self) -> float:
        """Longest pause between two attempts."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SideIndex:
    """An index `<alias>-v<layout>` behind its alias; `kept` is what messages say is in it.

    One of an older layout is upgraded by the first writer: what it holds is carried over where `carried`, and else made
    anew by others. The older index stays under its name, as a copy that takes no writes.
    """

    alias: str
    layout: int
    mappings: Mapping[str, Any]
    refresh_interval: str
    kept: str
    carried: bool = True

    @property
    def name(self) -> str:
        """The concrete index."""
        return f"{self.alias}-v{self.layout}"

    def exists(self, client: Elasticsearch, retries: Retries) -> bool:
        """Say whether it is there; raise MappingMismatch where one of another layout stands in its place."""
        serving = self._find(client, retries)
        if serving not in (None, self.name):
            raise MappingMismatch(f"the {self.kept} are in {serving}, this version reads {self.name}")
        return serving is not None

    def prepare(self, client: Elasticsearch, retries: Retries, settings: StoreSettings) -> None:
        """Make it where it is missing, upgrade it where it is older; raise MappingMismatch where it is newer."""
        while (serving := self._find(client, retries)) != self.name:
            if serving is not None and self._layout_of(serving) > self.layout:
                raise MappingMismatch(f"the {self.kept} are in {serving}, this version reads {self.name}")
            try:
                if serving is None:
                    call(partial(self._create, client, settings, {self.alias: {"is_write_index": True}}), retries)
                else:
                    self._upgrade(client, retries, settings, serving)
            except ApiError as error:
                if error.message not in LOST_RACE:
                    raise

    def _find(self, client: Elasticsearch, retries: Retries) -> str | None:
        """Name the index behind the alias, else the newest that is there."""
        states = call(lambda: client.indices.get(index=f"{self.alias}-v*"), retries)
        behind = [name for name, state in states.items() if self.alias in state["aliases"]]
        return next(iter(behind), None) or max(states, key=self._layout_of, default=None)

    def _layout_of(self, name: str) -> int:
        digits = name.removeprefix(f"{self.alias}-v")
        return int(digits) if digits.isdigit() else 0

    def _upgrade(self, client: Elasticsearch, retries: Retries, settings: StoreSettings, old: str) -> None:
        """Fill an index of this layout while nobody writes to the older one, and move the alias in one step."""
        if not call(lambda: client.indices.exists(index=self.name), retries):
            call(partial(self._create, client, settings, {}), retries)
        call(lambda: client.indices.add_block(index=old, block="write"), retries)
        if self.carried:
            slow = client.options(request_timeout=UPGRADE_SECONDS)
            slow.reindex(source={"index": old}, dest={"index": self.name}, refresh=True, wait_for_completion=True)
        move = [
            {"remove": {"index": old, "alias": self.alias, "must_exist": True}},
            {"add": {"index": self.name, "alias": self.alias, "is_write_index": True}},
        ]
        call(lambda: client.indices.update_aliases(actions=move), retries)

    def _create(self, client: Elasticsearch, settings: StoreSettings, aliases: Mapping[str, Any]) -> None:
        layout = {
            "number_of_shards": settings.shards,
            "number_of_replicas": settings.replicas,
            "refresh_interval": self.refresh_interval,
        }
        client.indices.create(
            index=self.name,
            settings=layout,
            mappings={"_meta": {"version": self.layout}, "dynamic": "strict", **self.mappings},
            aliases=aliases,
        )


def wait_as_set(settings: StoreSettings, patience_seconds: float) -> Retries:
    """Give the retries that the settings ask for."""
    return Retries(
        patience_seconds=patience_seconds,
        backoff_start_seconds=settings.backoff_start_seconds,
        backoff_cap_seconds=settings.backoff_cap_seconds,
    )


def open_bulk(client: Elasticsearch, retries: Retries, settings: StoreSettings) -> BulkWriter:
    """Give a writer with the bounds that the settings name."""
    return BulkWriter(
        client=client, retries=retries, max_actions=settings.bulk_documents, max_bytes=settings.bulk_bytes
    )


def read_documents(
    client: Elasticsearch, retries: Retries, alias: str, ids: Sequence[str], *, source: bool = True
) -> Iterator[dict[str, Any]]:
    """Yield the documents that are there, up to the last acknowledged write, with their versions."""
    for start in range(0, len(ids), IDS_PER_REQUEST):
        some = list(ids[start : start + IDS_PER_REQUEST])
        yield from call(partial(_read_some, client, alias, some, source=source), retries)


def _read_some(client: Elasticsearch, alias: str, ids: Sequence[str], *, source: bool) -> list[dict[str, Any]]:
    """Read once: an error inside the answer (the shard is just starting, say) is one of the request, to be retried."""
    answer = client.mget(index=alias, ids=ids, source=source)
    return [document for document in map(raise_error, answer["docs"]) if document["found"]]


def raise_error(answer: dict[str, Any]) -> dict[str, Any]:
    """Pass an answer within an answer on, unless it is an error."""
    if "error" in answer:
        raise AnswerError(read_item_error(answer["error"], int(answer.get("status", 500))))
    return answer
