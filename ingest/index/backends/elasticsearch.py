"""The index in Elasticsearch: articles and their comments behind aliases, written under external versions.

What must be up to date is read by id, never by search.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ingest.awaiting import finish
from ingest.elastic.bulk import Action, BulkWriter, Outcome
from ingest.elastic.client import check_server, connect, name_server
from ingest.elastic.retries import Clock, Retries, SystemClock, call
from ingest.elastic.sending import WaitingSender
from ingest.index.backends.elasticsearch_comments import CommentWriter, Held
from ingest.index.backends.elasticsearch_layout import check_layout, create_layout
from ingest.index.backends.elasticsearch_reading import ARTICLES, COMMENTS, VERSIONS, Reading, RealtimeReader
from ingest.index.backends.elasticsearch_removal import Remover
from ingest.index.document import fill_stemmed, versions_of
from ingest.index.names import Kind, read_alias, role_alias
from ingest.index.protocol import SURVEYED, Document, Receipt, Scanned, Standing, Surveyed, Write, survey
from ingest.index.settings import IndexSettings

SCANNED_DOCUMENTS = 200
SURVEYED_DOCUMENTS = 5000


class ElasticsearchIndex:
    """An `Index` in Elasticsearch; several writers may work at once, the versions arbitrate."""

    def __init__(self, settings: IndexSettings, *, write: bool, clock: Clock | None = None, role: str = "") -> None:
        """Open; with a `role` it is not the index that serves but the one behind aliases of that name."""
        self._settings = settings
        self._write = write
        self._role = role
        self._clock = clock or SystemClock()
        self._client = connect(settings)
        patience = settings.write_patience_seconds if write else settings.open_patience_seconds
        self._retries = self._be_patient(patience)
        self._reading = Reading(WaitingSender(self._client, self._retries), self._alias, self._search_alias)
        self._reader = RealtimeReader(client=self._client, retries=self._retries, reading=self._reading)
        self._bulk = BulkWriter(
            client=self._client,
            retries=self._retries,
            max_actions=settings.bulk_documents,
            max_bytes=settings.bulk_bytes,
        )
        self._comments = CommentWriter(self._reader, self._bulk, self._write_alias(COMMENTS))

    def prepare(self) -> None:
        """Check server and mapping versions, and for a writer create what is missing.

        Raises UsageError where client and server do not fit, MappingMismatch where another mapping version stands.
        """
        retries = self._be_patient(self._settings.open_patience_seconds)
        check_server(self._client, retries)
        for kind in (ARTICLES, COMMENTS, VERSIONS):
            if self._write:
                create_layout(self._client, retries, kind, self._settings)
            else:
                check_layout(self._client, retries, kind, self._settings)

    def standing(self, ids: Sequence[str]) -> Mapping[str, Standing]:
        """Look up versions and fingerprints by minted id; absent ids are absent."""
        found = self._reader.get(ARTICLES, ids, source="fingerprint")
        return {hit["_id"]: Standing(hit["_version"], hit["_source"]["fingerprint"]) for hit in found}

    def documents(self, ids: Sequence[str]) -> Mapping[str, Document]:
        """Fetch whole documents by minted id, without their stemmed fields; absent ids are absent."""
        return finish(self._reading.documents(ids))

    def scan(self) -> Iterator[Scanned]:
        """Yield every article that a search sees, in the order of ids."""
        page: dict[str, Any] = {
            "sort": [{"id": "asc"}],
            "size": SCANNED_DOCUMENTS,
            "version": True,
            "track_total_hits": False,
        }
        while hits := self.search(page)["hits"]["hits"]:
            yield from (Scanned(hit["_version"], hit["_source"]) for hit in hits)
            page["search_after"] = hits[-1]["sort"]

    def survey(self) -> Iterator[Surveyed]:
        """Yield what a search sees of every article, in the order of ids."""
        page: dict[str, Any] = {
            "sort": [{"id": "asc"}],
            "size": SURVEYED_DOCUMENTS,
            "version": True,
            "track_total_hits": False,
            "_source": list(SURVEYED),
        }
        while hits := self.search(page)["hits"]["hits"]:
            yield from (survey(hit["_version"], hit["_source"]) for hit in hits)
            page["search_after"] = hits[-1]["sort"]

    def totals(self) -> tuple[int, int, int]:
        """Count articles, comments and versions that a search sees."""
        articles, comments, versions = (
            int(call(partial(self._client.count, index=self._search_alias(kind)), self._retries)["count"])
            for kind in (ARTICLES, COMMENTS, VERSIONS)
        )
        return articles, comments, versions

    def find(self, any_id: str) -> Document | None:
        """Fetch one document by its minted or its given id; of several with that given id the one captured last."""
        return finish(self._reading.find(any_id))

    def comments(self, article_id: str) -> Sequence[Document]:
        """Fetch an article's comments in the order of the thread, up to the last acknowledged write."""
        return finish(self._reading.comments(article_id))

    def versions(self, version_ids: Sequence[str]) -> Mapping[str, Document]:
        """Fetch whole versions by `version_id`, without their stemmed fields; absent ones are absent."""
        return finish(self._reading.versions(version_ids))

    def write(self, writes: Sequence[Write]) -> list[Receipt]:
        """Write articles whole with their comments and versions; one receipt a write, in order, durable."""
        held = self._comments.look_up([write.id for write in writes])
        outcomes = dict.fromkeys(find_late(writes, held), Outcome("stale"))
        timely = {place: write for place, write in enumerate(writes) if place not in outcomes}
        outcomes |= self._comments.write(timely, held)
        outcomes |= self._write_versions({place: write for place, write in timely.items() if place not in outcomes})
        sound = {place: write for place, write in timely.items() if place not in outcomes}
        sent = self._bulk.write([self._to_action(write) for write in sound.values()])
        outcomes |= zip(sound, sent, strict=True)
        receipts = [self._to_receipt(write, outcomes[place]) for place, write in enumerate(writes)]
        self._comments.sweep(list(sound.values()), sent)
        return receipts

    def _write_versions(self, writes: Mapping[int, Write]) -> dict[int, Outcome]:
        """Write what the articles' histories hold, before the articles; give the places that were refused."""
        actions: list[Action] = []
        owners: list[int] = []
        for place, write in writes.items():
            made = [self._to_version(key, document, write.version) for key, document in versions_of(write).items()]
            actions += made
            owners += [place] * len(made)
        sent = self._bulk.write(actions)
        return {place: outcome for place, outcome in zip(owners, sent, strict=True) if outcome.result == "rejected"}

    def _to_version(self, key: str, document: Document | None, version: int) -> Action:
        """Make the action on a version; equal ones overwrite, since an attempt may have died before its article."""
        alias = self._write_alias(VERSIONS)
        source = None if document is None else fill_stemmed(document)
        return Action(alias=alias, id=key, version=version, source=source, version_type="external_gte")

    def remove(self, ids: Sequence[str]) -> None:
        """Remove articles with their comments and versions; absent ones are ignored."""
        Remover(reader=self._reader, bulk=self._bulk).remove(ids)

    def refresh(self) -> None:
        """Make every acknowledged write visible to `search`."""
        names = [self._alias(ARTICLES), self._alias(COMMENTS), self._alias(VERSIONS)]
        call(lambda: self._client.indices.refresh(index=names), self._retries)

    def search(self, query: Document, *, versions: bool = False) -> Document:
        """Run a search body and give the body of the answer; raise UsageError where it is refused."""
        return finish(self._reading.search(query, versions=versions))

    def snapshot(self, query: Document, *, seconds: int, versions: bool = False) -> str | None:
        """Open a point in time, whatever the order: it also keeps a changed article from being given twice."""
        return finish(self._reading.snapshot(query, seconds=seconds, versions=versions))

    def release(self, snapshot: str) -> None:
        """Close a point in time."""
        finish(self._reading.release(snapshot))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _be_patient(self, seconds: float) -> Retries:
        return Retries(
            patience_seconds=seconds,
            backoff_start_seconds=self._settings.backoff_start_seconds,
            backoff_cap_seconds=self._settings.backoff_cap_seconds,
            target=name_server(self._settings.url),
            clock=self._clock,
        )

    def _alias(self, kind: Kind) -> str:
        """Name the alias to read by id: a writer compares with what it writes to."""
        return self._write_alias(kind) if self._write else read_alias(kind, self._settings.prefix)

    def _write_alias(self, kind: Kind) -> str:
        return role_alias(kind, self._role, self._settings.prefix)

    def _search_alias(self, kind: Kind) -> str:
        return self._write_alias(kind) if self._role else read_alias(kind, self._settings.prefix)

    def _to_action(self, write: Write) -> Action:
        alias = self._write_alias(ARTICLES)
        return Action(
            alias=alias, id=write.id, version=write.version, source=fill_stemmed(write.document, write.comments)
        )

    def _to_receipt(self, write: Write, outcome: Outcome) -> Receipt:
        if outcome.result == "stale" and outcome.unsure and self._is_ours(write):
            return Receipt(write.id, "written")
        return Receipt(write.id, outcome.result, outcome.error, outcome.message)

    def _is_ours(self, write: Write) -> bool:
        """Say whether an attempt whose answer was lost is what stands now."""
        return self.standing([write.id]).get(write.id) == Standing(write.version, write.document["fingerprint"])


def find_late(writes: Sequence[Write], held: Mapping[str, Held]) -> list[int]:
    """Give the places of writes that come after their own version or a newer one, so that nothing of them is sent."""
    newest = {key: standing.version for key, standing in held.items()}
    late: list[int] = []
    for place, write in enumerate(writes):
        if newest.get(write.id, -1) >= write.version:
            late.append(place)
        else:
            newest[write.id] = write.version
    return late
