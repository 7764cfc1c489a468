"""The stage `deduplicate`: every article learns its cluster; none is thrown away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.batching import RunSettings, cut_batches
from ingest.dedup import Candidate, Deduplicator
from ingest.index.protocol import Index
from ingest.model import Article, Dropped, Failed, PublicationDate
from ingest.stage import Stage

NAME = "deduplicate"

DateOf = Callable[[Article], PublicationDate | None]


class IndexBodies:
    """The bodies of indexed articles, for verifying candidates."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def bodies(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Fetch bodies by minted id; absent ids are absent."""
        return {key: document["body"] for key, document in self._index.documents(ids).items()}


def deduplicate_stage(
    deduplicator: Deduplicator, index: Index | None, date_of: DateOf, settings: RunSettings
) -> Stage[Article, Article]:
    """Make the stage.

    An article whose identity already stands in the index under a newer capture is passed on without a cluster: it will
    not be written, so it must not move anything.
    """

    def run(articles: Iterable[Article]) -> Iterator[Article | Dropped | Failed]:
        for batch in cut_batches(articles, settings, lambda article: len(article.cleaning.body)):
            stale = find_stale(index, batch)
            fresh = [article for article in batch if article.document.capture not in stale]
            clusters = iter(deduplicator.assign([to_candidate(article, date_of) for article in fresh]))
            for article in batch:
                yield article if article.document.capture in stale else replace(article, cluster=next(clusters))

    return Stage(NAME, run)


def find_stale(index: Index | None, batch: Sequence[Article]) -> set[int]:
    """Name the captures for which the index already holds a newer capture of the same identity."""
    if index is None:
        return set()
    standing = index.standing([article.document.id for article in batch])
    return {
        article.document.capture
        for article in batch
        if article.document.id in standing and standing[article.document.id].version >> 16 > article.document.capture
    }


def to_candidate(article: Article, date_of: DateOf) -> Candidate:
    """Say of an article what decides on duplicates."""
    published = date_of(article)
    return Candidate(
        key=article.document.id,
        body=article.cleaning.body,
        syndicated=any(credit.agency for credit in article.cleaning.credits),
        published_at=published.value if published else None,
    )
