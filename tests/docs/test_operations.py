"""The operators' procedures are run as they stand in docs/operations.md."""

from __future__ import annotations

import gzip
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest import errors, jobs
from ingest.clean.rulepack import parse_rules
from ingest.errors import ArticleMissing, ReindexFailed, UsageError
from ingest.jobs import copying
from ingest.run_records import RUNS
from ingest.settings import Settings
from tests.docs.procedures import ROOT, Values, follow
from tests.holdings import GIVEN, NOTE, PROMPT, SEEDS, LateArticle, assert_same, fill, place_of, take_stock, tell

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Give the settings of a system in the working folder that holds something of everything."""
    monkeypatch.chdir(tmp_path)
    fill(Settings.load())
    return Settings.load()


def test_day_by_day(filled: Settings) -> None:
    """An operator in trouble pastes what is written; each command must do its work on a system that holds something."""
    told = follow("day by day", {"ID": "1"})
    assert len(told) >= 18
    assert "3 seen" in told["broadsheet quarantine replay"]
    with pytest.raises(ArticleMissing):
        jobs.show("1", filled)


def test_back_up_and_restore(
    filled: Settings, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was backed up is all that a new machine needs, with what came between the snapshot and the copy."""
    for name in ("sources.toml", "broadsheet.toml"):
        Path(name).write_text(f"# {name}\n", encoding="utf-8")
    remembered, late = take_stock(filled), LateArticle(filled)
    follow("back up", {"mkdir": late})
    held, elsewhere = take_stock(filled), tmp_path_factory.mktemp("elsewhere")
    shutil.move("backup", elsewhere)
    shutil.rmtree(".broadsheet")
    monkeypatch.chdir(elsewhere)
    follow("restore", {"DATE": late.since})
    assert {path.name for path in Path().iterdir()} == {"backup", ".broadsheet", "sources.toml", "broadsheet.toml"}
    assert_same(held | {RUNS: remembered[RUNS]}, take_stock(Settings.load()))
    again = jobs.ingest([str(SEEDS / GIVEN[1]), str(late.path)], Settings.load())
    assert (again.seen, again.outcomes["unchanged"]) == (2, 2)


def test_versions(filled: Settings) -> None:
    """What stood at a day is told as it stood, by `show` and by a search."""
    every, then, found = follow("versions", {"ID": "1"}).values()
    assert "headline, wording" in every
    assert "The ferry is late" in then
    assert "1. The ferry is late" in found
    assert "back" not in then + found


def test_folding_by_hand(filled: Settings) -> None:
    """Decisions take effect, are listed, and are taken back; those of before stand."""
    told = follow("fold by hand", {"ID": "broken-001", "OTHER": "broken-005"})
    one, other = (jobs.show(name, filled)["id"] for name in ("broken-001", "broken-005"))
    assert f"{one} stands alone" in told["broadsheet split --list"]
    assert f"{one} and {other} are in one cluster" in told["broadsheet join --list"]
    assert "a copy of" in told["broadsheet join ID OTHER"]
    assert one not in {each["id"] for each in jobs.list_splits(filled)}
    assert len(jobs.list_joins(filled)) == 1


def test_names_by_the_model(filled: Settings) -> None:
    """The model is asked for by a variable, and names who is in no list."""
    Path("articles").mkdir()
    said = (
        "The gate of the old town opened at dawn on Monday, for the first time since the war.\n\nNgozi Achterberg, who"
        " had kept the key in her kitchen for forty years, turned it herself."
    )
    Path("articles", "gate.txt").write_text(f"The gate opens\n\n{said}", encoding="utf-8")
    (told,) = follow("names by the model").values()
    assert "recognize" in told
    found = jobs.search([("q", "gate")], filled)["hits"][0]["id"]
    assert "Ngozi Achterberg" in jobs.show(found, filled)["person"]


def test_runs(filled: Settings) -> None:
    """The last runs are listed, and one is shown with its books."""
    last = jobs.list_runs(filled)[0]["run_id"]
    short, listed, shown = follow("runs", {"N": "1", "ID": last}).values()
    assert (len(short.splitlines()), len(listed.splitlines())) == (5, 1)
    assert last in listed
    assert "started" in shown


def test_quarantine(filled: Settings) -> None:
    """What failed is listed and shown, and is tried again."""
    entry = next(iter(jobs.list_quarantine(filled)))
    listed, shown, tried = follow("quarantine", {"ID": entry["id"]}).values()
    assert entry["id"] in listed
    assert entry["message"] in shown
    assert "3 failed" in tried


def test_another_index(filled: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step leaves an index that serves the same articles; in the end none is kept beside it."""
    before = take_stock(filled)["articles"]

    def break_off(_: str) -> str:
        with monkeypatch.context() as patch:
            patch.setattr(copying, "copy_articles", lambda source, target, ids: 0)
            with pytest.raises(ReindexFailed):
                jobs.reindex(filled, force=True)
        return "--give-up"

    follow("another index", {"--give-up": break_off})
    assert take_stock(filled)["articles"] == before
    with pytest.raises(UsageError, match="no old index"):
        jobs.roll_back(filled)


def test_snapshots(filled: Settings) -> None:
    """One is named after the time, one by hand; what was decided after it is gone when it is restored."""

    def decide(_: str) -> str:
        jobs.undo_split("2", filled)
        return "restore"

    told = follow("snapshots", {"NAME": "before", "restore": decide})
    assert len(told["broadsheet snapshot list"].splitlines()) == 2
    assert "before serves as" in told["broadsheet snapshot restore NAME"]
    assert [each["id"] for each in jobs.list_splits(filled)] == [jobs.show("2", filled)["id"]]


def test_looking_after_the_lake(filled: Settings) -> None:
    """It is measured, found sound, and its clean texts are written as WARC."""
    told = follow("look after the lake")
    assert "no problems" in told["broadsheet lake verify"]
    with gzip.open("texts.warc.gz") as texts:
        assert texts.read().count(b"WARC-Type: conversion") == 5


def test_erasing(filled: Settings) -> None:
    """Both ways of naming an article erase it; one that is lifted may come again."""
    told = follow("erase", {"ID": jobs.show("2", filled)["id"]})
    assert told["broadsheet erase --list"].count("the author asked") == 2
    assert jobs.ingest(["wire.jsonl"], filled).outcomes["indexed"] == 1
    with pytest.raises(ArticleMissing):
        jobs.show("1", filled)


def test_replaying(filled: Settings) -> None:
    """What today's rules made is not replayed; what a run took from a source in a time is, and stays as it is."""
    today = datetime.now(UTC)
    days = {day: f"{today + timedelta(days=away):%F}" for day, away in (("2024-05-01", -1), ("2024-05-31", 1))}
    trial, outdated, chosen = follow("replay", {"RUN": jobs.list_runs(filled)[0]["run_id"], **days}).values()
    assert "0 seen: 0 passed" in trial
    assert "0 seen" in outdated
    assert "5 seen: 0 indexed, 0 updated, 5 unchanged" in chosen


def test_correcting(filled: Settings) -> None:
    """Each correction has its effect, the one taken back none; what is proposed of them are rules."""
    original = tell("ferry", "back")
    values: Values = {
        "ID": lambda command: "4" if command.endswith("cut ID 9") else "1",
        "7": "1",
        "120-184": "-".join(place_of("All rights reserved.", original)),
        **dict(zip(("2051", "2110"), place_of(NOTE, original), strict=True)),
        "9": "1",
        "N": "1",
    }
    told = follow("correct", values)
    body = jobs.show("1", filled)["body"]
    assert [text in body for text in (PROMPT, "All rights reserved.", NOTE)] == [False, True, False]
    assert PROMPT not in jobs.show("4", filled)["body"]
    assert "it is quoted" in told["broadsheet corrections list"]
    rules = parse_rules((("draft.toml", Path("draft.toml").read_text(encoding="utf-8")),))
    assert {rule.span_class for rule in rules} == {"advert", "copyright", "newsletter"}


def test_alerts_are_told_in_the_words_of_the_code() -> None:
    """Who looks an alert up pastes what the log said."""
    _, _, rest = PAGE.partition("## Alerts, and what to do")
    table = rest.partition("\n## ")[0]
    named = set(re.findall(r"\b((?:[A-Z][a-z]+){2,})\b", table))
    assert {"IndexUnavailable", "StorageFull"} <= named
    assert {name for name in named if not hasattr(errors, name)} == set()
    said = (ROOT / "dags" / "policy.py").read_text(encoding="utf-8")
    assert "%s failed: task %s[%s] of run %s on %s: %s" in said
    assert "a run has not ended within" in said
