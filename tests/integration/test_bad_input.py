"""Bad input through the command line: a clear message, the documented exit code, no harm to a neighbour."""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.index.opening import open_index
from tests.integration.system import System, environment

GOOD = "The ferry to Aldermoor was late again on Monday, the harbour master said, and nobody knew why. " * 5


@pytest.fixture
def embedded(tmp_path: Path) -> System:
    """Give a system of the embedded kind: bad input never gets as far as the index."""
    return System(url=f"tantivy:{tmp_path / 'index'}", prefix="", folder=tmp_path)


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """Give a folder with one good document."""
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "good.txt").write_text(GOOD)
    return folder


def write_long_line(path: Path) -> None:
    """Write a line of 200 MB between two good ones."""
    good = json.dumps({"text": GOOD}).encode()
    with path.open("wb") as stream:
        stream.write(good + b"\n")
        stream.writelines(b'{"text": "' if not part else b"x" * 1_000_000 for part in range(201))
        stream.write(b'"}\n' + good.replace(b"Monday", b"Tuesday") + b"\n")


def write_torn_gzip(path: Path) -> None:
    """Write a gzip file whose second half is missing."""
    lines = b"".join(
        json.dumps({"text": f"{GOOD} {number} {os.urandom(300).hex()}"}).encode() + b"\n" for number in range(50)
    )
    whole = gzip.compress(lines)
    path.write_bytes(whole[: len(whole) // 2])


BAD_FILES: dict[str, tuple[str, Callable[[Path], Any], dict[str, Any]]] = {
    "empty file": ("empty.txt", lambda path: path.touch(), {"dropped": {"empty": 1}}),
    "binary file": ("image.txt", lambda path: path.write_bytes(bytes(range(256)) * 40), {"dropped": {"not_text": 1}}),
    "malformed line": ("m.jsonl", lambda path: path.write_text('{"text": \n'), {"failed": 1, "told": "m.jsonl:1"}),
    "wrong shape": (
        "s.jsonl",
        lambda path: path.write_text('{"text": "x", "authors": 3}\n[1]\n'),
        {"failed": 2, "told": "s.jsonl:2"},
    ),
    "line of 200 MB": ("l.jsonl", write_long_line, {"failed": 1, "indexed": 3, "told": "l.jsonl:2"}),
    "torn gzip": ("t.jsonl.gz", write_torn_gzip, {"failed": 1, "told": "t.jsonl.gz"}),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_costs_no_neighbour(embedded: System, drop: Path, case: str) -> None:
    """What is bad is dropped or fails, named by file and line; what is good is indexed."""
    name, write, expected = BAD_FILES[case]
    write(drop / name)
    done = embedded.run("ingest", str(drop))
    assert done["indexed"] >= expected.get("indexed", 1)
    assert done["failed"] == expected.get("failed", 0)
    assert done["dropped"] == expected.get("dropped", {})
    told = " ".join(f"{failure['origin']} {failure['message']}" for failure in done["failures"])
    assert expected.get("told", "") in told
    entries = embedded.run_lines("quarantine", "list")
    assert len(entries) == expected.get("failed", 0)
    assert all(entry["stage"] == "read" and entry["message"] for entry in entries)


def test_floods_of_one_text_stall_nothing(embedded: System, drop: Path) -> None:
    """Two hundred identical articles, one that repeats itself, and an empty one: books, clusters and search agree."""
    flood = [{"url": f"https://flood.example/{number}", "text": GOOD} for number in range(200)]
    odd = [{"url": "https://flood.example/itself", "text": f"{GOOD}\n" * 1000}, {"id": "empty", "text": " \n "}]
    (drop / "good.txt").write_text("\n".join(map(json.dumps, [*flood, *odd])))
    (drop / "good.txt").rename(drop / "flood.jsonl")
    done = embedded.run("ingest", str(drop))
    assert (done["seen"], done["indexed"], done["failed"], done["dropped"]) == (202, 201, 0, {"empty": 1})
    again = embedded.run("recluster")
    assert (again["seen"], again["rejected"]) == (201, 0)
    found = embedded.run("search", "ferry")
    assert (len(found["hits"]), found["total_stories"], found["hits"][0]["duplicates"]) == (1, 1, 200)


def test_a_wrong_charset_is_repaired_and_recorded(embedded: System, drop: Path) -> None:
    """Bytes that are not what they say are read as what they are."""
    (drop / "latin.txt").write_bytes(
        ("Die Fähre nach Süderhöft fällt für drei Wochen aus, sagte der Bürgermeister. " * 8).encode("cp1252")
    )
    embedded.run("ingest", str(drop))
    answer = embedded.run("search", "Süderhöft")
    assert answer["total"] == 1
    shown = embedded.run("show", answer["hits"][0]["id"])
    assert "Süderhöft fällt für" in shown["body"]
    assert shown["encoding"]["origin"] == "detected"


def test_one_missing_path_among_several_is_a_failed_input(embedded: System, drop: Path) -> None:
    """Exit 0, told; but a run in which every path is missing is a mistake of usage."""
    done = embedded.run("ingest", str(drop), str(drop / "absent.txt"))
    assert (done["indexed"], done["failed"]) == (1, 1)
    assert "absent.txt" in json.dumps(done["failures"])
    errors = embedded.run("ingest", str(drop / "absent.txt"), str(drop / "nowhere"), exit_code=2)
    assert "absent.txt" in errors


def test_an_unreadable_file_is_told(embedded: System, drop: Path) -> None:
    """A file without read permission fails alone; root is tested without its right to read everything."""
    secret = drop / "secret.txt"
    secret.write_text(GOOD + "And more of it.")
    secret.chmod(0)
    as_anyone = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    command = [*as_anyone, sys.executable, "-m", "ingest.cli", "ingest", str(drop), "--json", *embedded.flags]
    process = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    assert process.returncode == 0, process.stderr
    done = json.loads(process.stdout)
    assert (done["indexed"], done["failed"]) == (1, 1)
    assert "secret.txt" in json.dumps(done["failures"])


def test_a_full_disk_stops_cleanly_and_goes_on_later(embedded: System, drop: Path) -> None:
    """Files may not grow over a limit: exit 4 with a message; with room again, the run completes."""
    for number in range(40):
        (drop / f"{number}.txt").write_text(f"{os.urandom(20_000).hex()} {GOOD}")
    command = [sys.executable, "-m", "ingest.cli", "ingest", str(drop), "--json", *embedded.flags]
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))  # noqa: E731 - runs in the child
    process = subprocess.run(command, capture_output=True, text=True, env=environment(), preexec_fn=limit, check=False)
    assert process.returncode == 4, process.stderr
    assert "space" in process.stderr
    assert "Traceback" not in process.stderr
    done = embedded.run("ingest", str(drop))
    assert done["indexed"] + done["unchanged"] == 41


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a file system of 2 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small file system")
def test_a_disk_without_space_stops_cleanly_and_goes_on_later(small_disk: Path, drop: Path) -> None:
    """The same on a device that is full: twice exit 4, and with more room the run completes."""
    for number in range(60):
        (drop / f"{number}.txt").write_text(f"{os.urandom(20_000).hex()} {GOOD}")
    system = System(url=f"tantivy:{small_disk / 'index'}", prefix="", folder=small_disk)
    for _ in range(2):
        errors = system.run("ingest", str(drop), exit_code=4)
        assert "no space" in errors
        assert "Traceback" not in errors
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    done = system.run("ingest", str(drop))
    assert done["indexed"] + done["unchanged"] == 61


def test_an_index_that_is_away_is_told_with_exit_3(drop: Path, tmp_path: Path) -> None:
    """Nothing is lost: what was not ingested is in its folder still."""
    away = System(url="http://127.0.0.1:9", prefix="", folder=tmp_path)
    errors = away.run("ingest", str(drop), "--set", "index.open_patience_seconds=0.5", exit_code=3)
    assert "127.0.0.1:9" in errors
    assert "Traceback" not in errors


def test_an_index_of_another_mapping_version_is_refused(embedded: System, drop: Path) -> None:
    """Exit 2, and the message says what to do."""
    embedded.run("ingest", str(drop))
    layout = embedded.folder / "index" / "layout.json"
    layout.write_text(json.dumps(json.loads(layout.read_text()) | {"articles": 99}))
    errors = embedded.run("ingest", str(drop), exit_code=2)
    assert "mappings 99" in errors


def test_a_settings_typo_names_the_nearest_setting(embedded: System, drop: Path) -> None:
    """Exit 2 before anything is read."""
    errors = embedded.run("ingest", str(drop), "--set", "index.ulr=x", exit_code=2)
    assert "did you mean url" in errors


def test_a_second_writer_says_who_holds_the_index(embedded: System, drop: Path) -> None:
    """Exit 3 after the wait, with the holder's process number."""
    embedded.run("ingest", str(drop))
    holder = open_index(embedded.settings.index, write=True)
    holder.prepare()
    try:
        errors = embedded.run("ingest", str(drop), "--set", "index.lock_wait_seconds=0.5", exit_code=3)
    finally:
        holder.close()
    assert str(os.getpid()) in errors


def test_what_failed_is_replayed_from_the_lake(embedded: System, tmp_path: Path) -> None:
    """A document over a limit fails; with the limit raised, replay indexes it from the bytes in the lake."""
    lines = tmp_path / "lines.jsonl"
    lines.write_text(
        json.dumps({"id": "big", "text": GOOD * 10}) + "\n" + json.dumps({"id": "small", "text": GOOD}) + "\n"
    )
    narrow = ["--set", "sources.max_text_bytes=2000"]
    done = embedded.run("ingest", str(lines), *narrow)
    assert (done["indexed"], done["failed"]) == (1, 1)
    lines.unlink()
    replayed = embedded.run("quarantine", "replay")
    assert (replayed["indexed"], replayed["failed"]) == (1, 0)
    assert embedded.run("show", "big")["given_id"] == "big"
    assert embedded.run_lines("quarantine", "list") == []
    assert embedded.run("quarantine", "replay")["seen"] == 0


def test_a_run_in_which_most_documents_fail_ends_with_exit_4(embedded: System, tmp_path: Path) -> None:
    """A wrong file type should not look like success."""
    lines = tmp_path / "lines.jsonl"
    lines.write_text("{broken\n" * 120)
    process = embedded.start("ingest", str(lines), "--json")
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 4, errors
    assert json.loads(output)["failed"] == 120
    assert "120 of 120" in errors


def test_an_unreadable_folder_is_told(embedded: System, drop: Path) -> None:
    """A folder that cannot be listed fails alone, also where nothing comes after it."""
    secret = drop / "zz"
    secret.mkdir()
    (secret / "more.txt").write_text(GOOD)
    secret.chmod(0)
    as_anyone = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    command = [*as_anyone, sys.executable, "-m", "ingest.cli", "ingest", str(drop), "--json", *embedded.flags]
    process = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    secret.chmod(0o700)
    assert process.returncode == 0, process.stderr
    assert (json.loads(process.stdout)["indexed"], json.loads(process.stdout)["failed"]) == (1, 1)


def test_another_spelling_of_a_path_is_the_same_input(embedded: System, tmp_path: Path) -> None:
    """Two captures of one URL in a file, read again under another path: nothing new, not a byte in the lake."""
    lines = tmp_path / "lines.jsonl"
    url = "https://aldermoor.example/ferry"
    lines.write_text("".join(json.dumps({"url": url, "text": GOOD + more}) + "\n" for more in ("One.", "Two, later.")))
    first = embedded.run("ingest", str(lines))
    assert (first["indexed"], first["updated"]) == (1, 1)
    second = embedded.run("ingest", str(tmp_path / ".." / tmp_path.name / "lines.jsonl"))
    assert (second["indexed"], second["updated"], second["unchanged"]) == (0, 0, 2)


def test_nothing_but_a_rights_line_is_flagged(embedded: System, tmp_path: Path) -> None:
    """An article without a body is kept whole, for a person to look at."""
    only = tmp_path / "only.txt"
    only.write_text("© 2019 The Aldermoor Post Limited. All rights reserved.")
    (line,) = embedded.run_lines("clean", str(only))
    assert (line["flags"], line["spans"]) == (["over_removal"], [])
    assert line["body"] == only.read_text()


def test_a_reader_that_goes_away_is_no_error(embedded: System, drop: Path) -> None:
    """`broadsheet clean FOLDER | head -1` must not look like a failure."""
    for number in range(200):
        (drop / f"{number}.txt").write_text(GOOD * 40)
    with embedded.start("clean", str(drop)) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=120) == 0


def test_a_mistyped_lake_is_not_an_empty_one(embedded: System) -> None:
    """Looking must not create anything."""
    errors = embedded.run("quarantine", "list", exit_code=2)
    assert "there is no lake" in errors
    assert not (embedded.folder / "lake").exists()
