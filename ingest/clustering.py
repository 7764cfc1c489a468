"""The stage `deduplicate`: every article learns its cluster; none is thrown away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from urllib.parse import urlsplit

from ingest.batching import RunSettings, cut_batches
from ingest.clean.agencies import name_agency, read_dateline_agency
from ingest.dedup import Candidate, Deduplicator
from ingest.index.protocol import Document, Index
from ingest.model import Article, Dropped, DropReason, Failed, PublicationDate
from ingest.stage import Stage

NAME = "deduplicate"
AGENCY_BYLINE = "byline.agency"

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
    not be written, so it must not move anything. One of which cleaning left nothing is dropped.
    """

    def run(articles: Iterable[Article]) -> Iterator[Article | Dropped | Failed]:
        for batch in cut_batches(articles, settings, lambda article: len(article.cleaning.body)):
            stale = find_stale(index, batch)
            fresh = [a for a in batch if a.document.capture not in stale and not is_blank(a)]
            clusters = iter(deduplicator.assign([to_candidate(article, date_of) for article in fresh]))
            for article in batch:
                if is_blank(article):
                    yield Dropped(trace=article.trace, stage=NAME, reason=DropReason.NO_ARTICLE_TEXT)
                elif article.document.capture in stale:
                    yield article
                else:
                    yield replace(article, cluster=next(clusters))

    return Stage(NAME, run)


def is_blank(article: Article) -> bool:
    """Tell an article of which cleaning left nothing: its text was control characters, say."""
    return not article.cleaning.body or article.cleaning.body.isspace()


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
    agency = find_agency(article)
    return Candidate(
        key=article.document.id,
        body=article.cleaning.body,
        syndicated=agency is not None and not is_own_site(agency, article.document.url),
        agency=agency,
        published_at=published.value if published else None,
    )


def to_known_candidate(document: Document) -> Candidate:
    """Say the same of an article that the index holds."""
    agency = document["wire_agency"] if document.get("wire_agency_origin") == "article" else None
    published = document.get("published_at")
    return Candidate(
        key=document["id"],
        body=document["body"],
        syndicated=agency is not None and not is_own_site(agency, document.get("url")),
        agency=agency,
        published_at=datetime.fromisoformat(published) if published else None,
    )


def find_agency(article: Article) -> str | None:
    """Name the agency whose text an article says it is: by its credits, its dateline, its byline or its rights."""
    cleaning = article.cleaning
    named = next((credit.agency for credit in cleaning.credits if credit.agency), None)
    bylines = (article.page.text[span.start : span.end] for span in cleaning.spans if span.rule == AGENCY_BYLINE)
    holders = (rights.holder for rights in cleaning.rights if rights.holder)
    said = map(name_agency, chain(bylines, holders))
    return named or read_dateline_agency(cleaning.body) or next(filter(None, said), None)


def is_own_site(agency: str, url: str | None) -> bool:
    """Say whether an article stands on its agency's own site, so that it is no syndicated copy."""
    host = urlsplit(url or "").hostname or ""
    return agency.removeprefix("The ").replace(" ", "").casefold() in host.replace("-", "")
