"""Another index is built beside the one that serves: what it holds, who waits, and what a death in between leaves."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ingest import jobs
from ingest.cli import main
from ingest.errors import MappingMismatch, ReindexFailed, UsageError
from ingest.index.mapping import IndexMapping, articles_mapping
from ingest.index.opening import open_generations, open_index
from ingest.jobs import Hand, IngestReport, Selection, copying
from ingest.lake import open_lake
from tests.dedup.articles import write_body
from tests.integration.system import System, environment

THREAD = "Comments (2)\n\nNell Quay\n2 hours ago\nWell said.\n\nIda Holt\n1 hour ago\nI was there.\n"
POINTS = ("reindex_copied:1", "reindex_held:1", "reindex_verified:1", "reindex_switched:1")


def line(number: int, text: str | None = None, day: int = 1) -> dict[str, Any]:
    """Make an input line; each has a thread."""
    return {
        "id": f"a{number}",
        "url": f"https://harbour.example/{number}",
        "text": f"{text or write_body(number)}\n\n{THREAD}",
        "fetched_at": f"2024-02-{day:02}T00:00:00Z",
    }


def ingest(system: System, name: str, *lines: Any) -> IngestReport:
    """Ingest lines of JSON in this process."""
    path = system.folder / name
    path.write_text("\n".join(json.dumps(each) for each in lines), encoding="utf-8")
    return jobs.ingest([str(path)], system.settings)


@pytest.fixture
def filled(system: System) -> System:
    """Give a system with articles, of which one has an earlier version."""
    ingest(system, "one.jsonl", *(line(number) for number in range(4)))
    ingest(system, "two.jsonl", line(0, f"{write_body(0)}\n\nMore of it came today.", day=2))
    return system


def state(system: System) -> dict[str, Any]:
    """Give all that the index holds: articles with versions, comments and history."""
    index = open_index(system.settings.index, write=False)
    try:
        index.refresh()
        held = {}
        for each in index.scan():
            names = copying.name_versions(each.document)
            held[each.document["id"]] = (
                each.version, each.document, list(index.comments(each.document["id"])), dict(index.versions(names)),
            )  # fmt: skip
        return held
    finally:
        index.close()


def names(system: System) -> list[str]:
    """Name what serves."""
    generations = open_generations(system.settings.index)
    try:
        return list(generations.current().names.values())
    finally:
        generations.close()


def test_new_index_holds_the_same_and_is_gone_back_from(
    filled: System, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Articles, comments, versions and external versions; the same input is unchanged; and the way back and forth."""
    before, old = state(filled), names(filled)
    assert main(["reindex", "--json", *filled.flags]) == 0
    assert json.loads(capsys.readouterr().out)["action"] == "nothing to do"
    assert main(["reindex", "--force", "--json", *filled.flags]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["action"], done["articles"], done["comments"], done["versions"]) == ("reindexed", 4, 8, 5)
    assert set(names(filled)).isdisjoint(old)
    assert state(filled) == before
    again = ingest(filled, "one.jsonl", *(line(number) for number in range(1, 4)))
    assert again.outcomes["unchanged"] == 3
    assert jobs.search([("q", '"Well said"'), ("in", "comments")], filled.settings)["total"] == 4
    ingest(filled, "new.jsonl", line(8))
    jobs.erase(["a3"], Hand(by="nell"), filled.settings)
    now = state(filled)
    back = jobs.roll_back(filled.settings)
    assert (back.action, back.copied, back.removed) == ("rolled back", 1, 1)
    assert names(filled) == old
    assert state(filled) == now
    assert jobs.roll_back(filled.settings).articles == 4
    assert state(filled) == now
    plan = jobs.plan_reindex(filled.settings)
    assert (bool(plan["kept"]), plan["reclean"]) == (True, {"articles": 4, "rules": 0, "code": 0})
    monkeypatch.setattr("ingest.jobs.reindexing.__version__", "another")
    assert jobs.plan_reindex(filled.settings)["reclean"] == {"articles": 4, "rules": 0, "code": 4}
    assert jobs.drop_old_index(filled.settings).action == "old index removed"
    assert state(filled) == now
    with pytest.raises(UsageError, match="no old index"):
        jobs.roll_back(filled.settings)


@pytest.mark.slow
def test_death_at_any_point_leaves_what_serves_and_is_gone_on_with(filled: System) -> None:
    """`kill -9` after a page, while writers wait, around the switch: reads go on, then the build is finished."""
    before = state(filled)
    for point in POINTS[1:] if filled.url.startswith("tantivy") else POINTS:
        old = names(filled)
        command = [sys.executable, "-m", "ingest.cli", "reindex", "--force", *filled.flags]
        child = subprocess.run(
            command, env=environment() | {"BROADSHEET_CRASH_AT": point}, capture_output=True, timeout=120, check=False
        )
        assert child.returncode == -9, (point, child.stderr)
        assert state(filled) == before
        done = jobs.reindex(filled.settings)
        assert (done.action, done.articles) == ("reindexed", 0 if point.startswith("reindex_switched") else 4)
        assert names(filled) != old
        assert state(filled) == before
        assert ingest(filled, "one.jsonl", line(1)).outcomes["unchanged"] == 1


def test_unfinished_build_is_given_up(filled: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that lacks an article fails, the old index serves on, and nothing of the build is left."""
    before, old = state(filled), names(filled)
    lose = copying.copy_articles
    with monkeypatch.context() as patch:
        patch.setattr(copying, "copy_articles", lambda source, target, ids: lose(source, target, ids[1:]))
        with pytest.raises(ReindexFailed, match="does not hold"):
            jobs.reindex(filled.settings, force=True)
    assert (state(filled), names(filled)) == (before, old)
    assert ingest(filled, "new.jsonl", line(8)).outcomes["indexed"] == 1
    assert jobs.plan_reindex(filled.settings)["unfinished"]
    assert jobs.give_up_reindex(filled.settings).action == "given up"
    assert jobs.plan_reindex(filled.settings)["unfinished"] is None
    with pytest.raises(UsageError, match="no reindex"):
        jobs.give_up_reindex(filled.settings)


def test_what_was_kept_is_kept_when_a_later_build_is_given_up(filled: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way back stays, and so does the way to be rid of it: an index that nothing knows of would stay for ever."""
    old = names(filled)
    jobs.reindex(filled.settings, force=True)
    with monkeypatch.context() as patch:
        patch.setattr(copying, "copy_articles", lambda source, target, ids: 0)
        with pytest.raises(ReindexFailed, match="does not hold"):
            jobs.reindex(filled.settings, force=True)
    jobs.give_up_reindex(filled.settings)
    assert jobs.roll_back(filled.settings).action == "rolled back"
    assert names(filled) == old
    assert jobs.drop_old_index(filled.settings).action == "old index removed"


def test_the_way_back_that_was_given_up_can_be_gone_again(filled: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index that would have served again is kept; it was the only one that there was to go back to."""
    old = names(filled)
    jobs.reindex(filled.settings, force=True)
    new = names(filled)
    ingest(filled, "new.jsonl", line(8))
    with monkeypatch.context() as patch:
        patch.setattr(copying, "copy_articles", lambda source, target, ids: 0)
        with pytest.raises(ReindexFailed, match="does not hold"):
            jobs.roll_back(filled.settings)
    jobs.give_up_reindex(filled.settings)
    assert names(filled) == new
    assert jobs.roll_back(filled.settings).action == "rolled back"
    assert names(filled) == old
    assert jobs.search([("duplicates", "show")], filled.settings)["total"] == 5


def at_point(monkeypatch: pytest.MonkeyPatch, wanted: str, act: Callable[[], None]) -> None:
    """Do something once, when the build comes to a point."""
    done: list[str] = []

    def passing(point: str) -> None:
        if point == wanted and not done:
            done.append(point)
            act()

    monkeypatch.setattr(copying, "passing", passing)


def test_writes_go_on_meanwhile(filled: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written, changed and erased during the copy is in the new index in the end."""

    def write() -> None:
        ingest(filled, "new.jsonl", line(8), line(1, f"{write_body(1)}\n\nAnd more.", day=3))
        jobs.erase(["a2"], Hand(by="nell"), filled.settings)

    at_point(monkeypatch, "reindex_copied", write)
    done = jobs.reindex(filled.settings, force=True)
    assert done.articles == 4
    held = {
        document["given_id"]: (version >> 16, len(versions))
        for version, document, _, versions in state(filled).values()
    }
    assert held == {"a0": (5, 2), "a1": (7, 2), "a3": (4, 1), "a8": (6, 1)}


def test_writer_waits_for_the_switch_and_writes_to_the_new_index(
    filled: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that begins while writers are held loses nothing, and ends in the index that serves then."""
    reports: list[IngestReport] = []
    writer = threading.Thread(target=lambda: reports.append(ingest(filled, "new.jsonl", line(8))))

    def write() -> None:
        writer.start()
        writer.join(timeout=1.0)
        assert writer.is_alive()

    at_point(monkeypatch, "reindex_held", write)
    assert jobs.reindex(filled.settings, force=True).articles == 4
    writer.join(timeout=180)
    assert [report.outcomes["indexed"] for report in reports] == [1]
    assert len(state(filled)) == 5


@contextmanager
def mapped(**changes: Any) -> Iterator[None]:
    """Let the program have another mapping of articles: properties by name (None: without), and the version."""
    body = json.loads(json.dumps(articles_mapping().body))
    body["mappings"]["_meta"]["version"] += changes.pop("by")
    for name, declared in changes.items():
        body["mappings"]["properties"].pop(name)
        if declared is not None:
            body["mappings"]["properties"][name] = declared
    other = IndexMapping("articles", body)
    with pytest.MonkeyPatch.context() as patch:
        ours = [module for name, module in sys.modules.items() if name.startswith("ingest.")]
        for module in [m for m in ours if getattr(m, "articles_mapping", None) is articles_mapping]:
            patch.setattr(module, "articles_mapping", lambda: other)
        yield


@pytest.mark.parametrize(
    ("changes", "action"),
    [({"reading_minutes": None}, "additive"), ({"reading_minutes": {"type": "keyword"}}, "reindex")],
    ids=["new field", "other type"],
)
def test_index_of_an_older_mapping_is_brought_to_this_one(system: System, changes: dict[str, Any], action: str) -> None:
    """The plan tells a new field from another type; after `reindex` the same input is ingested as ever."""
    with mapped(by=-1, **changes):
        index = open_index(system.settings.index, write=True)
        index.prepare()
        index.close()
    embedded = system.url.startswith("tantivy")
    with pytest.raises(MappingMismatch, match="reindex it"):
        ingest(system, "one.jsonl", line(1))
    plan = jobs.plan_reindex(system.settings)
    assert plan["action"] == ("reindex" if embedded else action)
    if not embedded:
        (articles, _, versions) = plan["kinds"]
        assert articles["added" if action == "additive" else "changed"] == ("reading_minutes",)
        assert versions["change"] == action
    done = jobs.reindex(system.settings)
    assert done.action == ("reindexed" if embedded or action == "reindex" else "fields added")
    assert jobs.plan_reindex(system.settings)["action"] == "none"
    assert ingest(system, "one.jsonl", line(1)).outcomes["indexed"] == 1


def test_documents_of_an_older_mapping_are_carried_over(system: System) -> None:
    """An embedded or Elasticsearch index with articles of another shape: they are there afterwards, found and whole."""
    ingest(system, "one.jsonl", line(1), line(2))
    before = {key: document["body"] for key, (_, document, _, _) in state(system).items()}
    with mapped(by=1, reading_minutes={"type": "keyword"}):
        assert jobs.plan_reindex(system.settings)["action"] == "reindex"
        done = jobs.reindex(system.settings)
        assert (done.articles, done.comments) == (2, 4)
        assert {key: document["body"] for key, (_, document, _, _) in state(system).items()} == before
        word = write_body(1).split()[1].lower()
        assert jobs.search([("q", word)], system.settings)["total"] >= 1
        assert jobs.roll_back(system.settings).note.startswith("what came since")
    assert {key: document["body"] for key, (_, document, _, _) in state(system).items()} == before


def test_new_index_from_the_lake(filled: System) -> None:
    """Every capture through the pipeline: the same articles and histories; what the lake has no more is copied."""
    before = state(filled)
    kept = next(key for key, (_, document, _, _) in before.items() if document["given_id"] == "a2")
    with open_lake(filled.settings.lake) as lake:
        lake._catalogue.remove([capture.capture for capture in lake.captures(kept)])
    done = jobs.reindex(filled.settings, origin="lake")
    assert (done.action, done.origin, done.articles, done.copied, done.left_out) == ("reindexed", "lake", 4, 1, 0)
    after = state(filled)
    assert after.keys() == before.keys()
    for key, (_, document, comments, versions) in before.items():
        assert (after[key][1]["body"], after[key][2]) == (document["body"], comments)
        assert after[key][1]["history"] == document["history"]
        assert after[key][3].keys() == versions.keys()
    assert ingest(filled, "one.jsonl", line(1)).outcomes["unchanged"] == 1


def test_an_index_from_the_lake_is_gone_back_from(filled: System) -> None:
    """A decision of before raised an article's version: by that, what was made anew is older, and stays behind."""
    jobs.join("a1", "a2", filled.settings)
    before, old = state(filled), names(filled)
    jobs.reindex(filled.settings, origin="lake")
    made = names(filled)
    ingest(filled, "new.jsonl", line(8))
    jobs.erase(["a3"], Hand(by="nell"), filled.settings)
    back = jobs.roll_back(filled.settings)
    assert (back.action, back.note.startswith("what came since"), names(filled)) == ("rolled back", True, old)
    erased = next(key for key, (_, document, _, _) in before.items() if document["given_id"] == "a3")
    assert state(filled) == {key: held for key, held in before.items() if key != erased}
    jobs.replay(filled.settings, Selection(since=back.note.rpartition(" ")[2]))
    assert "a8" in {document["given_id"] for _, document, _, _ in state(filled).values()}
    assert jobs.roll_back(filled.settings).action == "rolled back"
    assert names(filled) == made
