"""Files of a drop folder belong to one process at a time, and to the next one when that is dead."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.errors import SourceMissing
from ingest.sources import drop


def die(folder: Path, run_id: str) -> None:
    """Let go of a run's claim as the system does where a process ends: the lock is free, its file stays."""
    os.close(drop._locks.pop(folder / drop.CLAIMED / run_id))


def names(folder: Path) -> list[str]:
    """Name the files below a folder, without the places that they were claimed into."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_file_is_claimed_once_and_put_away(tmp_path: Path) -> None:
    """A second run finds nothing; at the end the file is done, and no lock is left."""
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    (tmp_path / "growing.txt.part").write_text("c")
    claimed = drop.claim_files(tmp_path, "one")
    assert [path.name for path in claimed] == ["a.txt", "b.txt"]
    assert drop.claim_files(tmp_path, "two") == []
    drop.put_away(tmp_path, "one", [claimed[1]])
    assert (names(tmp_path / "done"), names(tmp_path / "failed")) == (["a.txt"], ["b.txt"])
    assert names(tmp_path / ".claimed") == []


def test_only_what_a_dead_process_claimed_is_taken(tmp_path: Path) -> None:
    """A lock tells one at work from one that was killed."""
    (tmp_path / "a.txt").write_text("a")
    drop.claim_files(tmp_path, "one")
    assert drop.claim_files(tmp_path, "two") == []
    die(tmp_path, "one")
    (taken,) = drop.claim_files(tmp_path, "two")
    assert taken.parent.parent == tmp_path / ".claimed" / "two"
    drop.put_away(tmp_path, "one", [])
    drop.put_away(tmp_path, "two", [])
    assert names(tmp_path / "done") == ["a.txt"]


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    """A mistyped folder is not an empty one."""
    with pytest.raises(SourceMissing, match="no such folder"):
        drop.claim_files(tmp_path / "dorp", "one")
