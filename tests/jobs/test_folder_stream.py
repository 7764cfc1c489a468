"""A drop folder is tailed: what comes is settled and put away, and a stop or a kill loses nothing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import children
from ingest import jobs
from ingest.errors import SourceMissing, UsageError
from ingest.settings import Settings
from tests.sources.test_drop import names

WORDS = ("harbour", "ferry", "lantern", "orchard", "quarry", "violin", "meadow", "copper", "saddle", "winter", "canal")


def write_lines(path: Path, numbers: range) -> None:
    """Write stories as lines, under a name that is taken only when it is whole."""
    part = path.with_name(f"{path.name}.part")
    lines = ({"url": f"https://a.example/{n}", "text": write_story(n)} for n in numbers)
    part.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    part.rename(path)


def write_story(number: int) -> str:
    """Write a text that resembles no other."""
    words = (f"{WORDS[(number * 7 + place * place) % len(WORDS)]}{number}" for place in range(60))
    return " ".join(words).capitalize() + "."


@pytest.fixture
def flags(tmp_path: Path) -> dict[str, Any]:
    """Give the settings of an empty embedded system with a drop folder."""
    (tmp_path / "drop").mkdir()
    return {
        "index.url": f"tantivy:{tmp_path / 'index'}",
        "lake.url": str(tmp_path / "lake"),
        "stream.source": str(tmp_path / "drop"),
        "stream.batch_documents": 5,
        "stream.poll_seconds": 0.05,
        "stream.progress_seconds": 0.01,
    }


def wait_until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait; fail where it takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_files_are_taken_as_they_come(flags: dict[str, Any], tmp_path: Path) -> None:
    """One is there at the start, one comes later, one is broken; a stop ends it with balanced books."""
    drop = tmp_path / "drop"
    write_lines(drop / "first.jsonl", range(12))
    told: list[dict[str, Any]] = []
    watch = jobs.Watch(on_progress=told.append)
    thread = threading.Thread(target=jobs.stream, args=(Settings.load(flags=flags), watch))
    thread.start()
    wait_until(lambda: names(drop / "done") == ["first.jsonl"])
    write_lines(drop / "second.jsonl", range(10, 15))
    (drop / "broken.warc").write_bytes(b"no archive")
    wait_until(lambda: len(names(drop / "done")) == 2 and names(drop / "failed") == ["broken.warc"])
    watch.stop.set()
    thread.join(120)
    last = told[-1]
    assert (last["seen"], last["indexed"], last["unchanged"], last["failed"]) == (18, 15, 2, 1)
    assert names(drop / ".claimed") == []


@pytest.mark.parametrize(("crash_at", "settled"), [("claimed:1", 0), ("before_bulk:3", 10)])
def test_a_killed_instance_leaves_its_file_to_the_next(
    flags: dict[str, Any], tmp_path: Path, crash_at: str, settled: int
) -> None:
    """Of three batches none or two were settled: these are found unchanged, and the others are indexed."""
    drop = tmp_path / "drop"
    write_lines(drop / "lines.jsonl", range(15))
    code = children.run_to_end(children.stream, flags, 0.3, crash_at=crash_at)
    assert code == children.KILLED
    assert names(drop / "done") == []
    report = jobs.stream(Settings.load(flags=flags), jobs.Watch(until_idle_seconds=0.1))
    assert (report.outcomes["unchanged"], report.outcomes["indexed"]) == (settled, 15 - settled)
    assert names(drop / "done") == ["lines.jsonl"]


def test_a_file_with_a_line_that_cannot_be_read_ends_apart(flags: dict[str, Any], tmp_path: Path) -> None:
    """The other lines of it are taken, in whatever batch they are; files without such a line are done."""
    drop = tmp_path / "drop"
    write_lines(drop / "good.jsonl", range(3))
    write_lines(drop / "mixed.jsonl", range(3, 6))
    with (drop / "mixed.jsonl").open("a") as file:
        file.write('{"text": \n')
    report = jobs.stream(Settings.load(flags=flags), jobs.Watch(until_idle_seconds=0.1))
    assert (report.outcomes["indexed"], report.failed) == (6, 1)
    assert (names(drop / "done"), names(drop / "failed")) == (["good.jsonl"], ["mixed.jsonl"])


def test_what_is_no_source_is_told(flags: dict[str, Any]) -> None:
    """Neither a missing folder nor another kind of address is waited for."""
    with pytest.raises(SourceMissing):
        jobs.stream(Settings.load(flags=flags | {"stream.source": "nowhere"}))
    for source in ("", "http://a.example/feed"):
        with pytest.raises(UsageError, match="drop folder"):
            jobs.stream(Settings.load(flags=flags | {"stream.source": source}))
