"""The main job in tasks gives what the main job in one run gives, and its books are asserted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest

from ingest import jobs
from ingest.batching import RunSettings
from ingest.errors import CountingLawBroken
from ingest.jobs import batches
from ingest.lake import open_lake, read_handover, write_handover
from ingest.settings import Settings
from ingest.sources.drop import claim_files
from tests.integration.system import System
from tests.sources.test_drop import die

T = TypeVar("T")
R = TypeVar("R")
STORY = "The swing bridge at {town} stayed open on {day}, and the mayor walked home along the towpath. " * 6


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """Give a drop folder with two copies, a third article, an empty file and a broken line."""
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "first.txt").write_text(STORY.format(town="Orrin", day="Monday"))
    (folder / "second.txt").write_text(STORY.format(town="Orrin", day="Monday"))
    (folder / "third.txt").write_text("A heron has nested on the crane of the dry dock, so the dock stays dry. " * 7)
    (folder / "empty.txt").touch()
    (folder / "lines.jsonl").write_text('{"text": \n')
    return folder


def flags_of(system: System) -> dict[str, Any]:
    """Give a system as the flags that a task is called with."""
    return {"index.url": system.url, "lake.url": str(system.folder / "lake")}


def make_system(folder: Path) -> System:
    """Give an empty embedded system."""
    folder.mkdir()
    return System(url=f"tantivy:{folder / 'index'}", prefix="", folder=folder)


def run_tasks(drop: Path, system: System, run_id: str = "run-1") -> dict[str, Any]:
    """Run every task in order, as a scheduler does."""
    flags = flags_of(system)
    references = jobs.claim_batches(str(drop), run_id, flags)
    cleaned = [jobs.clean_batch(reference, flags) for reference in references]
    clustered = jobs.deduplicate_batches(cleaned, flags)
    enriched = [jobs.enrich_batch(reference, flags) for reference in clustered]
    indexed = [jobs.index_batch(reference, flags) for reference in enriched]
    return jobs.publish(str(drop), run_id, indexed, flags)


def test_tasks_give_the_index_of_one_run(drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut into batches of one document, the index is field by field that of `ingest`, and the books balance."""
    whole, parts = make_system(tmp_path / "whole"), make_system(tmp_path / "parts")
    jobs.ingest([str(drop)], Settings.load(flags=flags_of(whole)))
    monkeypatch.setattr(batches, "BATCH", RunSettings(batch_documents=1))
    books = run_tasks(drop, parts)
    assert books == {"run_id": "run-1", "batches": 5, "seen": 5, "indexed": 3, "dropped": 1, "failed": 1}
    ignored = {"capture", "origin", "captured_at", "valid_from", "history"}
    assert [strip(document, ignored) for document in parts.snapshot().values()] == [
        strip(document, ignored) for document in whole.snapshot().values()
    ]
    with open_lake(parts.settings.lake) as lake:
        assert [entry.stage for entry in lake.quarantine.entries()] == ["read"]


def strip(document: Any, ignored: set[str]) -> dict[str, Any]:
    """Leave out what depends on where a file lay, and when it was taken in."""
    return {key: value for key, value in document.items() if key not in ignored}


def test_the_same_files_again_change_nothing(drop: Path, tmp_path: Path) -> None:
    """A retried run, or the same drop twice, ends in the same state."""
    system = make_system(tmp_path / "system")
    copies = {path.name: path.read_bytes() for path in drop.iterdir()}
    run_tasks(drop, system)
    versions = system.versions()
    for name, content in copies.items():
        (drop / name).write_bytes(content)
    books = run_tasks(drop, system, "run-2")
    assert (books["unchanged"], books["dropped"], books["failed"]) == (3, 1, 1)
    assert system.versions() == versions


def test_every_task_twice_at_once_is_every_task_once(drop: Path, tmp_path: Path) -> None:
    """A task that is retried while its first attempt still writes: both give the same, and one final state stands."""
    once, twice = make_system(tmp_path / "once"), make_system(tmp_path / "twice")
    copy = shutil.copytree(drop, tmp_path / "copy")
    expected = run_tasks(drop, once)
    flags = flags_of(twice)
    with ThreadPoolExecutor(2) as pool:
        (reference,) = jobs.claim_batches(str(copy), "run-1", flags)
        reference = both(pool, jobs.clean_batch, reference, flags)
        (reference,) = both(pool, jobs.deduplicate_batches, [reference], flags)
        reference = both(pool, jobs.enrich_batch, reference, flags)
        indexed = both(pool, jobs.index_batch, reference, flags)
    assert jobs.publish(str(copy), "run-1", [indexed], flags)["seen"] == expected["seen"]
    assert twice.versions() == once.versions()
    ignored = {"capture", "origin", "captured_at", "valid_from", "history"}
    assert [strip(document, ignored) for document in twice.snapshot().values()] == [
        strip(document, ignored) for document in once.snapshot().values()
    ]
    with open_lake(once.settings.lake) as lake, open_lake(twice.settings.lake) as other:
        assert len(list(other.since())) == len(list(lake.since()))
        assert len(list(other.quarantine.entries())) == len(list(lake.quarantine.entries()))


def both(pool: ThreadPoolExecutor, job: Callable[[T, dict[str, Any]], R], given: T, flags: dict[str, Any]) -> R:
    """Do a task twice at once, and give what both gave."""
    first, second = (pool.submit(job, given, flags) for _ in range(2))
    assert first.result() == second.result()
    return first.result()


def test_an_empty_folder_is_a_quiet_success(tmp_path: Path) -> None:
    """Nothing to do is no error, and leaves nothing behind."""
    folder = tmp_path / "drop"
    folder.mkdir()
    system = make_system(tmp_path / "system")
    assert jobs.claim_batches(str(folder), "run-1", flags_of(system)) == []
    assert list(folder.iterdir()) == []


def test_what_a_dead_run_claimed_is_claimed_again(drop: Path, tmp_path: Path) -> None:
    """A run that died after claiming loses nothing, also where a file of the same name was dropped since."""
    system = make_system(tmp_path / "system")
    claim_files(drop, "dead")
    die(drop, "dead")
    (drop / "first.txt").write_text(STORY.format(town="Lower Orrin", day="Friday") + "The mayor was not amused.")
    books = run_tasks(drop, system)
    assert (books["seen"], books["indexed"]) == (6, 4)


def test_a_batch_that_loses_a_document_is_not_published(drop: Path, tmp_path: Path) -> None:
    """The counting law holds over tasks: a hand-over that is short ends the run."""
    system = make_system(tmp_path / "system")
    flags = flags_of(system)
    (reference,) = jobs.claim_batches(str(drop), "run-1", flags)
    indexed = jobs.index_batch(
        jobs.enrich_batch(jobs.deduplicate_batches([jobs.clean_batch(reference, flags)], flags)[0], flags), flags
    )
    with open_lake(system.settings.lake) as lake:
        run_id, stage, number = batches.parse_reference(indexed)
        short = write_handover(lake, run_id, stage, number, read_handover(lake, indexed)[1:])
    with pytest.raises(CountingLawBroken, match="5 documents read"):
        jobs.publish(str(drop), "run-1", [short], flags)
    assert json.dumps(sorted(path.name for path in drop.iterdir())) == '[".claimed"]'
