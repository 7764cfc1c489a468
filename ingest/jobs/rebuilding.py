"""Filling a new index from the lake: every document through the pipeline, in the order of captures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ingest.errors import ReindexFailed
from ingest.index.generations import Generations
from ingest.index.protocol import Index, Surveyed
from ingest.jobs.copying import PAGE, Held, Sum, assert_complete, copy_articles, find_differences, hold, sum_up
from ingest.jobs.ingestion import Opened, open_rooms, run_pipeline
from ingest.jobs.replaying import recall
from ingest.settings import Settings

if TYPE_CHECKING:
    from ingest.jobs.reindexing import ReindexReport

MAX_PASSES = 5
FEW_CAPTURES = 200


@contextmanager
def rebuild(
    settings: Settings, generations: Generations, indices: tuple[Index, Index], report: ReindexReport
) -> Iterator[tuple[Sum, Held]]:
    """Replay the lake into the new index until little comes in, then with writers held; yield what it holds.

    What the lake has no more, since retention removed it, is copied from the old index. Raises ReindexFailed where an
    article of the old index is missing that was neither dropped nor failed now.
    """
    source, target = indices
    left: set[str] = set()
    with open_rooms(settings, target) as opened:
        last = 0
        for report.passes in range(1, MAX_PASSES + 1):
            before, last = last, replay_since(opened, last, left)
            if last - before <= FEW_CAPTURES:
                break
        with hold(generations) as held:
            replay_since(opened, last, left)
            missing = find_missing(source, target)
            gone = [key for key in missing if not opened.lake.captures(key)]
            for start in range(0, len(gone), PAGE):
                report.copied += copy_articles(source, target, gone[start : start + PAGE])
            lost = set(missing) - set(gone) - left
            if lost:
                raise ReindexFailed(f"{len(lost)} articles are missing from the new index, {min(lost)} for one")
            report.left_out = len(missing) - len(gone)
            total = sum_up(target, with_fingerprints=True)
            assert_complete(target, total)
            yield total, held


def replay_since(opened: Opened, last: int, left: set[str]) -> int:
    """Replay what the lake accepted after a capture, and note what was dropped or failed; give the last capture."""
    captures = [capture.capture for capture in opened.lake.since(last)]
    if captures:
        items = recall(opened.lake, captures)
        run_pipeline(items, opened, on_left=lambda outcome: left.add(outcome.trace.id), command="reindex")
    return captures[-1] if captures else last


def find_missing(source: Index, target: Index) -> list[str]:
    """Name the articles of the old index that the new one has not."""
    source.refresh()
    target.refresh()
    differences: Iterator[tuple[Surveyed | None, Surveyed | None]] = find_differences(source.survey(), target.survey())
    return [here.id for here, there in differences if here is not None and there is None]
