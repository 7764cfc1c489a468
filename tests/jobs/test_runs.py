"""Every run leaves a record beside the index: under what it ran, how it ended, its books."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest import jobs
from ingest.cli import main
from ingest.errors import CountingLawBroken, IndexUnavailable, UsageError
from ingest.jobs import ingestion
from ingest.run_records import RUNS, RunLog, read_run, read_runs, recorded, settings_digest
from ingest.settings import Settings
from ingest.state import MemoryRecords, Records, open_records

STORY = "The harbour master counted the gulls again on Monday, and again she came to another number. " * 5


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give an empty embedded system with one story to ingest."""
    (tmp_path / "story.txt").write_text(STORY)
    return Settings.load(flags={"index.url": f"tantivy:{tmp_path / 'index'}", "lake.url": str(tmp_path / "lake")})


@pytest.fixture
def records(settings: Settings) -> Iterator[Records]:
    """Give the records beside the index."""
    with open_records(settings.index) as opened:
        yield opened


def test_a_run_is_shown_with_its_books(settings: Settings, tmp_path: Path) -> None:
    """What `ingest` printed is found again by the run's id, the newest run first."""
    first = jobs.ingest([str(tmp_path / "story.txt")], settings)
    second = jobs.ingest([str(tmp_path / "story.txt")], settings)
    listed = jobs.list_runs(settings)
    assert [run["run_id"] for run in listed] == [second.run_id, first.run_id]
    shown = jobs.show_run(first.run_id, settings)
    assert (shown["state"], shown["command"], shown["process"]) == ("done", "ingest", os.getpid())
    assert (shown["books"]["seen"], shown["books"]["indexed"]) == (1, 1)
    assert shown["books"]["stages"]["index"]["kept"] == 1
    assert listed[0]["books"]["unchanged"] == 1


def test_a_run_that_breaks_a_law_says_so(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The record names the error, and the command line ends with its code."""

    def broken(_: ingestion.PipelineRun, __: Any) -> None:
        raise CountingLawBroken("2 documents came in, 1 is accounted for")

    monkeypatch.setattr(ingestion.PipelineRun, "take", broken)
    flags = ["--index", settings.index.url, "--lake", settings.lake.url]
    assert main(["ingest", str(tmp_path / "story.txt"), *flags]) == 4
    (run,) = jobs.list_runs(settings)
    assert run["state"] == "failed"
    assert run["error"] == {"type": "CountingLawBroken", "message": "2 documents came in, 1 is accounted for"}
    assert main(["runs", "show", run["run_id"], *flags]) == 0
    assert "CountingLawBroken" in capsys.readouterr().out


def test_where_the_index_is_away_nobody_waits_for_the_record(settings: Settings) -> None:
    """The record stands beside the index: to write into it would wait a second time."""
    memory = MemoryRecords()
    log = RunLog(memory, settings, "run", "ingest")
    with pytest.raises(IndexUnavailable), recorded(log):
        raise IndexUnavailable("gone")
    assert memory.get(RUNS, ["run"])["run"]["state"] == "running"


def test_a_killed_run_is_told_from_one_at_work(settings: Settings) -> None:
    """A record that says `running` is true only as long as its process lives."""
    memory = MemoryRecords()
    RunLog(memory, settings, "at work", "stream").begin()
    RunLog(memory, settings, "killed", "stream", process=2**22 + 1).begin()
    RunLog(memory, settings, "tasks", "batches", process=None).begin()
    assert {run["run_id"]: run["state"] for run in read_runs(memory)} == {
        "at work": "running",
        "killed": "died",
        "tasks": "running",
    }


def test_a_run_that_is_tried_again_keeps_its_start(settings: Settings) -> None:
    """A retried task is the same run."""
    memory = MemoryRecords()
    log = RunLog(memory, settings, "run", "batches", process=None)
    log.begin()
    started = memory.get(RUNS, ["run"])["run"]["started_at"]
    log.note({"seen": 3})
    log.begin()
    again = read_run(memory, "run")
    assert again is not None
    assert (again["started_at"], again["books"]) == (started, {"seen": 3})


def test_the_digest_knows_settings_and_no_secret() -> None:
    """Another limit is another digest; another password is not, so that none can be guessed from it."""
    plain = settings_digest(Settings.load())
    assert settings_digest(Settings.load(flags={"run.batch_documents": 7})) != plain
    assert settings_digest(Settings.load(flags={"index.password": "made up", "index.api_key": "made up"})) == plain


def test_an_unknown_run_is_a_usage_error(settings: Settings, records: Records) -> None:
    """The message says where to look."""
    assert list(records.scan(RUNS)) == []
    with pytest.raises(UsageError, match="runs list"):
        jobs.show_run("nobody", settings)
