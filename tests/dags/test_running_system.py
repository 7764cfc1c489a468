"""The whole system as `make up` starts it: a file dropped in is found over the API, whatever dies in between."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from sqlalchemy import text

from benchmarks.scale_out.running import Running, running_system, wait_for
from ingest import jobs
from services import postgres, system
from services.airflow import SERVERS
from services.failure import ServiceError
from services.layout import System
from tests.dags.keeping import Kept, assert_kept, note_down, open_database, read_connection
from tests.docs.procedures import follow
from tests.services.compose_files import read_services

TOWNS = ("Orrin", "Vaila", "Skerry", "Hale", "Tarn", "Ormsay")
SENTENCES = 40

pytestmark = [pytest.mark.airflow, pytest.mark.elasticsearch, pytest.mark.slow, pytest.mark.timeout(900)]


def stories(word: str, count: int) -> list[dict[str, str]]:
    """Write articles of which no two are near-duplicates, each with a word of its own lot."""
    return [
        {"text": story(word, number), "url": f"https://courier.example/{word}/{number}", "publisher": "Courier"}
        for number in range(count)
    ]


def story(word: str, number: int) -> str:
    """Write one."""
    town = TOWNS[number % len(TOWNS)]
    lines = (
        f"{town} heard {word} and number {number * 1000 + line} of {line} in the yard." for line in range(SENTENCES)
    )
    return f"{word} comes to {town} for the {number}th time\n\n" + " ".join(lines)


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """Bring a system up where `make up` does, below a working folder, and take it down."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-system-") as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_VAR_BROADSHEET_RETRY_SECONDS", "2")
        Path(home).chmod(0o755)
        folder = Path(home) / system.FOLDER
        folder.mkdir(parents=True)
        with running_system(folder, tls=True) as opened:
            yield opened


@pytest.fixture
def home(running: Running, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in the folder where operators give the commands of the page."""
    place = running.folder.parents[1]
    monkeypatch.chdir(place)
    return place


@pytest.fixture(scope="module")
def kept(running: Running) -> Kept:
    """Fill the running system with something of everything, and note what it holds."""
    return note_down(running)


def test_up_is_well_and_locked(running: Running, capsys: pytest.CaptureFixture[str]) -> None:
    """Every service says that it is well; without a key nobody reads the index, and the API's key writes no article."""
    assert system.print_status(running.folder) == 0
    assert capsys.readouterr().out.count("healthy") == 7
    assert running.index_health() == 401
    key = (running.folder / "keys" / "search" / "api.key").read_text().strip()
    assert running.index_health(Authorization=f"ApiKey {key}") == 200
    assert running.index_health(Authorization="Basic " + base64.b64encode(b"elastic:changeme").decode()) == 401
    context = ssl.create_default_context(cafile=str(running.system.certificates / "ca.crt"))
    with httpx.Client(verify=context, trust_env=False) as client:
        answer = client.put(
            f"{running.system.url('elasticsearch')}/articles-write/_doc/x",
            json={"id": "x"},
            headers={"Authorization": f"ApiKey {key}"},
        )
    assert answer.status_code == 403


@pytest.mark.parametrize("name", [f"airflow-{name}" for name in SERVERS] + ["api"])
def test_health_checks_of_the_containers_hold_here(running: Running, name: str) -> None:
    """What an engine would ask in a container is asked of the same programs, with the same words."""
    place = running.system.url("api" if name == "api" else "airflow")
    program = re.sub(r"https?://[\w-]+:\d+", place, read_services()[name]["healthcheck"]["test"][1])
    program = program.replace("/data/certificates", str(running.system.certificates))
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    subprocess.run(["sh", "-c", program], env={"PATH": path, "NO_PROXY": "127.0.0.1"}, check=True)


def test_every_secret_is_exchanged_while_all_of_it_runs(running: Running, home: Path) -> None:
    """One command: what opened doors before opens none, and all of it is well with the new ones.

    Keys are the exception: those before work until their holders have started again, and for an hour.
    """
    before, authority = running.system, running.system.certificates / "ca.crt"
    files = [authority, *(running.folder / "keys" / name / "api.key" for name in ("ingest", "search"))]
    held = [path.read_text() for path in files]
    running.ask("POST", "/connections", {"connection_id": "other", "conn_type": "http", "password": "kept"})
    follow("exchange secrets")
    running.enter()
    assert [path.read_text() in held for path in files] == [False] * 3
    assert not set(running.system.secrets.values()) & set(before.secrets.values())
    assert read_connection(running.system, "other") == "kept"
    assert running.log_in(before.secrets["airflow"]).status_code == 401
    assert [running.index_health(Authorization=login(each)) for each in (before, running.system)] == [401, 200]
    with pytest.raises(ServiceError, match="password authentication failed"):
        ask_database(before)
    ask_database(running.system)
    with pytest.raises(ServiceError, match="no encryption"):
        postgres.run_query(replace(postgres.door(running.system), mode="disable"), "SELECT 1;\n")
    for key in (*held[1:], *(path.read_text() for path in files[1:])):
        assert running.index_health(Authorization=f"ApiKey {key.strip()}") == 200
    authority_of_before = running.folder / "before.crt"
    authority_of_before.write_text(held[0])
    with (
        httpx.Client(verify=ssl.create_default_context(cafile=str(authority_of_before)), trust_env=False) as client,
        pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        client.get(running.system.url("elasticsearch"))


def login(told: System) -> str:
    """Give the header of the user `elastic`."""
    return "Basic " + base64.b64encode(f"elastic:{told.secrets['elastic']}".encode()).decode()


def ask_database(told: System) -> None:
    """Ask Airflow's database for nothing; raise ServiceError where it lets nobody in."""
    postgres.run_query(postgres.door(told), "SELECT 1;\n")


def test_a_dropped_file_is_found_over_the_api(running: Running) -> None:
    """With no hand in between: the folder is watched, the run starts, the books balance, the article is there."""
    running.unpause("ingest_articles")
    running.drop("first.jsonl", stories("kestrel", 3))
    wait_for(lambda: running.total("kestrel") == 3, "the dropped articles are not found")
    running.wait_until_idle()
    recorded = [run for run in jobs.list_runs(running.settings()) if (run["books"] or {}).get("indexed") == 3]
    assert [run["state"] for run in recorded] == ["done"]
    assert {name: stage["kept"] for name, stage in recorded[0]["books"]["stages"].items()}["index"] == 3
    assert "balanced" in running.api.get("/operations").raise_for_status().text
    assert list(running.system.drop.glob("*.jsonl")) == []
    told = running.api.get("/metrics").text  # by the key that reads alone, of what tasks did
    assert [told.count(f'broadsheet_system_unread{{part="{part}"}} 0.0') for part in ("runs", "sources", "lake")] == [
        1
    ] * 3
    assert 'broadsheet_run_ended_timestamp_seconds{command="batches",state="done"}' in told


def test_a_group_of_sources_has_a_dag_while_the_catalogue_says_so(running: Running) -> None:
    """It comes with the catalogue, and brings what its sources have; where the catalogue breaks, the page says why."""
    folder = running.folder / "wires"
    folder.mkdir()
    (folder / "wire.txt").write_text(story("petrel", 1))
    running.system.catalogue.write_text(
        '[[group]]\nname = "wires"\nschedule = "0 5 * * *"\n'
        f'[[source]]\nname = "wire"\nkind = "files"\npath = "{folder}"\ngroup = "wires"\n'
    )
    for name in ("collect_sources", "collect_sources_wires"):
        running.unpause(name)
    run_id = running.trigger("collect_sources_wires")
    wait_for(lambda: running.total("petrel") == 1, "what the group's source holds is not found")
    wait_for(lambda: state_of(running, "collect_sources_wires", run_id) == "success", "the run does not end well")
    running.wait_until_idle()
    running.system.catalogue.write_text('[[group]]\nname = "wires"\nschedule = "every morning"\n')
    wait_for(lambda: bool(told_of(running)), "no import error was told")
    (told,) = told_of(running)
    assert "sources.toml: group 1 (wires): schedule: 'every morning' is no cron expression" in told
    assert running.ask("GET", "/dags/collect_sources")["has_import_errors"] is False
    broken = running.trigger("collect_sources")
    wait_for(lambda: state_of(running, "collect_sources", broken) == "failed", "a run that cannot look is none")
    running.system.catalogue.unlink()
    wait_for(lambda: not told_of(running), "the import error outlives its reason")


def state_of(running: Running, dag_id: str, run_id: str) -> str:
    """Give the state of a run."""
    (run,) = [run for run in running.runs(dag_id) if run["dag_run_id"] == run_id]
    return str(run["state"])


def told_of(running: Running) -> list[str]:
    """List Airflow's import errors."""
    return [each["stack_trace"] for each in running.ask("GET", "/importErrors")["import_errors"]]


def test_documents_are_reprocessed_by_rest(running: Running) -> None:
    """A run without a date takes what its parameters name, and its log can be read; with nothing named it fails."""
    running.unpause("reprocess")
    recorded = jobs.list_runs(running.settings())
    (batches,) = [run["run_id"] for run in recorded if (run["books"] or {}).get("indexed") == 3]
    named, nothing = running.trigger("reprocess", {"run": batches}), running.trigger("reprocess", {})
    wait_for(lambda: state_of(running, "reprocess", nothing) == "failed", "nobody refuses to replay the whole lake")
    wait_for(lambda: state_of(running, "reprocess", named) == "success", "nothing is reprocessed")
    task = f"/dags/reprocess/dagRuns/{named}/taskInstances/reprocess"
    books = running.ask("GET", f"{task}/xcomEntries/return_value")["value"]
    assert (books["run"], books["seen"], books["unchanged"]) == (batches, 3, 3)
    assert json.dumps(running.ask("GET", f"{task}/logs/1")).count("document unchanged") == 3


def test_two_runs_at_once(running: Running) -> None:
    """Two triggers by REST, and the command line with the same documents beside them, leave what one run leaves."""
    lot = stories("gannet", 6)
    running.drop("again.jsonl", lot)
    started = [running.trigger("ingest_articles") for _ in range(2)]
    beside = running.folder / "beside.jsonl"
    beside.write_text("".join(json.dumps(line) + "\n" for line in lot))
    jobs.ingest([str(beside)], running.settings())
    wait_for(lambda: running.total("gannet") == 6, "the articles are not found")
    running.wait_until_idle()
    states = {run["dag_run_id"]: run["state"] for run in running.runs()}
    assert {states[run_id] for run_id in started} == {"success"}
    again = jobs.ingest([str(beside)], running.settings())
    assert (again.outcomes["unchanged"], running.total("gannet")) == (6, 6)


def test_a_killed_task_and_a_killed_index(running: Running) -> None:
    """A task killed outright is tried again; an index that dies and comes back is waited for; nothing is lost."""
    earlier = {run["dag_run_id"] for run in running.runs()}
    running.drop("many.jsonl", stories("fulmar", 40))
    killed: set[str] = set()
    wait_for(
        lambda: kill_until_tried_again(running, earlier, killed), "no task was seen at work, or none is tried again"
    )
    wait_for(lambda: running.total("fulmar") == 40, "articles were lost")
    running.wait_until_idle()
    told = count_waits(running)
    running.drop("more.jsonl", stories("skua", 40))
    wait_for(lambda: any(is_at_work(each) for each in running.all_tasks()), "no task was seen at work")
    before = running.process("elasticsearch")
    os.killpg(before, signal.SIGKILL)
    wait_for(lambda: running.process("elasticsearch") != before, "the index was not started again")
    wait_for(lambda: running.total("skua") == 40, "articles were lost")
    running.wait_until_idle()
    assert count_waits(running) > told
    failed = [run["dag_run_id"] for run in running.runs() if run["state"] == "failed"]
    names = ("task_id", "map_index", "state", "try_number")
    assert failed == [], [[each[name] for name in names] for each in running.tasks(failed[0])]


def is_at_work(task: dict[str, Any]) -> bool:
    """Tell whether a task with a batch is at work, all of which need the index."""
    return task["task_id"] in {"clean", "deduplicate", "enrich", "index"} and task["state"] == "running"


def count_waits(running: Running) -> int:
    """Count what tasks told of an index that did not answer, and was asked again."""
    return sum(path.read_text(errors="replace").count("; trying again in") for path in logs(running))


def kill_until_tried_again(running: Running, earlier: set[str], killed: set[str]) -> bool:
    """Tell whether a task of a later run is tried again; else kill one at work, unless a killed one is not missed yet.

    What had told of its end before it died is not repeated: then another one is killed.
    """
    runs = {run["dag_run_id"] for run in running.runs()} - earlier
    tasks = [each for run_id in runs for each in running.tasks(run_id)]
    if any(each["state"] == "up_for_retry" or each["try_number"] > 1 for each in tasks):
        return True
    at_work = {each["id"] for each in tasks if each["state"] == "running"}
    if not at_work & killed:
        killed.update(id_ for id_ in at_work if kill_task(running.folder, id_))
    return False


def kill_task(folder: Path, task: str) -> bool:
    """Kill a task outright, as the kernel does for want of memory; tell whether it was found.

    Airflow names the process of a task by the id of that try.
    """
    for pid in descendants(folder):
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            if " ".join(process.cmdline()).startswith(f"airflow worker -- {task}"):
                process.kill()
                return True
    return False


def test_a_late_run_is_told(running: Running) -> None:
    """The scheduler sees that a run is over its deadline, and the triggerer says so where its owner reads it."""
    wait_for(lambda: running.airflow.get("/api/v2/dags/replay_quarantine").is_success, "the DAG was never read")
    run_id = running.trigger("replay_quarantine")  # its DAG is paused, so that the run waits
    database = open_database(running.system)
    with database.begin() as connection:
        late = (
            "UPDATE deadline SET deadline_time = now() - interval '1 minute' FROM dag_run"
            " WHERE dag_run.id = deadline.dagrun_id AND dag_run.run_id = :run_id AND NOT missed"
        )
        assert connection.execute(text(late), {"run_id": run_id}).rowcount == 1
    database.dispose()
    message = "replay_quarantine: a run has not ended within 4 hours of being queued"
    wait_for(lambda: any(message in log.read_text(errors="replace") for log in logs(running)), "nobody was told")


def logs(running: Running) -> list[Path]:
    """List all logs, of services and of tasks."""
    return [path for name in ("logs", "airflow/logs") for path in (running.folder / name).rglob("*") if path.is_file()]


def test_secrets_stand_nowhere(running: Running) -> None:
    """Whoever reads logs, what tasks hand over, or the rendered fields of tasks must not be able to log in."""
    keys = [path.read_text().strip() for path in (running.folder / "keys").glob("*/api.key")]
    secrets = [*running.system.secrets.values(), *keys]
    told = {str(path): path.read_text(errors="replace") for path in logs(running)}
    rendered = {each["id"]: json.dumps(each["rendered_fields"]) for each in running.list_tasks()}
    handed = {f"{number}": json.dumps(each) for number, each in enumerate(running.list_handed_over())}
    # What they are looked for in is not empty.
    assert any("/handover/" in each for each in handed.values())
    assert any(str(running.system.drop) in each for each in rendered.values())
    for place, content in {**told, **rendered, **handed}.items():
        assert [secret for secret in secrets if secret in content] == [], place


def test_down_ends_what_up_started_and_nothing_else(running: Running, tmp_path: Path, home: Path, kept: Kept) -> None:
    """What was started is gone to the last process; what else runs still does, if it looks like a service of ours."""
    program = Path(running.system.certificates.parent / "api-of-another")
    program.symlink_to(sys.executable)
    sleeping = [str(program), "-c", "import time; time.sleep(600)", "serve", "--port", str(running.system.ports["api"])]
    with subprocess.Popen(sleeping, cwd=running.folder, start_new_session=True) as stranger:
        mine = descendants(running.folder)
        assert len(mine) > len(system.read_state(running.folder)["services"])
        started, asked, stopped = follow("start, ask, stop").values()
        assert started.startswith(asked)
        assert stopped == "stopped\n"
        assert [pid for pid in mine if is_alive(pid)] == []
        assert stranger.poll() is None
        stranger.kill()
    assert system.main(["status", "--folder", str(running.folder)]) == 3


def is_alive(pid: int) -> bool:
    """Tell whether a process runs."""
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def test_all_of_it_is_backed_up_and_restored_elsewhere(
    running: Running, home: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On another machine, from the copy alone: every document, decision and byte, Airflow's past, and all keys."""
    follow("back up all")
    with tempfile.TemporaryDirectory(prefix="broadsheet-elsewhere-") as name:
        elsewhere = Path(name)
        elsewhere.chmod(0o755)
        shutil.move("backup", elsewhere)
        shutil.rmtree(".broadsheet")
        monkeypatch.chdir(elsewhere)
        try:
            follow("restore all")
            with contextlib.closing(Running(elsewhere / system.FOLDER)) as moved:
                assert_kept(kept, moved)
        finally:
            system.take_down(elsewhere / system.FOLDER)


def descendants(folder: Path) -> set[int]:
    """List the processes of a system."""
    held = json.loads((folder / "supervisor.json").read_text())
    owner = psutil.Process(held["pid"])
    return {owner.pid, *(child.pid for child in owner.children(recursive=True))}
