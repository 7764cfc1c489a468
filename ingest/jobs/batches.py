"""The main job cut into tasks: between them go paths of hand-over files in the lake, never articles.

A hand-over holds one record for each document of its batch, also for those that left on the way, in order: so every
task balances, and `publish` can assert the books of the whole.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ingest import __version__
from ingest.admission import NAME as READ
from ingest.batching import RunSettings, cut_batches
from ingest.clean.rulepack import rules_version
from ingest.clustering import to_candidate
from ingest.errors import BatchesMissing, CountingLawBroken
from ingest.following import read_frequencies
from ingest.index.opening import open_index
from ingest.jobs.batch_tallies import BatchCounter, add_up_tallies, forget_tallies
from ingest.jobs.flags import Flags, load_settings
from ingest.jobs.ingestion import count_lines, follow_events, open_rooms
from ingest.jobs.observing import tell_outcome
from ingest.lake import Lake, Versions, handover_path, open_lake, stream_handover, write_handover
from ingest.learning import read_learned
from ingest.model import Article, Dropped, Failed, Indexed
from ingest.pipeline import (
    Rooms,
    cleaning_stage,
    date_article,
    enriching_stages,
    extracting_stage,
    indexing_stages,
    open_pool,
    reading_stage,
)
from ingest.run_records import RunLog, read_run, recorded
from ingest.settings import Settings
from ingest.sources import read_payloads
from ingest.sources.drop import claim_files, find_unreadable, put_away
from ingest.stage import Stage
from ingest.state import Json, RecordReader, Records, open_records
from ingest.watching import watch_texts

COMMAND = "batches"
MOST_NAMED = 20
TICKET = ".batches"  # a file of references to batches that are in the lake already
BATCH = RunSettings(batch_documents=1000, batch_bytes=32_000_000)


def claim_batches(folder: str, run_id: str, flags: Flags | None = None) -> list[str]:
    """Claim what lies in a drop folder, take it into the lake, and give a reference a batch; none for nothing.

    Files are claimed by renaming them, so that two runs never share one; what an earlier run claimed and did not finish
    is claimed again. The batches that a `TICKET` names come first.
    """
    settings = load_settings(flags)
    claimed = claim_files(Path(folder), run_id)
    if not claimed:
        return []
    with open_records(settings.index) as records:
        RunLog(records, settings, run_id, COMMAND, process=None).begin()
    tickets = [path for path in claimed if path.name.endswith(TICKET)]
    announced = [reference for ticket in tickets for reference in json.loads(ticket.read_text(encoding="utf-8"))]
    files = [str(path) for path in claimed if path not in tickets]
    return announced + (read_files(files, run_id, settings) if files else [])


def read_files(files: Sequence[str], run_id: str, settings: Settings) -> list[str]:
    """Take files into the lake, and give a reference a batch."""
    with open_lake(settings.lake) as lake, open_records(settings.index) as records:
        stage, counter = reading_stage(settings, lake, run_id, records), BatchCounter()
        outcomes = counter.carry_on(stage, read_payloads(files, settings.sources))
        told = settle(lake, outcomes, {stage.name}, run_id)
        return write_batches(lake, records, (run_id, stage.name), told, counter)


def write_batches(
    lake: Lake, records: Records, step: tuple[str, str], outcomes: Iterable[Any], counter: BatchCounter
) -> list[str]:
    """Write outcomes in batches, with what the stage did for each; give the references."""
    run_id, stage = step
    references = []
    for number, batch in enumerate(cut_batches(outcomes, BATCH, size_of)):
        references.append(write_handover(lake, run_id, stage, number, batch))
        counter.leave(records, to_batch(references[-1]))
    return references


def size_of(outcome: Any) -> int:
    """Count the bytes that a document came in."""
    return len(outcome.payload.content) if hasattr(outcome, "payload") else 0


def clean_batch(reference: str, flags: Flags | None = None) -> str:
    """Extract and clean a batch, and count what its lines show of their publishers."""
    settings = load_settings(flags)
    with open_lake(settings.lake) as lake, open_pool(settings) as pool, open_records(settings.index) as records:
        rooms = Rooms(
            settings=settings, pool=pool, lake=lake, records=records, learned=read_learned(records, settings.learn)
        )
        cleaned = run_stages(lake, records, reference, [extracting_stage(rooms), cleaning_stage(rooms)])
        counter = count_lines(records, lake, rooms)
        watch = watch_texts(records, settings)
        for record in stream_handover(lake, cleaned):
            if isinstance(record, Article):
                counter.note(record)
                watch.note(record)
            elif isinstance(record, Dropped):
                watch.note_dropped(record)
        counter.finish()
        watch.finish()
        return cleaned


def read_articles(lake: Lake, path: str) -> Iterator[Article]:
    """Yield the articles of a hand-over."""
    return (record for record in stream_handover(lake, path) if isinstance(record, Article))


def enrich_batch(reference: str, flags: Flags | None = None) -> str:
    """Add the metadata of a batch."""
    settings = load_settings(flags)
    with open_lake(settings.lake) as lake, open_records(settings.index) as records:
        return run_stages(lake, records, reference, enriching_stages(settings, read_frequencies(records)))


def index_batch(reference: str, flags: Flags | None = None) -> str:
    """Write a batch to the index and commit its signatures."""
    with open_rooms(load_settings(flags)) as opened:
        articles = [article for article in read_articles(opened.lake, reference) if article.cluster]
        date_of = partial(date_article, settings=opened.rooms.settings.enrich)
        candidates = [to_candidate(article, date_of) for article in articles]
        opened.deduplicator.adopt(candidates, [article.cluster for article in articles if article.cluster])
        follower = follow_events(opened.records, opened.rooms.settings)
        for article in articles:
            follower.note(article)
        stages = indexing_stages(opened.rooms, opened.index, opened.deduplicator)
        indexed = run_stages(opened.lake, opened.records, reference, stages)
        follower.flush()
        return indexed


def run_stages(lake: Lake, records: Records, reference: str, stages: Sequence[Stage[Any, Any]]) -> str:
    """Run stages over a hand-over and write the next one; what fails in them goes to the quarantine."""
    run_id, number = to_batch(reference)
    counter = BatchCounter()
    outcomes = counter.read(stream_handover(lake, reference))
    for stage in stages:
        outcomes = counter.carry_on(stage, outcomes)
    names = {stage.name for stage in stages}
    written = write_handover(lake, run_id, stages[-1].name, number, settle(lake, outcomes, names, run_id))
    counter.leave(records, (run_id, number))
    return written


def settle(lake: Lake, records: Iterable[Any], stages: set[str], run_id: str) -> Iterator[Any]:
    """Pass records on; tell of those that end in one of the named stages, and put what failed into the quarantine."""
    versions = Versions(code=__version__, rules=rules_version())
    for record in records:
        if isinstance(record, Failed) and record.stage in stages:
            lake.quarantine.add(record, versions)
        if isinstance(record, Indexed) or (isinstance(record, Dropped | Failed) and record.stage in stages):
            tell_outcome(record, run_id)
        yield record


def publish(
    folder: str, run_id: str, claimed: Sequence[str], references: Sequence[str], flags: Flags | None = None
) -> dict[str, Any]:
    """Assert the books of a run over all its batches, put its files away, and give the books.

    `claimed` are the batches that the run began with. Raises BatchesMissing where some have not come to the index: the
    files stay claimed, for the next run. Raises CountingLawBroken where a batch ends with fewer or more documents than
    it began with.
    """
    if not claimed:
        raise BatchesMissing(f"{run_id}: nothing was claimed")
    settings = load_settings(flags)
    with open_records(settings.index) as records:
        log = RunLog(records, settings, run_id, COMMAND, process=None)
        with recorded(log):
            books, dropped = count_batches(settings, references)
            refresh(settings)
            assert_all_came(claimed, references)
            put_away(Path(folder), run_id, find_unreadable(Path(folder), run_id, read_failures(settings, references)))
            batches = [to_batch(reference) for reference in references]
            # Where this task was ended before, they stand in the record, and may be forgotten in part.
            stages = find_stages(records, run_id) or add_up_tallies(records, batches)
            log.end("done", to_books(books, dropped, stages))
            forget_tallies(records, batches)
    return {"run_id": run_id, "batches": len(references), **dict(sorted(books.items()))}


def find_stages(records: RecordReader, run_id: str) -> Json:
    """Give what a run's record says of its stages."""
    held = read_run(records, run_id)
    return dict(((held and held["books"]) or {}).get("stages", {}))


def read_failures(settings: Settings, references: Sequence[str]) -> Iterator[Failed]:
    """Yield what failed of all batches."""
    with open_lake(settings.lake) as lake:
        for reference in references:
            yield from (record for record in stream_handover(lake, reference) if isinstance(record, Failed))


def assert_all_came(claimed: Sequence[str], references: Sequence[str]) -> None:
    """Raise BatchesMissing where a batch that was claimed is not among those that were indexed."""
    came = {to_batch(reference) for reference in references}
    missing = [batch for reference in claimed if (batch := to_batch(reference)) not in came]
    if missing:
        named = ", ".join(f"{number} of {run_id}" for run_id, number in missing[:MOST_NAMED])
        raise BatchesMissing(f"{len(missing)} of {len(claimed)} batches are not in the index: {named}")


def to_batch(reference: str) -> tuple[str, int]:
    """Tell which batch of which run a hand-over is of, whatever its stage."""
    run_id, _, number = parse_reference(reference)
    return run_id, number


def to_books(books: Counter[str], dropped: Counter[str], stages: Json) -> Json:
    """Give what the run's record keeps, in the shape of a report."""
    counts = {name: books[name] for name in ("seen", "indexed", "updated", "unchanged", "failed")}
    return {**counts, "dropped": dict(sorted(dropped.items())), "stages": stages}


def count_batches(settings: Settings, references: Sequence[str]) -> tuple[Counter[str], Counter[str]]:
    """Count the outcomes of all batches, and the reasons of what was dropped."""
    books, dropped = Counter[str](), Counter[str]()
    with open_lake(settings.lake) as lake:
        for reference in references:
            books += count_batch(lake, reference)
            dropped += Counter(
                record.reason.value for record in stream_handover(lake, reference) if isinstance(record, Dropped)
            )
    return books, dropped


def refresh(settings: Settings) -> None:
    """Make what was written visible to searches."""
    index = open_index(settings.index, write=False)
    try:
        index.refresh()
    finally:
        index.close()


def count_batch(lake: Lake, reference: str) -> Counter[str]:
    """Count a batch's outcomes; raise CountingLawBroken where they are not as many as were read."""
    run_id, _, number = parse_reference(reference)
    seen = sum(1 for _ in stream_handover(lake, handover_path(lake, run_id, READ, number)))
    books = Counter(name_outcome(record) for record in stream_handover(lake, reference))
    if seen != books.total():
        raise CountingLawBroken(f"batch {number} of {run_id}: {seen} documents read, {dict(books)} accounted for")
    return books + Counter(seen=seen)


def name_outcome(record: Any) -> str:
    """Name what became of a document."""
    match record:
        case Indexed():
            return record.outcome
        case Dropped():
            return "dropped"
        case Failed():
            return "failed"
    raise CountingLawBroken(f"a {type(record).__name__} has not been indexed")


def parse_reference(path: str) -> tuple[str, str, int]:
    """Read run, stage and batch number back from a hand-over's path."""
    run_id, stage, number = Path(path).name.split(".")[:3]
    return run_id, stage, int(number)
