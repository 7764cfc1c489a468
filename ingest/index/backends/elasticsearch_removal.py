"""Removing articles from Elasticsearch, with all that stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ingest.elastic.bulk import Action, BulkWriter
from ingest.elastic.retries import call
from ingest.errors import IndexUnavailable
from ingest.index.backends.elasticsearch_reading import ARTICLES, COMMENTS, VERSIONS, RealtimeReader
from ingest.index.names import Kind

MAX_ROUNDS = 5
IDS_PER_REQUEST = 500
# No rewrite of the same capture that is still on its way may come after the deletion, as long as it is remembered.
LAST_GENERATION = 0xFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Remover:
    """Deletes articles, their comments and their versions through the write aliases."""

    reader: RealtimeReader
    bulk: BulkWriter

    def remove(self, ids: Sequence[str]) -> None:
        """Delete; absent articles are ignored, but for what a broken-off deletion left of them."""
        for start in range(0, len(ids), IDS_PER_REQUEST):
            some = list(ids[start : start + IDS_PER_REQUEST])
            self._remove_articles(some)
            self._remove_beside(COMMENTS, "article_id", some)
            self._remove_beside(VERSIONS, "id", some)

    def _remove_articles(self, ids: Sequence[str]) -> None:
        alias = self.reader.reading.alias_of(ARTICLES)
        for _ in range(MAX_ROUNDS):
            actions = [
                Action(
                    alias=alias,
                    id=hit["_id"],
                    version=hit["_version"] | LAST_GENERATION,
                    source=None,
                    version_type="external_gte",
                )
                for hit in self.reader.get(ARTICLES, ids, source=False)
            ]
            if not actions:
                return
            self.bulk.write(actions)
        raise IndexUnavailable(f"other writers kept overtaking this one, {MAX_ROUNDS} times in a row; run again")

    def _remove_beside(self, kind: Kind, field: str, ids: Sequence[str]) -> None:
        """Delete by a query, which sees only what was refreshed."""
        client, alias = self.reader.client, self.reader.reading.alias_of(kind)
        call(lambda: client.indices.refresh(index=alias), self.reader.retries)
        delete = partial(
            client.delete_by_query, index=alias, query={"terms": {field: ids}}, conflicts="proceed", refresh=True
        )
        for _ in range(MAX_ROUNDS):
            answer = call(delete, self.reader.retries)
            if not answer["version_conflicts"] and not answer["failures"]:
                return
        raise IndexUnavailable(f"{alias}: what is to be removed keeps being written; run again")
