"""Generations in Elasticsearch: concrete indices of one time behind the aliases, which move in one request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch import NotFoundError

from ingest.elastic.client import connect, name_server
from ingest.elastic.retries import Retries, call
from ingest.errors import IndexUnavailable
from ingest.index.backends.elasticsearch import ElasticsearchIndex
from ingest.index.backends.elasticsearch_layout import create_concrete, find_writer, mapping_of
from ingest.index.generations import Generation
from ingest.index.mapping import Difference, compare_mappings
from ingest.index.names import KINDS, ConcreteName, Kind, parse_concrete, read_alias, write_alias
from ingest.index.protocol import Index
from ingest.index.settings import IndexSettings

BUILDING = "building"


class ElasticsearchGenerations:
    """`Generations` in Elasticsearch. A hold is a write block: writers wait for it as for an index that refuses."""

    def __init__(self, settings: IndexSettings) -> None:
        self._settings = settings
        self._client = connect(settings)
        self._retries = Retries(
            patience_seconds=settings.open_patience_seconds,
            backoff_start_seconds=settings.backoff_start_seconds,
            backoff_cap_seconds=settings.backoff_cap_seconds,
            target=name_server(settings.url),
        )

    def current(self) -> Generation:
        """Give the indices behind the write aliases."""
        states = self._states()
        versions = {kind: int(state["mappings"]["_meta"]["version"]) for kind, (_, state) in states.items()}
        return Generation({kind: name for kind, (name, _) in states.items()}, versions)

    def compare(self) -> list[Difference]:
        """Compare fields and analysis of what serves with this program's."""
        return [self._compare(KINDS[kind], state) for kind, (_, state) in self._states().items()]

    def add_fields(self) -> None:
        """Put this program's mapping over the one that serves."""
        for kind, name in self.current().names.items():
            mappings = mapping_of(KINDS[kind]).body["mappings"]
            body = {"properties": mappings["properties"], "_meta": mappings["_meta"]}
            self._put_mapping(name, body)

    def create(self) -> Generation:
        """Create empty indices of this moment."""
        latest = max(parse_concrete(name).created for name in self.current().names.values())
        names = self._name(max(datetime.now(UTC), latest + timedelta(seconds=1)))
        for kind, name in names.items():
            create_concrete(self._client, self._retries, (KINDS[kind], name), self._settings, aliases={})
        return Generation(names, {kind: mapping_of(KINDS[kind]).version for kind in names})

    def exists(self, generation: Generation) -> bool:
        """Tell whether all indices are there."""
        names = list(generation.names.values())
        return bool(call(lambda: self._client.indices.exists(index=names), self._retries))

    def open_source(self) -> Index:
        """Read through the write aliases, which see every acknowledged write."""
        return ElasticsearchIndex(self._settings, write=True)

    def open_target(self, generation: Generation) -> Index:
        """Write through aliases of the build's own; what was kept under a write block takes writes again."""
        names = generation.names
        self._block(names, blocked=False)
        add = [
            {"add": {"index": name, "alias": self._building(kind), "is_write_index": True}}
            for kind, name in names.items()
        ]
        call(lambda: self._client.indices.update_aliases(actions=add), self._retries)
        return ElasticsearchIndex(self._settings, write=True, role=BUILDING)

    @contextmanager
    def hold_writes(self) -> Iterator[None]:
        """Block writes to what serves; what is on its way is done when the block holds."""
        names = ",".join(self.current().names.values())
        try:
            call(lambda: self._client.indices.add_block(index=names, block="write"), self._retries)
            yield
        finally:
            self.let_write()

    def let_write(self) -> None:
        """Remove the write block from what serves now."""
        self._block(self.current().names, blocked=False)

    def switch(self, generation: Generation) -> None:
        """Move both aliases of all kinds in one request; what served before keeps its write block."""
        prefix = self._settings.prefix
        actions: list[dict[str, Any]] = []
        for kind, before in self.current().names.items():
            after, known = generation.names[kind], KINDS[kind]
            read, write = read_alias(known, prefix), write_alias(known, prefix)
            actions += [
                {"remove": {"index": before, "aliases": [read, write], "must_exist": True}},
                {"add": {"index": after, "alias": read}},
                {"add": {"index": after, "alias": write, "is_write_index": True}},
                {"remove": {"index": after, "alias": self._building(kind), "must_exist": False}},
            ]
        call(lambda: self._client.indices.update_aliases(actions=actions), self._retries)

    def drop(self, generation: Generation) -> None:
        """Delete indices; those that serve stay."""
        serving = set(self.current().names.values())
        for name in set(generation.names.values()) - serving:
            with suppress(NotFoundError):
                self._client.indices.delete(index=name)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _states(self) -> dict[str, tuple[str, Mapping[str, Any]]]:
        states: dict[str, tuple[str, Mapping[str, Any]]] = {}
        for kind in KINDS.values():
            found = find_writer(self._client, self._retries, kind, self._settings.prefix)
            if found is None:
                where = name_server(self._settings.url)
                raise IndexUnavailable(f"there is no index {kind!r} at {where}: ingest something first")
            states[kind] = found
        return states

    def _compare(self, kind: Kind, state: Mapping[str, Any]) -> Difference:
        ours = mapping_of(kind)
        theirs = state["mappings"]
        analysis = state["settings"]["index"].get("analysis", {})
        return compare_mappings(kind, ours, theirs, same_analysis=analysis == ours.body["settings"].get("analysis", {}))

    def _name(self, moment: datetime) -> dict[str, str]:
        prefix = self._settings.prefix
        return {kind: str(ConcreteName(prefix, kind, mapping_of(kind).version, moment)) for kind in KINDS.values()}

    def _building(self, kind: str) -> str:
        return f"{self._settings.prefix}{kind}-{BUILDING}"

    def _block(self, names: Mapping[str, str], *, blocked: bool) -> None:
        setting = {"index.blocks.write": blocked or None}
        call(lambda: self._client.indices.put_settings(index=list(names.values()), settings=setting), self._retries)

    def _put_mapping(self, name: str, body: Mapping[str, Any]) -> None:
        call(lambda: self._client.indices.put_mapping(index=name, **body), self._retries)
