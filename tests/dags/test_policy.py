"""What holds for every DAG: what it imports and how fast, its policy, its documentation, its serialised form."""

from __future__ import annotations

import ast
import asyncio
import json
import logging
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from ingest.errors import SettingsError
from ingest.sources.cron import read_cron
from tests.dags.running import IGNORED, ROOT

pytestmark = [pytest.mark.airflow, *IGNORED]

SHARED = ("policy.py", "triggers.py")
FILES = sorted(path for path in (ROOT / "dags").glob("*.py") if path.name not in SHARED)
# `collecting.py` holds what two files make DAGs of: its own for the sources in no group, and one for each group.
MAKERS = {"collect_sources": "collecting", "collect_groups": "collecting"}
GROUP_DAGS = ["collect_sources_hourly", "collect_sources_nightly-papers"]
DAGS = [path.stem for path in FILES if path.stem not in {"collecting", "collect_groups"}] + GROUP_DAGS
MOST_SECONDS = 1.0


def bodies(file: Path) -> dict[str, ast.FunctionDef]:
    """Give the functions within the DAG of a file, which are its tasks."""
    blocks = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.With) and makes_dag(node)]
    (block,) = blocks
    return {node.name: node for node in block.body if isinstance(node, ast.FunctionDef)}


def makes_dag(block: ast.With) -> bool:
    """Tell whether a block is that of a DAG."""
    (made,) = [item.context_expr for item in block.items]
    return isinstance(made, ast.Call) and isinstance(made.func, ast.Name) and made.func.id == "DAG"


def file_of(dag: Any) -> Path:
    """Give the file that the tasks of a DAG are written in."""
    stem = Path(dag.fileloc).stem
    return ROOT / "dags" / f"{MAKERS.get(stem, stem)}.py"


def test_each_file_is_a_dag_of_its_name(dag_bag: Any) -> None:
    """Who looks for a DAG looks for its file; groups have theirs from the catalogue."""
    assert sorted(dag_bag.dags) == sorted(DAGS)
    assert {
        "ingest_articles",
        "collect_sources",
        "replay_quarantine",
        "reprocess",
        "upkeep",
        "reindex_articles",
    } <= set(DAGS)
    files = {name: Path(dag.fileloc).stem for name, dag in dag_bag.dags.items()}
    assert files == {name: "collect_groups" if name in GROUP_DAGS else name for name in DAGS}


@pytest.mark.parametrize("file", FILES, ids=[path.stem for path in FILES])
def test_imports_airflow_and_the_jobs_alone(file: Path) -> None:
    """A DAG that reaches past the jobs does work that the command line then does otherwise."""
    imports = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {getattr(node, "module", None) or node.names[0].name for node in imports}
    outside = {module for module in modules if module.split(".")[0] not in sys.stdlib_module_names}
    assert {module.split(".")[0] for module in outside} <= {"airflow", "dags", "ingest"}
    ours = [node for node in imports if getattr(node, "module", "").split(".")[0] == "ingest"]
    assert {name.name for node in ours for name in node.names} <= {"jobs"}
    assert {node.module for node in ours if isinstance(node, ast.ImportFrom)} <= {"ingest"}
    assert ours or file.stem in MAKERS


@pytest.mark.parametrize("name", DAGS)
def test_each_body_is_one_call(name: str, dag_bag: Any) -> None:
    """Logic in a task body is logic that no unit test reaches."""
    functions = bodies(file_of(dag_bag.dags[name]))
    assert set(functions) == {task_id.split(".")[-1] for task_id in dag_bag.dags[name].task_ids}
    for function in functions.values():
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and is_job(node)]
        assert len(calls) == 1, function.name
        assert len(function.body) <= 4
        assert not [node for node in ast.walk(function) if isinstance(node, ast.If | ast.For | ast.While | ast.Try)]


def is_job(call: ast.Call) -> bool:
    """Tell whether a call is one of a job."""
    function = call.func
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "jobs"


def test_files_are_imported_within_a_second(tmp_path: Path) -> None:
    """The DAG processor imports each file again and again; work at the top level holds up all the others.

    With a catalogue of 20 groups and 2,000 sources; the file that reads it is first, and pays for all imports.
    """
    groups = [f'[[group]]\nname = "g{number}"\nschedule = "{number} * * * *"\n' for number in range(20)]
    sources = [
        f'[[source]]\nname = "s{number}"\nkind = "feed"\nurl = "https://s{number}.example/"\ngroup = "g{number % 20}"\n'
        for number in range(2_000)
    ]
    (tmp_path / "sources.toml").write_text("".join([*groups, *sources]))
    program = (
        "import sys, time, importlib.util as u\n"
        "from airflow.sdk import DAG\n"
        "import airflow.triggers.base, ingest.jobs\n"
        "for file in sys.argv[1:]:\n"
        "    start = time.process_time()\n"
        "    spec = u.spec_from_file_location('dag_file', file)\n"
        "    spec.loader.exec_module(u.module_from_spec(spec))\n"
        "    print(time.process_time() - start)\n"
    )
    files = sorted(FILES, key=lambda file: file.stem != "collect_groups")
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, files)],
        cwd=ROOT,
        env={**os.environ, "BROADSHEET_SOURCES__FILE": str(tmp_path / "sources.toml")},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = dict(zip([file.stem for file in files], map(float, done.stdout.split()), strict=True))
    assert {name: spent for name, spent in seconds.items() if spent >= MOST_SECONDS} == {}


@pytest.mark.parametrize("name", DAGS)
def test_policy(name: str, dag_bag: Any) -> None:
    """One run at a time, an owner, a tag to find it by, retries that back off and end, alerts."""
    dag = dag_bag.dags[name]
    assert (dag.max_active_runs, dag.catchup) == (1, False)
    assert "broadsheet" in dag.tags
    assert len(dag.doc_md) > 100
    assert dag.description
    assert dag.deadline is not None
    for task in dag.tasks:
        options = task.partial_kwargs if task.is_mapped else vars(task)
        assert options["owner"] == "broadsheet"
        assert 2 <= options["retries"] <= 5
        assert options["retry_exponential_backoff"] == 2.0
        assert options["on_failure_callback"]
        assert options["retry_policy"] is not None


@pytest.mark.parametrize("name", DAGS)
def test_params_have_schemas_and_help(name: str, dag_bag: Any) -> None:
    """The form of the web page is made of them, and what it does not refuse reaches a job."""
    params = dag_bag.dags[name].params
    for key in params:
        schema = params.get_param(key).schema
        assert schema.get("type"), key
        assert schema.get("title"), key
        assert params.get_param(key).description, key


def test_pools_are_those_that_are_made(dag_bag: Any) -> None:
    """A task in a pool that nobody made waits for ever."""
    made = set(json.loads((ROOT / "dags" / "pools.json").read_text()))
    tasks = [task for dag in dag_bag.dags.values() for task in dag.tasks]
    used = {task.partial_kwargs.get("pool", "default_pool") if task.is_mapped else task.pool for task in tasks}
    assert used - {"default_pool"} == made


@pytest.mark.parametrize("name", ["collect_sources", *GROUP_DAGS])
def test_a_site_is_asked_by_one_task_at_a_time(name: str, dag_bag: Any) -> None:
    """Workers on many machines know nothing of each other: the pool that all sources of a site are in has one slot.

    All DAGs of collecting have the same pools, so that this holds among groups, too.
    """
    pools = json.loads((ROOT / "dags" / "pools.json").read_text())
    collecting = [each for each in dag_bag.dags[name].tasks if each.task_id.endswith(".collect")]
    assert {each.partial_kwargs["pool"]: each.task_id for each in collecting} == {
        pool: f"{pool}.collect" for pool in pools if pool.startswith("hosts-")
    }
    assert {pools[each.partial_kwargs["pool"]]["slots"] for each in collecting} == {1}


def test_groups_have_their_schedules_and_descriptions(dag_bag: Any) -> None:
    """What the catalogue says of a group is what Airflow shows of its DAG, in UTC."""
    dags = [dag_bag.dags[name] for name in ("collect_sources", *GROUP_DAGS)]
    assert [(dag.timetable.expression, str(dag.timetable.timezone)) for dag in dags] == [
        ("*/5 * * * *", "UTC"),
        ("5 * * * *", "UTC"),
        ("30 3 * * mon-fri", "UTC"),
    ]
    assert [dag.description for dag in dags] == [
        "Look at the sources that are due",
        "The wires, at five past",
        "Look at the sources of the group nightly-papers that are due",
    ]


def test_a_catalogue_that_cannot_be_read_is_told_and_costs_the_groups_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Airflow lists why, with the place, where it lists import errors; every other DAG is there."""
    from airflow.dag_processing.dagbag import DagBag

    (tmp_path / "sources.toml").write_text('[[group]]\nname = "hourly"\nschedule = "5 * * *"\n')
    monkeypatch.setenv("BROADSHEET_SOURCES__FILE", str(tmp_path / "sources.toml"))
    bag = DagBag(ROOT / "dags", bundle_name="dags-folder")
    assert sorted(bag.dags) == sorted(set(DAGS) - set(GROUP_DAGS))
    ((file, told),) = bag.import_errors.items()
    assert Path(file).name == "collect_groups.py"
    assert f"{tmp_path / 'sources.toml'}: group 1 (hourly): schedule: '5 * * *' is no cron expression" in told


FIELDS = [
    st.sampled_from(["*", "0", "59", "7,7,21", "*/7", "10-50/15", "0-59", "*/1"]),
    st.sampled_from(["*", "0", "23", "6,18", "*/5", "9-17", "1-20/6"]),
    st.sampled_from(["*", "1", "29", "31", "*/2", "1,15", "10-20/3"]),
    st.sampled_from(["*", "2", "feb", "1-6", "*/3", "jan,jul", "MAR-MAY"]),
    st.sampled_from(["*", "0", "7", "sun", "mon-fri", "1,3", "*/2", "SAT"]),
]

MINUTES = 75 * 366 * 1440
MOMENTS = st.integers(0, MINUTES).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))


@given(st.tuples(*FIELDS).map(" ".join), MOMENTS)
def test_airflow_means_the_same_by_an_expression(expression: str, moment: datetime) -> None:
    """A schedule that the catalogue takes is one that Airflow takes, at the same times."""
    from airflow.sdk import CronTriggerTimetable
    from airflow.serialization.encoders import coerce_to_core_timetable
    from airflow.timetables.base import DataInterval, TimeRestriction
    from pendulum import instance

    try:
        ours = read_cron(expression)
    except SettingsError:
        reject()
    timetable = coerce_to_core_timetable(CronTriggerTimetable(expression, timezone="UTC"))
    timetable.validate()
    following = timetable.next_dagrun_info(
        last_automated_data_interval=DataInterval.exact(instance(moment)),
        restriction=TimeRestriction(earliest=None, latest=None, catchup=True),
    )
    assert following is not None
    assert following.run_after == ours.next_after(moment)


def test_bad_data_and_settings_fail_at_once_and_an_absent_index_is_tried_again(dag_bag: Any) -> None:
    """A retry repairs an absent service; it never repairs a typo."""
    from airflow.sdk import RetryAction

    from ingest import errors

    policy = dag_bag.dags["ingest_articles"].get_task("claim_batches").retry_policy
    kinds = (
        errors.SettingsError,
        errors.CountingLawBroken,
        errors.MalformedInput,
        errors.StorageFull,
        errors.IndexUnavailable,
    )
    assert [policy.evaluate(kind("x"), 1, 5).action for kind in kinds] == [
        RetryAction.FAIL,
        RetryAction.FAIL,
        RetryAction.FAIL,
        RetryAction.RETRY,
        RetryAction.DEFAULT,
    ]


@pytest.mark.parametrize("name", DAGS)
def test_survives_serialisation(name: str, dag_bag: Any) -> None:
    """The scheduler never sees the file, only what its serialised form kept."""
    from airflow.serialization.serialized_objects import DagSerialization

    dag = dag_bag.dags[name]
    restored = DagSerialization.deserialize_dag(json.loads(json.dumps(DagSerialization.serialize_dag(dag))))
    assert {task.task_id: task.upstream_task_ids for task in restored.tasks} == {
        task.task_id: task.upstream_task_ids for task in dag.tasks
    }


def test_connections_become_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The index comes by `elasticsearch_default`, a lake on S3 by `aws_default`."""
    from dags import policy

    assert policy.settings() == {}
    index = {"conn_type": "elasticsearch", "schema": "https", "host": "es", "port": 9200}
    monkeypatch.setenv(
        "AIRFLOW_CONN_ELASTICSEARCH_DEFAULT", json.dumps({**index, "extra": {"api_key_file": "/k", "ca_certs": "/c"}})
    )
    lake = {
        "conn_type": "aws",
        "login": "who",
        "password": "what",
        "extra": {"endpoint_url": "http://s3", "region_name": "north"},
    }
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps(lake))
    assert policy.settings() == {
        "index.url": "https://es:9200",
        "index.api_key_file": "/k",
        "index.ca_certs": "/c",
        "lake.access_key": "who",
        "lake.secret_key": "what",
        "lake.endpoint_url": "http://s3",
        "lake.region": "north",
    }


class Failed:
    """A task instance as a callback sees it."""

    dag_id, task_id, map_index, run_id = "collect_sources", "collect", 3, "manual-1"
    op_kwargs: ClassVar = {"source": "harbour", "run": "manual-1", "secret": "not-to-be-told"}


def test_failure_says_which_source_and_why(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever is woken must know where to look, and log readers must not learn what was handed over."""
    from dags.policy import tell_failure, tell_late

    with caplog.at_level(logging.ERROR, logger="broadsheet.dags"):
        tell_failure({"ti": Failed, "task": Failed, "exception": ValueError("no answer")})
        asyncio.run(tell_late("collect_sources", 1.0, context={}))
    assert "collect[3]" in caplog.text
    assert "harbour" in caplog.text
    assert "no answer" in caplog.text
    assert "within 1.0 hours" in caplog.text
    assert "not-to-be-told" not in caplog.text


def test_folder_trigger_fires_for_what_is_new_and_complete(tmp_path: Path) -> None:
    """What was told of already is claimed or left by a run; a name with a dot is of a file that is still written."""
    from dags.triggers import FolderTrigger

    async def look() -> list[Any]:
        trigger = FolderTrigger(str(tmp_path), poll_seconds=0.01)
        events = trigger.run()
        (tmp_path / ".half").touch()
        first = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0.1)
        assert not first.done()
        (tmp_path / "whole.txt").touch()
        seen = [await first]
        second = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0.1)
        assert not second.done()
        (tmp_path / "next.txt").touch()
        return [*seen, await second]

    assert [event.payload for event in asyncio.run(look())] == [{"files": 1}, {"files": 1}]
