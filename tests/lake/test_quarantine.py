"""What the quarantine remembers of failures."""

import secrets
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.lake import Filters, LakeSettings, Quarantine, Versions
from ingest.lake.storage import FolderStorage, Storage, open_storage
from ingest.model import Failed, Trace

V1, V2 = Versions("1", "a"), Versions("2", "a")


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.allow_hosts(["127.0.0.1", "::1"]))])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Give an empty place: a folder, and one in a bucket."""
    if request.param == "folder":
        return FolderStorage(tmp_path)
    bucket: LakeSettings = request.getfixturevalue("bucket")
    return open_storage(replace(bucket, url=f"{bucket.url}/{secrets.token_hex(4)}"))


def failed(document: str = "aa", stage: str = "extract", message: str = "too deep") -> Failed:
    """Describe an invented failure."""
    trace = Trace(id=document, given_id="given \ud800", source="desk", origin="in/d.jsonl:3", capture=4)
    return Failed(trace=trace, stage=stage, error="LimitExceeded", message=message)


def test_entry_keeps_why_and_where(storage: Storage) -> None:
    """Stage, error, message, versions, attempts and the pointer to the bytes come back."""
    quarantine = Quarantine(storage)
    entry = quarantine.add(failed(), V1)
    assert quarantine.entry(entry.id) == entry
    assert (entry.trace, entry.stage, entry.error, entry.message) == (
        failed().trace, "extract", "LimitExceeded", "too deep",
    )  # fmt: skip
    assert (entry.code_version, entry.rules_version, entry.attempts, entry.state) == ("1", "a", 1, "open")


def test_same_failure_again_writes_nothing(storage: Storage) -> None:
    """An identical run leaves the quarantine as it was, down to the file's time."""
    quarantine = Quarantine(storage)
    entry = quarantine.add(failed(), V1)
    ((path, _),) = storage.list("quarantine")
    before = storage.modified(path), storage.read(path)
    assert quarantine.add(failed(), V1) == entry
    assert (storage.modified(path), storage.read(path)) == before


def test_new_versions_and_replays_count_as_attempts(storage: Storage) -> None:
    """A failure under newer code, and one after a replay, open the entry again; the first time of failing stays."""
    quarantine = Quarantine(storage)
    first = quarantine.add(failed(), V1)
    second = quarantine.add(failed(), V2)
    assert (second.attempts, second.code_version, second.first_seen) == (2, "2", first.first_seen)
    quarantine.mark(first.id, "replayed")
    third = quarantine.add(failed(), V2)
    assert (third.attempts, third.state) == (3, "open")


def test_entries_are_filtered_and_in_order(storage: Storage) -> None:
    """Replay asks by document, stage, error, state or version."""
    quarantine = Quarantine(storage)
    for number in range(20):
        quarantine.add(failed(f"{number:02}", "clean" if number % 2 else "extract"), V1)
    resolved = quarantine.mark(quarantine.add(failed("03", "clean"), V1).id, "resolved")
    everything = list(quarantine.entries())
    assert [entry.id for entry in everything] == sorted(entry.id for entry in everything)
    assert len(everything) == 20
    assert len(list(quarantine.entries(Filters(stage="clean", state="open")))) == 9
    assert list(quarantine.entries(Filters(document="03"))) == [resolved]
    assert len(list(quarantine.entries(Filters(document="given \ud800")))) == 20
    assert list(quarantine.entries(Filters(code_version="2"))) == []


def test_unknown_entry_is_told(storage: Storage) -> None:
    """Marking what is not there is a mistake of the caller's."""
    quarantine = Quarantine(storage)
    assert quarantine.entry("0" * 16) is None
    assert list(quarantine.entries()) == []
    with pytest.raises(KeyError):
        quarantine.mark("0" * 16, "resolved")
