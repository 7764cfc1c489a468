"""Retention by age: articles leave the index, runs its records, raw documents and hand-overs the lake, as set."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.index.document import format_time
from ingest.index.protocol import Document, Index
from ingest.jobs.batch_tallies import expire_tallies
from ingest.jobs.reclustering import OpenedClusters, open_clusters
from ingest.jobs.removal import remove_articles
from ingest.lake import Lake, open_lake
from ingest.lake.handover import FOLDER
from ingest.run_records import RUNS, find_expired
from ingest.settings import Settings
from ingest.state import Records, open_records, read_records

PAGE = 200


@dataclass(slots=True, kw_only=True)
class RetentionReport:
    """What was removed, or would be where `dry_run`: articles, captures with their files and bytes, hand-overs, runs.

    `regrouped` counts other articles that have another place in their cluster now.
    """

    dry_run: bool = False
    articles: int = 0
    regrouped: int = 0
    captures: int = 0
    files: int = 0
    bytes: int = 0
    handovers: int = 0
    runs: int = 0

    def to_json(self) -> dict[str, Any]:
        """Give the shape of `retention --json`."""
        return asdict(self)


def apply_retention(settings: Settings, *, dry_run: bool = False, now: datetime | None = None) -> RetentionReport:
    """Remove what is older than the settings of its kind say; 0 keeps for ever.

    They are `index.retain_days`, `state.run_days`, `lake.retain_days` and `lake.handover_days`. An article's age counts
    from its publication, else from its capture. Unlike an erasure this leaves no tombstone: what is ingested or
    replayed again comes back until the next retention. It may be killed and run again.
    """
    moment = now or datetime.now(UTC)
    report = RetentionReport(dry_run=dry_run)
    if settings.index.retain_days:
        bound = moment - timedelta(days=settings.index.retain_days)
        with open_clusters(settings, write=not dry_run) as opened:
            if dry_run:
                report.articles = count_older(opened.index, bound)
            else:
                with open_records(settings.index) as records:
                    remove_older(opened, records, bound, report)
    expire_runs(settings, moment, report)
    with open_lake(settings.lake) as lake:
        expire_captures(lake, settings, moment, report)
        expire_handovers(lake, settings, moment, report)
    return report


def older_than(bound: datetime) -> Document:
    """Give the query of articles that are older than a time."""
    at = format_time(bound)
    undated = {
        "bool": {
            "filter": [{"range": {"captured_at": {"lt": at}}}],
            "must_not": [{"exists": {"field": "published_at"}}],
        }
    }
    return {"bool": {"should": [{"range": {"published_at": {"lt": at}}}, undated], "minimum_should_match": 1}}


def count_older(index: Index, bound: datetime) -> int:
    """Count the articles that are older than a time."""
    answer = index.search({"query": older_than(bound), "size": 0, "track_total_hits": True})
    return int(answer["hits"]["total"]["value"])


def remove_older(opened: OpenedClusters, records: Records, bound: datetime, report: RetentionReport) -> None:
    """Remove a page of articles after another until there are none."""
    opened.index.refresh()
    query = {"query": older_than(bound), "size": PAGE, "_source": ["id"]}
    while hits := opened.index.search(query)["hits"]["hits"]:
        documents = opened.index.documents([hit["_id"] for hit in hits])
        removed = remove_articles(opened, records, list(documents.values()))
        report.articles += removed.articles
        report.regrouped += removed.regrouped


def expire_captures(lake: Lake, settings: Settings, now: datetime, report: RetentionReport) -> None:
    """Remove the files of the lake that hold nothing newer."""
    if not settings.lake.retain_days:
        return
    expired = lake.find_expired(format_time(now - timedelta(days=settings.lake.retain_days)))
    report.files = len(expired)
    report.captures = sum(captures for _, captures, _ in expired)
    report.bytes = sum(size for _, _, size in expired)
    if not report.dry_run:
        lake.expire([file for file, _, _ in expired])


def expire_handovers(lake: Lake, settings: Settings, now: datetime, report: RetentionReport) -> None:
    """Remove the hand-overs of runs that nobody will go on with, and what was counted for them."""
    if not settings.lake.handover_days:
        return
    bound = now - timedelta(days=settings.lake.handover_days)
    if not report.dry_run:
        with open_records(settings.index) as records:
            expire_tallies(records, bound)
    for name, _ in list(lake.storage.list(FOLDER)):
        if lake.storage.modified(name) < bound:
            report.handovers += 1
            if not report.dry_run:
                lake.storage.delete(name)


def expire_runs(settings: Settings, now: datetime, report: RetentionReport) -> None:
    """Remove the records of runs that were last heard of long ago."""
    if not settings.state.run_days:
        return
    with read_records(settings.index) as reader:
        expired = list(find_expired(reader, now - timedelta(days=settings.state.run_days)))
    report.runs = len(expired)
    if expired and not report.dry_run:
        with open_records(settings.index) as records:
            for first in range(0, len(expired), PAGE):
                records.delete(RUNS, expired[first : first + PAGE])
