"""An article's comments in Elasticsearch: documents of their own under the article's version.

They are written before their article, so that an article that stands has its comments; a reader takes those that
carry the article's own version. Comments that an article has no more are deleted before it is written, and again
afterwards, where another writer came in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.elastic.bulk import Action, BulkWriter, Outcome
from ingest.index.backends.elasticsearch_reading import ARTICLES, COMMENTS, RealtimeReader
from ingest.index.document import comment_id
from ingest.index.protocol import Document, Write

# How far beyond an article's comments older ones are looked for at a time: but for races they stand next to each other.
SWEEP_WINDOW = 4


@dataclass(frozen=True, slots=True)
class Held:
    """What the index holds of an article: its version, and how many comments it has."""

    version: int
    comment_count: int


class CommentWriter:
    """Writes and deletes the comments of articles."""

    def __init__(self, reader: RealtimeReader, bulk: BulkWriter, alias: str) -> None:
        self._reader = reader
        self._bulk = bulk
        self._alias = alias

    def look_up(self, ids: Sequence[str]) -> dict[str, Held]:
        """Say what the index holds of each article; absent ids are absent."""
        hits = self._reader.get(ARTICLES, ids, source="comment_count")
        return {hit["_id"]: Held(hit["_version"], hit["_source"]["comment_count"]) for hit in hits}

    def write(self, writes: Mapping[int, Write], held: Mapping[str, Held]) -> dict[int, Outcome]:
        """Write the comments of articles by place, delete those that are no more; give the places that were refused.

        Equal versions overwrite: an attempt that died before its article was written may have left other comments.
        """
        counts = {article_id: standing.comment_count for article_id, standing in held.items()}
        actions: list[Action] = []
        owners: list[int] = []
        for place, write in writes.items():
            sources: dict[str, Document | None] = {comment["id"]: comment for comment in write.comments}
            surplus = range(len(write.comments), counts.get(write.id, 0))
            sources |= {comment_id(write.id, position): None for position in surplus}
            actions += self._to_actions(sources, write.version)
            owners += [place] * len(sources)
            counts[write.id] = max(counts.get(write.id, 0), len(write.comments))
        outcomes = self._bulk.write(actions)
        return {place: outcome for place, outcome in zip(owners, outcomes, strict=True) if outcome.result == "rejected"}

    def _to_actions(self, sources: Mapping[str, Document | None], version: int) -> list[Action]:
        return [
            Action(alias=self._alias, id=key, version=version, source=source, version_type="external_gte")
            for key, source in sources.items()
        ]

    def sweep(self, writes: Sequence[Write], outcomes: Sequence[Outcome]) -> None:
        """Delete the older comments that a rewrite or a late attempt leaves where another writer came in between."""
        bounds: dict[str, Held] = {}
        stale: list[str] = []
        for write, outcome in zip(writes, outcomes, strict=True):
            if outcome.result == "stale":
                stale.append(write.id)
            elif outcome.result == "written" and not outcome.created:
                bounds[write.id] = Held(write.version, len(write.comments))
        self._sweep(bounds | self.look_up(stale))

    def _sweep(self, bounds: Mapping[str, Held]) -> None:
        """Delete comments from a place on, up to a version, by article."""
        reach = {article_id: held.comment_count for article_id, held in bounds.items()}
        while reach:
            owners = {
                comment_id(article_id, place): article_id
                for article_id, start in reach.items()
                for place in range(start, start + SWEEP_WINDOW)
            }
            found = {hit["_id"]: hit["_version"] for hit in self._reader.get(COMMENTS, list(owners), source=False)}
            actions: list[Action] = []
            for key, version in found.items():
                standing = bounds[owners[key]].version
                if version <= standing:
                    actions += self._to_actions({key: None}, standing)
            self._bulk.write(actions)
            reach = {owners[key]: reach[owners[key]] + SWEEP_WINDOW for key in found}
