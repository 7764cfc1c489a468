"""Replays from the lake: what they select, that new rules take effect, that newer never loses, that twice is once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.replay import LINE, RULE
from ingest import __version__, jobs
from ingest.cli import main
from ingest.errors import UsageError
from ingest.jobs import IngestReport, Selection, StagesReport
from ingest.jobs.ingestion import open_rooms
from ingest.jobs.replaying import replay_captures, select
from ingest.lake import Filters, open_lake
from ingest.settings import Settings
from tests.dedup.articles import write_body
from tests.integration.system import System


def article(number: int, text: str, day: int = 1) -> dict[str, Any]:
    """Make an input line."""
    return {
        "id": f"a{number}",
        "url": f"https://harbour.example/{number}",
        "text": text,
        "fetched_at": f"2024-01-{day:02}T00:00:00Z",
    }


def ingest(system: System, name: str, *lines: dict[str, Any] | str) -> IngestReport:
    """Ingest lines of JSON in this process."""
    path = system.folder / name
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return jobs.ingest([str(path)], system.settings)


def replay(system: System, rules: Path | None = None, **selection: Any) -> IngestReport:
    """Replay in this process, with rules of a publisher or without."""
    flags = {"index.url": system.url, "lake.url": str(system.folder / "lake"), "index.prefix": system.prefix}
    settings = Settings.load(flags={**flags, "learn.rules_folder": str(rules)} if rules else flags)
    done = jobs.replay(settings, Selection(**selection))
    assert isinstance(done, IngestReport)
    return done


def bodies(system: System) -> dict[str, str]:
    """Give what is indexed, by given id."""
    return {document["given_id"]: document["body"] for document in system.snapshot().values()}


def books(done: IngestReport) -> tuple[int, int, int]:
    """Give what was indexed, updated and unchanged."""
    return done.outcomes["indexed"], done.outcomes["updated"], done.outcomes["unchanged"]


def test_new_rules_take_effect_and_newer_never_loses(system: System, tmp_path: Path) -> None:
    """A replay raises the generation; an old capture, replayed often, is never put over a newer one."""
    old, new = (f"{write_body(seed)}\n\n{LINE}\n\n{write_body(seed + 1)}" for seed in (1, 5))
    ingest(system, "one.jsonl", article(1, old))
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "harbour.example.toml").write_text(RULE, encoding="utf-8")
    assert LINE in bodies(system)["a1"]
    assert books(replay(system, rules)) == (0, 1, 0)
    assert LINE not in bodies(system)["a1"]
    assert books(replay(system, rules)) == (0, 0, 1)
    assert books(replay(system)) == (0, 1, 0)
    (generation,) = system.versions().values()
    assert generation == (1 << 16) + 2
    ingest(system, "two.jsonl", article(1, new, day=2))
    newest = bodies(system)["a1"]
    with open_rooms(system.settings) as opened:
        outcomes = [list(replay_captures(opened, [1]).outcomes) for _ in range(3)]
    assert outcomes[1:] == [["unchanged"]] * 2
    assert bodies(system)["a1"] == newest
    (version,) = system.versions().values()
    assert version >> 16 == 2


@pytest.fixture
def filled(system: System) -> System:
    """Give a system with two runs, a document that failed and one that was dropped after the lake took it."""
    ingest(system, "one.jsonl", *(article(number, write_body(number)) for number in range(3)))
    empty = {"id": "a7", "url": "https://harbour.example/7", "html": "<html><body><p></p></body></html>"}
    long = {**article(9, write_body(9)), "url": f"https://harbour.example/{'9' * 3000}"}
    ingest(system, "two.jsonl", article(3, write_body(3)), '{"text": ', empty, long)
    return system


def test_selects_by_what_is_asked(filled: System) -> None:
    """By id, run, source, time, reason and versions, all of them together, and never more than that."""
    with open_lake(filled.settings.lake) as lake:
        captures = list(lake.since())
    runs = list(dict.fromkeys(capture.run for capture in captures))
    assert len(runs) == 2
    assert all(runs)
    total = len(captures)
    with open_rooms(filled.settings) as opened:
        for wanted, seen in (
            ({}, total),
            ({"ids": ("a1", captures[0].id)}, 2),
            ({"run": runs[0]}, 3),
            ({"run": runs[1], "ids": ("a1",)}, 0),
            ({"source": captures[0].source}, 3),
            ({"source": "two.jsonl"}, total - 3),
            ({"source": "wo.jsonl"}, 0),
            ({"since": "2000", "until": "2001"}, 0),
            ({"since": captures[0].accepted_at}, total),
            ({"reason": "MalformedInput"}, 1),
            ({"reason": "no_article_text"}, 1),
            ({"rules_version": "old"}, 0),
            ({"code_version": "0.0.0-none"}, 0),
            ({"code_version": __version__}, 4),
        ):
            assert len(select(opened, Selection(**wanted))) == seen, wanted
        with pytest.raises(UsageError, match="no document"):
            select(opened, Selection(ids=("nobody",)))


def test_trial_writes_nothing(filled: System) -> None:
    """Up to a stage: the books by stage, and neither index nor lake nor quarantine is another."""
    before = filled.versions()
    entries = list(jobs.list_quarantine(filled.settings, Filters()))
    done = jobs.replay(filled.settings, up_to="clean")
    assert isinstance(done, StagesReport)
    told = done.to_json()
    assert list(told["stages"]) == ["read", "extract", "clean"]
    assert told["seen"] == told["passed"] + sum(told["dropped"].values()) + told["failed"]
    errors = {"LimitExceeded": 1, "MalformedInput": 1}
    assert (told["passed"], told["dropped"], told["errors"]) == (4, {"no_article_text": 1}, errors)
    assert (filled.versions(), list(jobs.list_quarantine(filled.settings, Filters()))) == (before, entries)
    with pytest.raises(UsageError, match="no stage"):
        jobs.replay(filled.settings, up_to="print")


def test_quarantine_is_listed_and_replayed_by_reason_and_version(
    filled: System, capsys: pytest.CaptureFixture[str]
) -> None:
    """Replaying is idempotent, and an entry that passes is marked, never deleted."""
    entries = {entry["error"]: entry for entry in jobs.list_quarantine(filled.settings)}
    broken, long = entries["MalformedInput"], entries["LimitExceeded"]
    assert (broken["stage"], broken["attempts"]) == ("read", 1)
    listing = ["quarantine", "list", "--code", broken["code_version"], "--json", *filled.flags]
    assert main([*listing, "--reason", "ParserCrashed"]) == 0
    assert capsys.readouterr().out == ""
    assert main([*listing, "--reason", "MalformedInput"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == broken["id"]
    for _ in range(2):
        assert jobs.replay_quarantine([], filled.settings, Filters(state="open", error="MalformedInput")).failed == 1
    assert jobs.show_quarantine(broken["id"], filled.settings) == broken
    wider = ["--set", "sources.max_url_characters=4000", *filled.flags]
    assert main(["quarantine", "replay", "--reason", "LimitExceeded", *wider]) == 0
    assert "1 indexed" in capsys.readouterr().out
    assert list(jobs.list_quarantine(filled.settings)) == [broken]
    assert jobs.show_quarantine(long["id"], filled.settings)["state"] == "resolved"
    assert jobs.replay_quarantine([long["id"]], filled.settings).seen == 0
    assert bodies(filled)["a9"] == write_body(9)
