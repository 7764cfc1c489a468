"""Runs of the DAGs that collect, by `dag.test()`: over no, one and many sources, in a group and in none."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from ingest import jobs
from ingest.errors import SourcesBroken
from ingest.jobs.flags import load_settings
from tests.dags.running import GROUPS, IGNORED, run_dag, told

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.usefixtures("metadata_database", "system"),
    *IGNORED,
]

STORY = "The swing bridge at {town} stayed open on Monday, and the mayor walked home along the towpath. " * 6


def declare_sources(folder: Path, monkeypatch: pytest.MonkeyPatch, towns: list[str], group: str = "") -> None:
    """Add folders of files to a catalogue with the groups of the DAGs, a source each."""
    catalogue = folder / "sources.toml"
    entries = [catalogue.read_text() if catalogue.exists() else GROUPS]
    for town in towns:
        (folder / town).mkdir()
        (folder / town / "story.txt").write_text(STORY.format(town=town))
        said = f'group = "{group}"\n' if group else ""
        entries.append(f'[[source]]\nname = "{town}"\nkind = "files"\npath = "{folder / town}"\n{said}')
    (folder / "sources.toml").write_text("\n".join(entries))
    monkeypatch.setenv("BROADSHEET_SOURCES__FILE", str(folder / "sources.toml"))


def test_no_source_is_due(dag_bag: Any, system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most runs find nothing to do, and nothing is announced."""
    declare_sources(system, monkeypatch, [])
    assert run_dag(dag_bag.dags["collect_sources"]).state == "success"
    assert list((system / "drop").iterdir()) == []


@pytest.mark.parametrize("dag_id", ["collect_sources", "collect_sources_hourly"], ids=["no group", "a group"])
@pytest.mark.parametrize("towns", [["Orrin"], ["Orrin", "Vaila", "Skerry"]], ids=["one", "many"])
def test_sources_are_collected_and_then_ingested(
    towns: list[str], dag_id: str, dag_bag: Any, system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one DAG collects waits for the other, which indexes it; nothing is due again at once."""
    declare_sources(system, monkeypatch, towns, dag_id.removeprefix("collect_sources").removeprefix("_"))
    run = run_dag(dag_bag.dags[dag_id])
    assert run.state == "success"
    assert announced(run) == len(towns)
    tickets = list((system / "drop").iterdir())
    assert len([reference for ticket in tickets for reference in json.loads(ticket.read_text())]) == len(towns)
    ingested = run_dag(dag_bag.dags["ingest_articles"])
    assert ingested.state == "success"
    assert told(ingested, "publish")["indexed"] == len(towns)
    assert jobs.search([("duplicates", "show")], load_settings(None))["total"] == len(towns)
    assert list((system / "drop").glob("*.batches")) == []
    again = run_dag(dag_bag.dags[dag_id])
    assert (again.state, announced(again)) == ("success", 0)


def test_a_group_looks_at_its_own_sources_alone(dag_bag: Any, system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A group without sources finds nothing; each of the others takes its own, and what is named, of any group."""
    declare_sources(system, monkeypatch, ["Orrin", "Vaila"])
    declare_sources(system, monkeypatch, ["Skerry"], "hourly")
    assert announced(run_dag(dag_bag.dags["collect_sources_nightly-papers"])) == 0
    assert announced(run_dag(dag_bag.dags["collect_sources_hourly"])) == 1
    assert {line["name"] for line in jobs.source_health(load_settings(None)) if line["polls"]} == {"Skerry"}
    assert announced(run_dag(dag_bag.dags["collect_sources_nightly-papers"], {"sources": ["Vaila"]})) == 1
    assert announced(run_dag(dag_bag.dags["collect_sources"])) == 1
    assert {line["name"]: line["polls"] for line in jobs.source_health(load_settings(None))} == {
        "Orrin": 1,
        "Vaila": 1,
        "Skerry": 1,
    }


def test_runs_of_two_dags_at_the_same_minute_keep_what_each_collected(
    dag_bag: Any, system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Airflow names a run by its time alone: two DAGs of one minute have runs of one name, and one drop folder."""
    declare_sources(system, monkeypatch, ["Orrin"])
    declare_sources(system, monkeypatch, ["Skerry"], "hourly")
    monkeypatch.setattr("ingest.jobs.collecting.choose_pool", lambda source, name, pools: pools[0])
    name = "manual__2026-11-27T15:05:00+00:00"
    monkeypatch.setattr("airflow.models.dagrun.DagRun.generate_run_id", staticmethod(lambda **_: name))
    runs = [run_dag(dag_bag.dags[each]) for each in ("collect_sources", "collect_sources_hourly")]
    assert [run.run_id for run in runs] == [name, name]
    tickets = [json.loads(path.read_text()) for path in (system / "drop").iterdir()]
    assert [len(references) for references in tickets] == [1, 1]
    assert tickets[0] != tickets[1]


def test_a_catalogue_that_cannot_be_read_fails_what_needs_it(
    dag_bag: Any, system: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A run that found nothing and a run that could not look must not look alike; the log says where the fault is."""
    declare_sources(system, monkeypatch, ["Orrin"])
    with (system / "sources.toml").open("a") as catalogue:
        catalogue.write('groop = "hourly"\n')
    with caplog.at_level(logging.ERROR, logger="broadsheet.dags"):
        assert run_dag(dag_bag.dags["collect_sources"]).state == "failed"
    assert "sources.toml: source 1 (Orrin): unknown key 'groop'; did you mean group?" in caplog.text


def announced(run: Any) -> int:
    """Count the batches that the pools' tasks told of."""
    tasks = [each.task_id for each in run.get_task_instances() if each.task_id.endswith(".announce")]
    assert len(tasks) > 1
    return sum(books["batches"] for each in tasks if (books := told(run, each)))


def test_named_source_is_looked_at_though_it_is_not_due(
    dag_bag: Any, system: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who asks for a source now means now; one that is in no catalogue fails alone."""
    declare_sources(system, monkeypatch, ["Orrin", "Vaila"])
    run = run_dag(dag_bag.dags["collect_sources"], {"sources": ["Vaila", "Nowhere"]})
    collected = [each.state for each in run.get_task_instances() if each.task_id.endswith(".collect")]
    assert sorted(state for state in collected if state != "skipped") == ["failed", "success"]
    assert announced(run) == 1
    assert run_dag(dag_bag.dags["collect_sources"], {"sources": ["Nowhere"]}).state == "failed"


def test_a_broken_source_is_told(system: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads the failed task knows which source it is, and why; its neighbours are not named."""
    declare_sources(system, monkeypatch, ["Orrin", "Vaila"])
    monkeypatch.setenv("BROADSHEET_SOURCES__POLL__BROKEN_SCORE", "0.4")
    (system / "Vaila" / "story.txt").unlink()
    (system / "Vaila").rmdir()
    for name in ("Orrin", "Vaila"):
        jobs.collect(name, "run-1")
    with pytest.raises(SourcesBroken, match=r"^1 of 2 sources: Vaila \(.+\)$"):
        jobs.assert_sources_well()
    (system / "Vaila").mkdir()
    (system / "Vaila" / "story.txt").write_text(STORY.format(town="Vaila"))
    jobs.collect("Vaila", "run-2")
    assert jobs.assert_sources_well() == {"working": 2}


def test_announcing_twice_is_announcing_once(tmp_path: Path) -> None:
    """A retried task leaves one ticket, and none where there is nothing."""
    assert jobs.announce_batches(str(tmp_path / "drop"), "run-1", [])["batches"] == 0
    for _ in range(2):
        jobs.announce_batches(str(tmp_path / "drop"), "run-1", ["lake/a", "lake/b"])
    (ticket,) = (tmp_path / "drop").iterdir()
    assert json.loads(ticket.read_text()) == ["lake/a", "lake/b"]
