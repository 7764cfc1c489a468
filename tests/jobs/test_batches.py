"""The main job in tasks gives what the main job in one run gives, and its books are asserted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from ingest import jobs
from ingest.batching import RunSettings
from ingest.errors import BatchesMissing, CountingLawBroken
from ingest.jobs import batches
from ingest.jobs.batch_tallies import KIND
from ingest.lake import open_lake, read_handover, write_handover
from ingest.settings import Settings
from ingest.sources.drop import claim_files
from ingest.state import read_records
from tests.dedup.articles import write_sentences
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
    clustered = [jobs.deduplicate_batch(reference, cleaned, flags) for reference in cleaned]
    return jobs.publish(str(drop), run_id, references, write(clustered, flags), flags)


def write(clustered: Sequence[str], flags: dict[str, Any]) -> list[str]:
    """Enrich and index batches."""
    return [jobs.index_batch(jobs.enrich_batch(reference, flags), flags) for reference in clustered]


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
    assert [path.name for path in (drop / "failed").rglob("*") if path.is_file()] == ["lines.jsonl"]
    assert len([path for path in (drop / "done").rglob("*") if path.is_file()]) == 4


def test_tasks_count_their_stages(drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run's record says of each stage what that of one run says; a task that was tried again counts once."""
    whole, parts = make_system(tmp_path / "whole"), make_system(tmp_path / "parts")
    report = jobs.ingest([str(drop)], Settings.load(flags=flags_of(whole))).to_json()
    monkeypatch.setattr(batches, "BATCH", RunSettings(batch_documents=2))
    flags = flags_of(parts)
    references = jobs.claim_batches(str(drop), "run-1", flags)
    cleaned = [jobs.clean_batch(reference, flags) for reference in references]
    assert cleaned == [jobs.clean_batch(reference, flags) for reference in references]
    clustered = [jobs.deduplicate_batch(reference, cleaned, flags) for reference in cleaned]
    jobs.publish(str(drop), "run-1", references, write(clustered, flags), flags)
    stages = jobs.show_run("run-1", parts.settings)["books"]["stages"]
    assert stages.keys() == report["stages"].keys()
    counted = ("in", "kept", "dropped", "failed", "bytes")
    for name, expected in report["stages"].items():
        assert {each: stages[name][each] for each in counted} == {each: expected[each] for each in counted}, name
    assert stages["index"]["seconds"] > 0
    assert stages["clean"]["seconds"] > 0


def test_what_was_counted_is_forgotten(drop: Path, tmp_path: Path) -> None:
    """Once it stands in the run's record, even where that task is tried again; else with the hand-overs."""
    system = make_system(tmp_path / "system")
    flags = flags_of(system)
    references = jobs.claim_batches(str(drop), "run-1", flags)
    cleaned = [jobs.clean_batch(reference, flags) for reference in references]
    indexed = write([jobs.deduplicate_batch(reference, cleaned, flags) for reference in cleaned], flags)
    books = [jobs.publish(str(drop), "run-1", references, indexed, flags) for _ in range(2)]
    assert books[0] == books[1]
    assert jobs.show_run("run-1", system.settings)["books"]["stages"]["index"]["kept"] == 3
    assert count_tallies(system) == 0
    (drop / "late.txt").write_text(STORY.format(town="Vaila", day="Friday"))
    jobs.claim_batches(str(drop), "run-2", flags)
    now = datetime.now(UTC)
    for days, left in ((29, 1), (31, 0)):
        jobs.apply_retention(system.settings, now=now + timedelta(days=days))
        assert count_tallies(system) == left


def count_tallies(system: System) -> int:
    """Count what tasks left of what their stages did."""
    with read_records(system.settings.index) as records:
        return len(list(records.scan(KIND)))


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
        (claimed,) = jobs.claim_batches(str(copy), "run-1", flags)
        reference = both(pool, jobs.clean_batch, claimed, flags)
        reference = both(pool, deduplicate_alone, reference, flags)
        reference = both(pool, jobs.enrich_batch, reference, flags)
        indexed = both(pool, jobs.index_batch, reference, flags)
    assert jobs.publish(str(copy), "run-1", [claimed], [indexed], flags)["seen"] == expected["seen"]
    assert twice.versions() == once.versions()
    ignored = {"capture", "origin", "captured_at", "valid_from", "history"}
    assert [strip(document, ignored) for document in twice.snapshot().values()] == [
        strip(document, ignored) for document in once.snapshot().values()
    ]
    with open_lake(once.settings.lake) as lake, open_lake(twice.settings.lake) as other:
        assert len(list(other.since())) == len(list(lake.since()))
        assert len(list(other.quarantine.entries())) == len(list(lake.quarantine.entries()))


def deduplicate_alone(reference: str, flags: dict[str, Any]) -> str:
    """Deduplicate the only batch of a run."""
    return jobs.deduplicate_batch(reference, [reference], flags)


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
    (indexed,) = write([deduplicate_alone(jobs.clean_batch(reference, flags), flags)], flags)
    with open_lake(system.settings.lake) as lake:
        run_id, stage, number = batches.parse_reference(indexed)
        short = write_handover(lake, run_id, stage, number, read_handover(lake, indexed)[1:])
    with pytest.raises(CountingLawBroken, match="5 documents read"):
        jobs.publish(str(drop), "run-1", [reference], [short], flags)
    assert json.dumps(sorted(path.name for path in drop.iterdir())) == '[".claimed"]'


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """Give a drop folder with four stories in four files: whole, dated earlier, cut short, and word for word."""
    folder = tmp_path / "copies"
    folder.mkdir()
    for place, day in enumerate((9, 3, 5, 7)):
        lines = []
        for story in range(4):
            sentences = write_sentences(story, 14)
            text = " ".join(sentences[:11] if place == 2 else sentences)
            url = f"https://paper-{place}.example/{story}"
            lines.append(json.dumps({"url": url, "text": text, "published_at": f"2024-05-{day:02d}T08:00:00Z"}))
        (folder / f"{place}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


ORDERS = {"in order": (0, 1, 2, 3), "backwards": (3, 2, 1, 0), "each twice": (2, 0, 0, 3, 2, 1, 3, 1)}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_batches_are_deduplicated_in_any_order_and_again(
    order: Sequence[int], copies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that failed is decided after those behind it: leaders are the same, and `recluster` settles the rest."""
    whole, parts = make_system(tmp_path / "whole"), make_system(tmp_path / "parts")
    jobs.ingest([str(copies)], Settings.load(flags=flags_of(whole)))
    monkeypatch.setattr(batches, "BATCH", RunSettings(batch_documents=4))
    flags = flags_of(parts)
    claimed = jobs.claim_batches(str(copies), "run-1", flags)
    cleaned = [jobs.clean_batch(reference, flags) for reference in claimed]
    clustered = {place: jobs.deduplicate_batch(cleaned[place], cleaned, flags) for place in order}
    indexed = write([clustered[place] for place in sorted(clustered)], flags)
    assert jobs.publish(str(copies), "run-1", claimed, indexed, flags)["indexed"] == 16
    assert leaders(parts) == leaders(whole) == {f"https://paper-1.example/{story}" for story in range(4)}
    ignored = {"capture", "origin", "captured_at", "valid_from", "history"}
    for system in (whole, parts):
        if order != ORDERS["in order"]:
            system.run("recluster")
    assert [strip(document, ignored) for document in parts.snapshot().values()] == [
        strip(document, ignored) for document in whole.snapshot().values()
    ]


def leaders(system: System) -> set[str]:
    """Give the addresses of the articles that stand for their clusters."""
    return {document["url"] for document in system.snapshot().values() if document["canonical"]}


def test_a_decided_batch_keeps_its_decisions_until_it_is_indexed(copies: Path, tmp_path: Path) -> None:
    """A task that runs again, though its first attempt was done, must not follow those that followed it."""
    system = make_system(tmp_path / "system")
    flags = flags_of(system)
    cleaned = [jobs.clean_batch(reference, flags) for reference in jobs.claim_batches(str(copies), "run-1", flags)]
    decided = [jobs.deduplicate_batch(reference, cleaned, flags) for reference in cleaned]
    with open_lake(system.settings.lake) as lake:
        before = [read_handover(lake, reference) for reference in decided]
    assert [jobs.deduplicate_batch(reference, cleaned, flags) for reference in reversed(cleaned)] == decided[::-1]
    with open_lake(system.settings.lake) as lake:
        assert [read_handover(lake, reference) for reference in decided] == before


def test_a_batch_that_failed_holds_up_no_other(copies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are found; the run fails and names the batch; the next run brings what is missing."""
    system = make_system(tmp_path / "system")
    flags = flags_of(system)
    monkeypatch.setattr(batches, "BATCH", RunSettings(batch_documents=4))
    claimed = jobs.claim_batches(str(copies), "run-1", flags)
    cleaned = [jobs.clean_batch(reference, flags) for reference in claimed if reference != claimed[1]]
    indexed = write([jobs.deduplicate_batch(reference, cleaned, flags) for reference in cleaned], flags)
    with pytest.raises(BatchesMissing, match=r"^1 of 4 batches are not in the index: 1 of run-1$"):
        jobs.publish(str(copies), "run-1", claimed, indexed, flags)
    assert len(system.snapshot()) == 12
    die(copies, "run-1")
    books = run_tasks(copies, system, "run-2")
    assert (books["seen"], books["indexed"], books["unchanged"]) == (16, 4, 12)
    assert leaders(system) == {f"https://paper-1.example/{story}" for story in range(4)}
