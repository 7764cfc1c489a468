"""Snapshots of an index with its state, and their way back; erasures outlive it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from elasticsearch import Elasticsearch, NotFoundError

from ingest import jobs
from ingest.cli import main
from ingest.errors import UsageError
from ingest.jobs import Hand
from ingest.settings import Settings
from tests.dedup.articles import write_body
from tests.integration.system import System

HAND = Hand(by="nell")


@pytest.fixture
def settings(system: System) -> Iterator[Settings]:
    """Give a system's settings with a place for snapshots of the test's own, which a server forgets in the end."""
    embedded = system.url.startswith("tantivy")
    place = str(system.folder / "snapshots") if embedded else ""
    yield replace(system.settings, index=replace(system.settings.index, snapshot_folder=place))
    if not embedded:
        with Elasticsearch(system.url) as client, suppress(NotFoundError):
            client.snapshot.delete_repository(name=f"{system.prefix}broadsheet")


def ingest(system: System, *numbers: int) -> None:
    """Ingest articles, all of one cluster."""
    lines = [
        {"id": f"a{number}", "url": f"https://harbour.example/{number}", "text": write_body(1)} for number in numbers
    ]
    path = system.folder / "in.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    jobs.ingest([str(path)], system.settings)


def held(system: System) -> set[str]:
    """Name what is indexed."""
    return {document["given_id"] for document in system.snapshot().values()}


def test_snapshot_brings_index_and_state_back_but_nothing_erased(
    system: System, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """Articles and decisions are as they were then; what was erased since stays away; and there is a way back."""
    ingest(system, 1, 2, 3)
    jobs.split("a2", settings)
    assert jobs.list_snapshots(settings) == []
    made = jobs.snapshot(settings, "before")
    assert made.whole
    assert [each["name"] for each in jobs.list_snapshots(settings)] == ["before"]
    with pytest.raises(UsageError, match="before"):
        jobs.snapshot(settings, "before")
    jobs.undo_split("a2", settings)
    jobs.reindex(settings, force=True)
    ingest(system, 4)
    jobs.erase(["a3"], HAND, settings)
    flags = [*system.flags, "--set", f"index.snapshot_folder={settings.index.snapshot_folder}"]
    assert main(["snapshot", "restore", "before", "--json", *flags]) == 0
    assert json.loads(capsys.readouterr().out)["erased"] == 1
    assert held(system) == {"a1", "a2"}
    assert [each["id"] for each in jobs.list_splits(settings)] == [jobs.show("a2", settings)["id"]]
    ingest(system, 3, 4)
    assert held(system) == {"a1", "a2", "a4"}
    assert jobs.roll_back(settings).action == "rolled back"
    assert held(system) == {"a1", "a2", "a4"}


def test_a_machine_that_has_nothing_takes_a_snapshot(system: System, settings: Settings) -> None:
    """The disk is gone, and with it what knew of the snapshots: their files are enough."""
    ingest(system, 1, 2)
    jobs.split("a2", settings)
    jobs.snapshot(settings, "nightly")
    lose_index(system)
    jobs.restore_snapshot("nightly", settings)
    assert held(system) == {"a1", "a2"}
    assert [each["id"] for each in jobs.list_splits(settings)] == [jobs.show("a2", settings)["id"]]
    ingest(system, 3)
    assert held(system) == {"a1", "a2", "a3"}


def lose_index(system: System) -> None:
    """Take all of an index away, and what a server knows of its snapshots."""
    if system.url.startswith("tantivy"):
        shutil.rmtree(system.folder / "index")
        return
    with Elasticsearch(system.url) as client:
        client.indices.delete(index=list(client.indices.get(index=f"{system.prefix}*", expand_wildcards="all")))
        client.snapshot.delete_repository(name=f"{system.prefix}broadsheet")


def test_names_that_cannot_be_are_refused(settings: Settings, system: System) -> None:
    """A name is a folder's or a server's; one that is not there is told."""
    ingest(system, 1)
    for name in ("../up", "UPPER", ""):
        with pytest.raises(UsageError):
            jobs.restore_snapshot(name, settings)
    with pytest.raises(UsageError, match="small letters"):
        jobs.snapshot(settings, "../up")
    with pytest.raises(UsageError, match="no whole snapshot"):
        jobs.restore_snapshot("absent", settings)
    assert held(system) == {"a1"}
