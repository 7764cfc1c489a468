"""`forget`: what the settings no longer let stand of comments' authors goes from what is indexed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ingest.enrich.comments import kept_since, treat_commenters
from ingest.enrich.instants import parse_instant
from ingest.enrich.settings import CommenterSettings
from ingest.erasing import guard
from ingest.errors import IndexUnavailable, UsageError
from ingest.index.document import replace_comments
from ingest.index.opening import open_index
from ingest.index.protocol import Document, Index, Write
from ingest.model import Comment
from ingest.settings import Settings
from ingest.state import open_records

BATCH_ARTICLES = 200
MAX_STALE_ROUNDS = 5
LATEST = "9999-12-31T00:00:00.000Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How many articles were rewritten, and how many comments have no author any more."""

    articles: int = 0
    comments: int = 0

    def to_json(self) -> dict[str, int]:
        """Give the numbers under their names."""
        return {"articles": self.articles, "comments": self.comments}


def forget_commenters(settings: Settings, *, now: datetime | None = None) -> Forgotten:
    """Drop the authors of indexed comments whose retention time is over, or of all where the setting is `drop`.

    Each article concerned is written whole under a raised generation, so that ingesting it again changes nothing.
    Raises UsageError where the settings keep every author for ever, Unavailable where the index does not answer.
    """
    moment, rules = now or datetime.now(UTC), settings.enrich.commenters
    if rules.authors != "drop" and rules.retention_days == 0:
        raise UsageError("every author is kept for ever: set enrich.commenters.retention_days, or authors to drop")
    index = open_index(settings.index, write=True)
    try:
        index.prepare()
        with open_records(settings.index) as records:
            return forget_all(guard(index, records), rules, moment)
    finally:
        index.close()


def forget_all(index: Index, rules: CommenterSettings, now: datetime) -> Forgotten:
    """Rewrite a batch after another until no article has an author to forget."""
    done, stale_rounds = Forgotten(), 0
    while batch := find_batch(index, rules, now):
        forgotten = forget_batch(index, batch, rules, now)
        stale_rounds = 0 if forgotten.articles else stale_rounds + 1
        if stale_rounds == MAX_STALE_ROUNDS:
            raise IndexUnavailable("other writers kept overtaking this one; run again")
        done = Forgotten(articles=done.articles + forgotten.articles, comments=done.comments + forgotten.comments)
    return done


def find_batch(index: Index, rules: CommenterSettings, now: datetime) -> list[str]:
    """Name articles that have a comment of whose author nothing may be kept any more."""
    over = now - timedelta(days=rules.retention_days)
    bound = LATEST if rules.authors == "drop" else over.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    index.refresh()
    query = {"range": {"commenters_since": {"lte": bound}}}
    answer = index.search({"query": query, "size": BATCH_ARTICLES, "_source": ["id"], "track_total_hits": True})
    return [hit["_id"] for hit in answer["hits"]["hits"]]


def forget_batch(index: Index, ids: Sequence[str], rules: CommenterSettings, now: datetime) -> Forgotten:
    """Rewrite some articles; one that another writer overtakes is left for the next batch."""
    standing = index.standing(ids)
    writes: dict[str, Write] = {}
    counts: dict[str, int] = {}
    for key, document in index.documents(ids).items():
        if key in standing:
            comments = list(index.comments(key))
            changed, treated = treat(document, comments, rules, now)
            writes[key] = Write(key, standing[key].version + 1, changed, tuple(treated))
            counts[key] = count_authors(comments) - count_authors(treated)
    written = [receipt.id for receipt in index.write(list(writes.values())) if receipt.outcome == "written"]
    return Forgotten(articles=len(written), comments=sum(counts[key] for key in written))


def count_authors(comments: Sequence[Document]) -> int:
    """Count the comments that have an author."""
    return sum(each["author"] is not None for each in comments)


def treat(
    document: Document, comments: Sequence[Document], rules: CommenterSettings, now: datetime
) -> tuple[Document, list[Document]]:
    """Give an article and its comments as ingesting it now would make them."""
    stated = parse_instant(document.get("published_at") or document.get("fetched_at") or "")
    written = stated.value if stated else None
    held = [Comment(text="", author=each["author"], published_at=each["published_at"]) for each in comments]
    treated = treat_commenters(held, written, rules, now)
    changed = [{**each, "author": kept.author} for each, kept in zip(comments, treated, strict=True)]
    return replace_comments(document, changed, kept_since(treated, written)), changed
