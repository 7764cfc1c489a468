"""The task `deduplicate` of the main job: the batches of a run one by one, each with those before it in view.

Decisions reach the store of signatures only with the index, so what the run's other batches decided is read from their
hand-overs. No batch waits for another: one that failed is decided later, with all the others in view.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from typing import Any

from ingest.clustering import NAME, is_blank, to_candidate
from ingest.dedup import Deduplicator
from ingest.indexing import NAME as INDEX
from ingest.indexing import Marks, collect_marks
from ingest.jobs.batch_tallies import BatchCounter
from ingest.jobs.batches import parse_reference, read_articles, settle, to_batch
from ingest.jobs.flags import Flags, load_settings
from ingest.jobs.ingestion import open_rooms
from ingest.lake import Lake, handover_exists, handover_path, stream_handover, write_handover
from ingest.model import Article, Dropped, DropReason
from ingest.pipeline import clustering_stages, date_article
from ingest.settings import Settings


def deduplicate_batch(reference: str, references: Sequence[str], flags: Flags | None = None) -> str:
    """Give the articles of a batch their clusters; `references` are those of the run's batches, in their order.

    Done in that order, one at a time, all articles get the clusters of one run over all of them. In another order, or
    two at once, they get those of writers side by side, which `recluster` settles. Done again before the batch is in
    the index it changes nothing. An article of another batch whose canonical mark or reason moves is corrected in its
    hand-over, since it is not in the index yet.
    """
    settings = load_settings(flags)
    with open_rooms(settings) as opened:
        lake, path = opened.lake, next_path(opened.lake, reference)
        if is_decided(lake, reference, path):
            return path
        others = [
            other for each in references if handover_exists(lake, other := next_path(lake, each)) and other != path
        ]
        adopt_decided(opened.deduplicator, lake, others, settings)
        (stage,) = clustering_stages(opened.rooms, opened.deduplicator)
        run_id, number = to_batch(reference)
        counter = BatchCounter()
        outcomes = counter.carry_on(stage, counter.read(stream_handover(lake, reference)))
        records = list(settle(lake, outcomes, {stage.name}, run_id))
        # The others first: killed in between, the batch is not decided yet and moves the same marks again.
        marks = collect_marks(record for record in records if isinstance(record, Article))
        for other in others:
            correct_marks(lake, other, marks)
        counter.leave(opened.records, (run_id, number))
        return write_handover(lake, run_id, NAME, number, [correct_mark(record, marks) for record in records])


def next_path(lake: Lake, reference: str) -> str:
    """Name the hand-over that deduplication makes of another one."""
    run_id, _, number = parse_reference(reference)
    return handover_path(lake, run_id, NAME, number)


def is_decided(lake: Lake, reference: str, path: str) -> bool:
    """Tell whether a hand-over holds decisions on just these records that are not in the index yet.

    Made anew they could be others, since batches after this one may have followed them.
    """
    run_id, _, number = parse_reference(reference)
    if not handover_exists(lake, path) or handover_exists(lake, handover_path(lake, run_id, INDEX, number)):
        return False
    pairs = zip_longest(stream_handover(lake, reference), stream_handover(lake, path))
    return all(without_decision(given) == without_decision(decided) for given, decided in pairs)


def without_decision(record: Any) -> Any:
    """Give a record as it is whatever was decided on it."""
    if not isinstance(record, Article):
        return record
    if is_blank(record):
        return Dropped(trace=record.trace, stage=NAME, reason=DropReason.NO_ARTICLE_TEXT)
    return replace(record, cluster=None)


def adopt_decided(deduplicator: Deduplicator, lake: Lake, paths: Sequence[str], settings: Settings) -> None:
    """Show a deduplicator what was decided in other batches: the last ones, as many articles as it remembers."""
    date_of = partial(date_article, settings=settings.enrich)
    for articles in reversed(list(read_last(lake, paths, settings.dedup.pending_documents))):
        candidates = [to_candidate(article, date_of) for article in articles]
        deduplicator.adopt(candidates, [article.cluster for article in articles if article.cluster])


def read_last(lake: Lake, paths: Sequence[str], count: int) -> Iterator[list[Article]]:
    """Yield the articles that have clusters, from the last hand-over backwards, until there are so many."""
    for path in reversed(paths):
        articles = [article for article in read_articles(lake, path) if article.cluster]
        yield articles
        count -= len(articles)
        if count <= 0:
            return


def correct_marks(lake: Lake, path: str, marks: Mapping[str, Marks]) -> None:
    """Rewrite a hand-over in which articles are canonical from now on or no longer, or for another reason."""
    if any(article.document.id in marks for article in read_articles(lake, path)):
        run_id, stage, number = parse_reference(path)
        records = [correct_mark(record, marks) for record in stream_handover(lake, path)]
        write_handover(lake, run_id, stage, number, records)


def correct_mark(record: Any, marks: Mapping[str, Marks]) -> Any:
    """Set an article's canonical mark and the reason where they changed."""
    if not isinstance(record, Article) or record.cluster is None:
        return record
    cluster, changed = record.cluster, marks.get(record.document.id, {})
    canonical = bool(changed.get("canonical", cluster.canonical))
    reason = str(changed.get("canonical_reason", cluster.reason))
    return replace(record, cluster=replace(cluster, canonical=canonical, reason=reason))
