"""A lake whose disk is full, whose process is killed, which others hold, whose files are torn."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from ingest.errors import StorageFull, Unavailable
from ingest.lake import Damage, LakeSettings, open_lake
from ingest.lake.lake import find_catalogue
from tests.lake.captures import submission

PRELUDE = """
from ingest.errors import StorageFull
from ingest.lake import LakeSettings, Submission, open_lake
from ingest.model import Payload
import random, resource, sys

lake = open_lake(LakeSettings(url=sys.argv[1], catalogue_folder=sys.argv[2]))

def item(name, content):
    payload = Payload(content=content, media_type="text/plain", source="s", origin="o")
    return Submission(id=name, digest="d", payload=payload)
"""


def start(script: str, settings: LakeSettings) -> subprocess.Popen[str]:
    """Run a script on the lake in a process of its own."""
    command = [sys.executable, "-c", PRELUDE + script, settings.url, settings.catalogue_folder]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_full_disk_while_writing_leaves_nothing(folder: LakeSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Disk full stops cleanly: no temporary file, no capture; with space again the same batch goes in."""

    def fail(handle: int) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with open_lake(folder) as lake:
        with monkeypatch.context() as patch:
            patch.setattr("ingest.lake.files.os.fsync", fail)
            with pytest.raises(StorageFull, match="No space left"):
                lake.accept([submission("a", "one")])
        assert list(lake.files()) == []
        assert lake.accept([submission("a", "one")]) == [1]


def test_full_disk_in_the_catalogue_is_resumable(settings: LakeSettings) -> None:
    """SQLite's own way to say that the disk is full, here by its page limit."""
    many = [submission(f"{number:0100}", "x") for number in range(500)]
    with open_lake(settings) as lake:
        lake._catalogue._connection.execute("PRAGMA max_page_count = 1")
        with pytest.raises(StorageFull):
            lake.accept(many)
        lake._catalogue._connection.execute("PRAGMA max_page_count = 100000")
        assert lake.accept(many) == list(range(1, 501))
        assert len(list(lake.since())) == 500


def test_file_size_limit_stops_cleanly(folder: LakeSettings) -> None:
    """A real limit of the operating system (as `ulimit -f` sets it), in a process of its own."""
    script = """
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    lake.accept([item("a", random.Random(1).randbytes(200_000))])
except StorageFull:
    sys.exit(7)
"""
    with start(script, folder) as process:
        assert process.wait(timeout=180) == 7
    with open_lake(folder) as lake:
        assert list(lake.since()) == []
        assert list(lake.files()) == []


def test_kill_at_any_moment_loses_nothing_accepted(settings: LakeSettings) -> None:
    """`kill -9` while batches go in: every order that was told is there with its bytes, and the next run goes on."""
    script = """
for number in range(10_000):
    print(number, *lake.accept([item(str(number), str(number).encode())]), flush=True)
"""
    for told_before_the_kill in (4,) if settings.url.startswith("s3") else (1, 4, 9):
        told: dict[str, int] = {}
        with start(script, settings) as process:
            assert process.stdout is not None
            for line in process.stdout:
                number, order = line.split()
                told[number] = int(order)
                if len(told) == told_before_the_kill:
                    process.kill()
        with open_lake(settings) as lake:
            assert {number: lake.payload(order).content.decode() for number, order in told.items()} == {
                n: n for n in told
            }
            assert not list((Path(settings.url) / "raw").glob(".*"))
            orders = [capture.capture for capture in lake.since()]
            assert orders == list(range(1, len(orders) + 1))


def test_retention_that_was_killed_is_ended_by_the_next(settings: LakeSettings) -> None:
    """`kill -9` between a file and its captures: what is gone stays gone, and nothing is left of it."""
    script = """
from ingest import crash_points
for number in range(3):
    lake.accept([item(str(number), b"x")])
crash_points.arm("file_expired:1")
lake.expire([file for file, *_ in lake.find_expired("9999")])
"""
    with start(script, settings) as process:
        assert process.wait(timeout=180) == -signal.SIGKILL
    with open_lake(settings) as lake:
        expired = [file for file, *_ in lake.find_expired("9999")]
        assert (len(expired), len(list(lake.files()))) == (2, 2)
        lake.expire(expired)
        assert [file for file, _ in lake.files()] == sorted(lake.catalogued_files())
        assert [capture.id for capture in lake.since()] == ["2"]
    find_catalogue(settings).unlink()
    with open_lake(settings) as lake:
        assert [capture.id for capture in lake.since()] == ["2"]


def test_a_file_that_expires_while_it_is_entered_holds_up_nobody(
    settings: LakeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look for a file and its reading retention removes it: the next order comes after all that it held."""
    other_machine = replace(settings, catalogue_folder=str(tmp_path / "other"))
    if not settings.url.startswith("s3"):
        other_machine = replace(settings, url=f"{tmp_path / 'elsewhere'}")
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "raw").symlink_to(Path(settings.url) / "raw", target_is_directory=True)
        (tmp_path / "elsewhere" / "orders").symlink_to(Path(settings.url) / "orders", target_is_directory=True)
        (Path(settings.url) / "raw").mkdir(parents=True)
        (Path(settings.url) / "orders").mkdir()
    with open_lake(settings) as lake, open_lake(other_machine) as other:
        lake.accept([submission("a", "one")])
        assert other.accept([submission("a", "one")]) == [1]
        for number in range(3):
            lake.accept([submission("b", str(number))])
        exists, expiring = other.storage.exists, [file for file, *_ in lake.find_expired("9999")]

        def overtaken(name: str) -> bool:
            found = exists(name)
            lake.expire([expiring.pop() for _ in expiring[:]])
            return found

        monkeypatch.setattr(other.storage, "exists", overtaken)
        assert other.accept([submission("c", "three")]) == [5]
        assert [capture.capture for capture in other.since(1)] == [4, 5]


def test_two_processes_accept_at_once(settings: LakeSettings) -> None:
    """Two runs of the same input side by side: each document is captured once and both are told the same order."""
    script = """
for batch in range(15):
    print(*lake.accept([item(f"{batch}-{number}", b"x") for number in range(3)]))
"""
    runs = [start(script, settings) for _ in range(2)]
    first, second = (run.communicate(timeout=180)[0] for run in runs)
    assert first == second
    with open_lake(settings) as lake:
        assert len(list(lake.since())) == 45


def test_busy_lake_is_told(settings: LakeSettings) -> None:
    """Where another process holds the lake too long, the caller hears who is in the way instead of waiting for ever."""
    with open_lake(settings) as lake:
        holder = sqlite3.connect(find_catalogue(settings), isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match="another process"):
            lake.accept([submission("a", "one")])
        holder.close()
        assert lake.accept([submission("a", "one")]) == [1]


def test_stale_temporary_files_go_and_living_ones_stay(folder: LakeSettings) -> None:
    """A dead process's torn file is removed on opening; that of a process at work is not."""
    with open_lake(folder) as lake:
        lake.accept([submission("a", "one")])
        dead = subprocess.Popen([sys.executable, "-c", ""])
        dead.wait()
        raw = Path(folder.url) / "raw"
        stale = raw / f".captures-1.warc.gz.{dead.pid}.00000000.tmp"
        living = raw / f".captures-1.warc.gz.{os.getpid()}.00000000.tmp"
        stale.touch()
        living.touch()
        open_lake(folder).close()
        assert (stale.exists(), living.exists()) == (False, True)


def test_rebuild_enters_what_is_whole(settings: LakeSettings) -> None:
    """A rebuild over a torn file enters its whole prefix, tells of the rest, and goes on with the next file."""
    with open_lake(settings) as lake:
        lake.accept([submission("a", "one"), submission("b", "two")])
        lake.accept([submission("c", "three")])
        (first, size), _ = lake.files()
        torn = lake.storage.read(f"raw/{first}")[:-5]
        with lake.storage.writing(f"raw/{first}") as file:
            file.write(torn)
    find_catalogue(settings).unlink()
    with open_lake(settings) as lake:
        assert [capture.capture for capture in lake.since()] == [1, 3]
        damage = [found for found in lake.scan(first) if isinstance(found, Damage)]
        assert [(each.reason, each.offset + each.length) for each in damage] == [("torn", size - 5)]


def test_a_damaged_file_that_no_catalogue_knows_holds_up_nobody(settings: LakeSettings, tmp_path: Path) -> None:
    """Whoever comes next goes on behind all that it may have held, and so does a machine that knows it whole."""
    with open_lake(settings) as lake:
        assert lake.accept([submission("a", "one"), submission("b", "two")]) == [1, 2]
        ((name, size),) = lake.files()
        damaged = lake.storage.read(f"raw/{name}")[: size - 60] + bytes(60)
        with lake.storage.writing(f"raw/{name}") as file:
            file.write(damaged)
    fresh = replace(settings, catalogue_folder=str(tmp_path / "fresh"))
    find_catalogue(fresh).unlink(missing_ok=True)
    with open_lake(fresh) as lake:
        (order,) = lake.accept([submission("c", "three")])
        assert order > 2
        assert [capture.capture for capture in lake.since()] == [1, order]
    with open_lake(settings) as lake:
        assert lake.accept([submission("d", "four")]) == [order + 1]


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b\x08 no archive"])
def test_a_file_of_which_nothing_can_be_read_holds_up_nobody(settings: LakeSettings, content: bytes) -> None:
    """Nothing says how many captures it had; its name is not taken again, and verification goes on naming it."""
    with open_lake(settings) as lake:
        assert lake.storage.create("raw/captures-000000000001.warc.gz", content)
        assert lake.accept([submission("a", "one")])[0] > 1
        assert len(list(lake.files())) == 2
