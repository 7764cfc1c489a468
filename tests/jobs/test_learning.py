"""Learning from end to end: counted while ingesting, in shadow until accepted, remembered when rejected."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest import clean, jobs
from ingest.clean.guard import OVER_REMOVAL
from ingest.clean.learned import packaged
from ingest.cli import main
from ingest.errors import SettingsError, UsageError
from ingest.jobs.ingestion import IngestReport
from ingest.jobs.rules import Sample
from ingest.learning import COUNTS, PUBLISHERS, LineCounter, read_accepted, read_learned
from ingest.settings import Settings
from ingest.state import MemoryRecords
from tests.clean.learned.outlets import write_article
from tests.fakes import make_article

LINE = "Scroll past the picture for the tide table"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give an embedded system of the test's own, with a folder for its rules."""
    return Settings.load(
        flags={
            "index.url": f"tantivy:{tmp_path / 'index'}",
            "lake.url": str(tmp_path / "lake"),
            "learn.rules_folder": str(tmp_path / "rules"),
        }
    )


def write_lines(path: Path, texts: dict[str, str]) -> str:
    """Write documents by their address; give the path."""
    lines = [json.dumps({"id": url, "url": f"https://{url}", "text": text}) for url, text in texts.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


@pytest.fixture
def pages(tmp_path: Path) -> str:
    """Give eight pages of an outlet that repeats a line, and two of another."""
    texts = {f"news.echo.example/{seed}": write_article(seed, among=[LINE]) for seed in range(8)}
    texts |= {f"herald.example/{seed}": write_article(100 + seed) for seed in range(2)}
    return write_lines(tmp_path / "pages.jsonl", texts)


def outcome(report: IngestReport) -> tuple[int, int, int]:
    """Give what was indexed, updated and unchanged."""
    return report.outcomes["indexed"], report.outcomes["updated"], report.outcomes["unchanged"]


def test_shadow_then_accepted_then_taken_back(settings: Settings, pages: str) -> None:
    """A proposal changes nothing until it is accepted, then only its publisher's documents, and can be undone."""
    first = jobs.ingest([pages], settings)
    assert outcome(first) == (10, 0, 0)
    assert first.to_json()["shadow"] == {"documents": 0, "lines": 0, "characters": 0}
    (line,) = jobs.list_proposals(settings)
    assert (line["state"], line["publisher"], line["line"]) == ("proposed", "echo.example", LINE)
    assert line["support"] == {"documents": 8, "of": 8, "share": 1.0}
    assert line["would_take"] == {"documents": 8, "characters": 8 * len(LINE)}
    assert {example["text"] for example in line["examples"]} == {LINE}
    assert jobs.show(line["examples"][0]["id"], settings)["id"] == line["examples"][0]["id"]

    again = jobs.ingest([pages], settings)
    assert outcome(again) == (0, 0, 10)
    assert again.to_json()["shadow"] == {"documents": 8, "lines": 8, "characters": 8 * len(LINE)}

    (accepted,) = jobs.accept_proposals([line["id"]], settings)
    assert Path(accepted["file"]).name == "echo.example.toml"
    after = jobs.ingest([pages], settings)
    assert outcome(after) == (0, 8, 2)
    assert after.to_json()["shadow"] == {"documents": 0, "lines": 0, "characters": 0}
    assert [each["state"] for each in jobs.list_proposals(settings)] == ["accepted"]
    rule = jobs.show_rule(f"learned.{line['id']}", Sample(paths=(pages,)), settings)
    assert (rule["strips_holds"], rule["keeps_holds"], rule["fired"]) == (True, True, 8)
    assert rule["id"] in {each["id"] for each in jobs.list_rules(Sample(), settings)}
    cleaned = list(jobs.clean([pages], settings))
    taken = [span["rule"] for each in cleaned for span in each["spans"] if span["class"] == "related"]
    assert taken == [f"learned.{line['id']}"] * 8
    assert all(LINE not in each["body"] for each in cleaned)
    assert outcome(jobs.ingest([pages], settings)) == (0, 0, 10)

    jobs.reject_proposals([line["id"]], settings)
    assert not Path(accepted["file"]).exists()
    assert outcome(jobs.ingest([pages], settings)) == (0, 8, 2)
    assert [each["state"] for each in jobs.list_proposals(settings)] == ["rejected"]


def test_rejected_proposal_stays_rejected(settings: Settings, pages: str, tmp_path: Path) -> None:
    """More documents with the line must not bring it back; accepting it does."""
    jobs.ingest([pages], settings)
    (line,) = jobs.list_proposals(settings)
    jobs.reject_proposals([line["id"]], settings)
    more = {f"echo.example/{seed}": write_article(seed, among=[LINE]) for seed in range(20, 24)}
    report = jobs.ingest([write_lines(tmp_path / "more.jsonl", more)], settings)
    assert report.shadow["documents"] == 0
    (again,) = jobs.list_proposals(settings)
    assert (again["state"], again["support"]["documents"]) == ("rejected", 12)
    jobs.accept_proposals([line["id"]], settings)
    assert [each["state"] for each in jobs.list_proposals(settings)] == ["accepted"]


def test_counting_can_be_turned_off(settings: Settings, pages: str) -> None:
    """Who wants nothing learned gets nothing counted."""
    settings = replace(settings, learn=replace(settings.learn, count=False))
    jobs.ingest([pages], settings)
    assert jobs.list_proposals(settings) == []


def test_documents_are_counted_without_an_index(settings: Settings, pages: str) -> None:
    """A sample tells what repeats before anything is ingested."""
    assert jobs.count_sources([pages], settings, day=1) == {"documents": 10}
    assert [line["line"] for line in jobs.list_proposals(settings)] == [LINE]


def test_usual_share_guards_later_documents_alone(settings: Settings, tmp_path: Path) -> None:
    """A page that would lose far more than is usual is kept whole; what came before stays as it is."""
    chrome = [f"Subscribe to the Echo's letter number {n} and get it in your inbox every day" for n in range(14)]
    odd = write_article(50, tail=chrome)
    first = {f"echo.example/{seed}": write_article(seed) for seed in range(24)} | {"echo.example/odd": odd}
    path = write_lines(tmp_path / "first.jsonl", first)
    assert jobs.ingest([path], settings).flagged == {}
    later = write_lines(tmp_path / "later.jsonl", {"echo.example/later": write_article(51, tail=chrome)})
    report = jobs.ingest([later], settings)
    assert report.to_json()["flags"] == {OVER_REMOVAL: 1}
    assert chrome[0] in jobs.show("echo.example/later", settings)["body"]
    assert outcome(jobs.ingest([path], settings)) == (0, 0, 25)
    assert outcome(jobs.ingest([later], settings)) == (0, 0, 1)
    (unknowing,), (knowing,) = jobs.clean([later], settings), jobs.clean([later], settings, with_index=True)
    assert (unknowing["flags"], knowing["flags"]) == ([], [OVER_REMOVAL])
    assert chrome[0] in knowing["body"]
    nowhere = replace(settings, index=replace(settings.index, url=f"tantivy:{tmp_path / 'none'}"))
    assert list(jobs.clean([later], nowhere, with_index=True)) == [unknowing]
    assert not (tmp_path / "none").exists()


def test_accepted_rules_hold_in_python(monkeypatch: pytest.MonkeyPatch, settings: Settings, pages: str) -> None:
    """`ingest.clean` applies what was accepted into the package for the page's publisher, and to nobody else's."""
    jobs.ingest([pages], settings)
    jobs.accept_proposals([line["id"] for line in jobs.list_proposals(settings)], settings)
    monkeypatch.setattr(packaged, "read_packaged", lambda: read_accepted(settings.learn).rules)
    text = write_article(3, among=[LINE])
    assert LINE not in clean(text, url="https://news.echo.example/9").body
    assert LINE in clean(text, url="https://herald.example/9").body
    assert LINE in clean(text).body


def test_share_holds_only_after_the_run_that_measured_it() -> None:
    """A long run counts in parts; its later documents must not be judged otherwise when they come again."""
    records, settings = MemoryRecords(), replace(Settings().learn, min_share_documents=2)
    captures = iter([7, 9])
    counter = LineCounter(
        records, settings, read_learned(records, settings), next_capture=lambda: next(captures), day=1
    )
    for seed in range(4):
        article = make_article(f"{seed}", write_article(seed))
        document = replace(article.document, url=f"https://echo.example/{seed}")
        counter.note(replace(article, page=replace(article.page, document=document)))
        counter.count()
    assert read_learned(records, settings).shares == {"echo.example": ()}
    counter.finish()
    learned = read_learned(records, settings)
    assert (learned.usual_share("echo.example", 6), learned.usual_share("echo.example", 7)) == (None, 0.85)


def test_publishers_are_bounded() -> None:
    """Whoever was seen longest ago goes first, with all that was counted of him."""
    records = MemoryRecords()
    settings = replace(Settings().learn, max_publishers=2)
    for day, name in enumerate(["c.example", "a.example", "b.example"]):
        learned = read_learned(records, settings)
        counter = LineCounter(records, settings, learned, next_capture=lambda: 1, day=day)
        article = make_article(name, write_article(day))
        document = replace(article.document, url=f"https://{name}/")
        counter.note(replace(article, page=replace(article.page, document=document)))
        counter.finish()
    assert [name for name, _ in records.scan(COUNTS)] == ["a.example", "b.example"]
    assert [name for name, _ in records.scan(PUBLISHERS)] == ["a.example", "b.example"]


def test_malformed_rule_file_is_named(settings: Settings, pages: str) -> None:
    """A person edits these files; a slip must not go unnoticed, nor look like a fault of the program."""
    folder = Path(settings.learn.rules_folder)
    folder.mkdir()
    (folder / "echo.example.toml").write_text('[[rule]]\nid = "x"\n')
    with pytest.raises(SettingsError, match=r"echo\.example\.toml: rule x: missing keys"):
        jobs.ingest([pages], settings)


def test_unknown_id_and_folder_that_cannot_be_written(settings: Settings, pages: str, tmp_path: Path) -> None:
    """The message says what to do."""
    jobs.ingest([pages], settings)
    with pytest.raises(UsageError, match="no proposal 00000000; see `broadsheet learn`"):
        jobs.accept_proposals(["00000000"], settings)
    (tmp_path / "file").touch()
    settings = replace(settings, learn=replace(settings.learn, rules_folder=str(tmp_path / "file")))
    (line,) = jobs.list_proposals(settings)
    with pytest.raises(UsageError, match=r"learn\.rules_folder"):
        jobs.accept_proposals([line["id"]], settings)


def test_command_line(settings: Settings, pages: str, capsys: pytest.CaptureFixture[str]) -> None:
    """People read a table, programs a line a proposal."""
    flags = ["--index", settings.index.url, "--lake", settings.lake.url]
    flags += ["--set", f"learn.rules_folder={settings.learn.rules_folder}"]
    assert main(["ingest", pages, *flags]) == 0
    capsys.readouterr()
    assert main(["learn", *flags, "--json"]) == 0
    line: dict[str, Any] = json.loads(capsys.readouterr().out)
    for command in (["learn"], ["learn", "list"], ["learn", "show", line["id"]], ["learn", "accept", line["id"]]):
        assert main([*command, *flags]) == 0
        output = capsys.readouterr().out
        assert line["id"] in output
        assert LINE in output
    assert main(["learn", "list", *flags]) == 0
    assert LINE not in capsys.readouterr().out
    assert main(["learn", "reject", line["id"], *flags]) == 0
    assert main(["learn", "--all", *flags]) == 0
    assert "rejected" in capsys.readouterr().out
