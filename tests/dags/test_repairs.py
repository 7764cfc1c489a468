"""Runs of the DAGs that keep and repair a system, by `dag.test()`: over nothing, one document, and many."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ingest import jobs
from ingest.errors import MalformedInput, UsageError
from ingest.jobs.flags import load_settings
from ingest.lake import open_lake
from tests.dags.running import IGNORED, run_dag, told

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.usefixtures("metadata_database", "system"),
    *IGNORED,
]

TOWNS = ("Orrin", "Vaila", "Skerry", "Tarn", "Hale")
SOME = pytest.mark.parametrize("count", [0, 1, len(TOWNS)], ids=["none", "one", "many"])
THINGS = ("bridge", "ferry", "council", "market", "school", "clock", "library", "tram", "garden", "quarry")


def ingest(folder: Path, count: int, *, published: str = "2026-11-20") -> None:
    """Ingest so many articles that are no copies of each other."""
    lines = [
        {"id": town, "url": f"https://{town.lower()}.example/1", "text": story(town), "published_at": published}
        for town in TOWNS[:count]
    ]
    write_lines(folder / "wire.jsonl", lines)


def story(town: str) -> str:
    """Write a story that only one town has."""
    return " ".join(f"The {thing} of {town} and its {town} {thing} keeper have an opinion." for thing in THINGS)


def write_lines(file: Path, lines: list[dict[str, Any]]) -> None:
    """Ingest lines of JSON."""
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    jobs.ingest([str(file)], load_settings(None))


def total() -> int:
    """Count the articles of the index, duplicates included."""
    found = jobs.search([("duplicates", "show")], load_settings(None))["total"]
    assert isinstance(found, int)
    return found


def quarantined() -> Counter[str]:
    """Count the entries of the quarantine by their state."""
    with open_lake(load_settings(None).lake) as lake:
        return Counter(entry.state for entry in lake.quarantine.entries())


@SOME
def test_replay_quarantine(count: int, dag_bag: Any, system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a fault failed passes once that is mended, is indexed and marked; what still fails stays open."""

    def fail(*_: object, **__: object) -> None:
        raise MalformedInput("nothing is known of it")

    with monkeypatch.context() as patch:
        patch.setattr("ingest.pipeline.clean_page", fail)
        ingest(system, count)
    dag = dag_bag.dags["replay_quarantine"]
    assert (total(), quarantined()) == (0, Counter(open=count))
    assert told(run_dag(dag, {"stage": "extract"}), "replay")["seen"] == 0
    write_lines(system / "broken.jsonl", [{"text": 7}])
    run = run_dag(dag)
    books = told(run, "replay")
    assert (run.state, books["seen"], books["indexed"], books["failed"]) == ("success", count + 1, count, 1)
    assert (total(), quarantined()) == (count, Counter(open=1, resolved=count))


@SOME
def test_reprocess(count: int, dag_bag: Any, system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Articles that other rules made come out anew, once; in another day there are none; a wrong date fails."""
    with monkeypatch.context() as patch:
        patch.setattr("ingest.pipeline.rules_version", lambda *_: "others")
        ingest(system, count)
    dag = dag_bag.dags["reprocess"]
    assert told(run_dag(dag), "reprocess")["seen"] == 0  # yesterday the lake took nothing
    books = told(run_dag(dag, {"rules_version": "old"}), "reprocess")
    assert (books["seen"], books["updated"]) == (count, count)
    assert told(run_dag(dag, {"rules_version": "old"}), "reprocess")["seen"] == 0
    again = told(run_dag(dag, {"since": "2020"}), "reprocess")
    assert (again["seen"], again["unchanged"], total()) == (count, count, count)
    assert run_dag(dag, {"since": "the day before"}).state == "failed"


def test_reprocess_that_is_asked_for_without_a_date(dag_bag: Any) -> None:
    """The REST API's runs may have none: the interval is empty, and where nothing is named nothing is replayed."""
    dag = dag_bag.dags["reprocess"]
    (task,) = dag.tasks
    environment = dag.get_template_env(force_sandboxed=False)
    assert [environment.from_string(each).render() for each in task.op_args[1:]] == ["", ""]
    with pytest.raises(UsageError, match="name what to reprocess"):
        jobs.reprocess({"since": None}, ("", ""), {})


@SOME
@pytest.mark.parametrize("source", ["index", "lake"])
def test_reindex_articles(count: int, source: str, dag_bag: Any, system: Path) -> None:
    """A plan changes nothing; forced it builds another index with the same articles; one may go back; typos fail."""
    ingest(system, count)
    dag = dag_bag.dags["reindex_articles"]
    planned = told(run_dag(dag), "reindex")
    built = told(run_dag(dag, {"action": "reindex", "source": source, "force": True}), "reindex")
    assert (planned["reclean"]["articles"], built["articles"], built["action"]) == (count, count, "reindexed")
    assert total() == count
    assert run_dag(dag, {"action": "rollback"}).state == "success"
    assert total() == count
    with pytest.raises(UsageError, match="none of plan"):
        jobs.change_index("reidnex", "index")


@SOME
def test_upkeep(count: int, dag_bag: Any, system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part tells what it did; what is too old goes, and the counts of lake and index say so."""
    ingest(system, count, published="2020-01-05")
    young = [{"id": f"{town} now", "text": story(f"Port {town}")} for town in TOWNS[:count]]
    write_lines(system / "young.jsonl", [*young, {"id": "broken", "text": 7}])
    monkeypatch.setenv("BROADSHEET_INDEX__RETAIN_DAYS", "100")
    dag = dag_bag.dags["upkeep"]
    only_told = run_dag(dag, {"dry_run": True})
    assert (only_told.state, told(only_told, "retention")["articles"], total()) == ("success", count, 2 * count)
    run = run_dag(dag)
    assert {each.task_id: each.state for each in run.get_task_instances() if each.state != "success"} == {}
    assert (told(run, "retention")["articles"], told(run, "recluster")["seen"], total()) == (count, count, count)
    assert told(run, "compare_counts") == {"lake": 2 * count + 1, "indexed": count, "failed": 1, "neither": count}
    assert told(run, "make_snapshot")["whole"] is True
    assert told(run, "verify_lake")["records"] == 2 * count + 1
    assert (told(run, "tell_alerts")["alerts"], told(run, "check_sources")) == (0, {})
