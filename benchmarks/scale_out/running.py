"""A system that `make up` started, and what a person with a browser, a file manager and a shell does with it."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from ingest import jobs
from ingest.settings import Settings
from services import system
from services.layout import System, read_system

PATIENCE_SECONDS = 600.0
PAGE = 100


@contextmanager
def running_system(
    folder: Path, *, executor: str = "LocalExecutor", extras: tuple[str, ...] = (), tls: bool = False
) -> Iterator[Running]:
    """Bring a system up by the code of `make up`, and take it down."""
    folder.chmod(0o755)  # the services' user must come through
    system.bring_up(folder, executor=executor, extras=extras, tls=tls)
    try:
        with closing(Running(folder)) as opened:
            yield opened
    finally:
        system.take_down(folder)


class Running:
    """A running system, and what a person with a browser and a file manager does with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.system: System = read_system(folder)
        self.api = httpx.Client(base_url=self.system.url("api"), timeout=30, trust_env=False)
        self.airflow = self.open_airflow()
        self.enter()

    def open_airflow(self) -> httpx.Client:
        """Give a client of Airflow's API that trusts the system's authority of today."""
        trusted = ssl.create_default_context(cafile=str(self.system.certificates / "ca.crt"))
        return httpx.Client(base_url=self.system.url("airflow"), verify=trusted, timeout=30, trust_env=False)

    def enter(self) -> None:
        """Log in with the secrets of today."""
        self.system = read_system(self.folder)
        self.airflow.close()
        self.airflow = self.open_airflow()
        token = self.log_in(self.system.secrets["airflow"]).json()["access_token"]
        self.airflow.headers["Authorization"] = f"Bearer {token}"

    def log_in(self, password: str) -> httpx.Response:
        """Ask Airflow for a token."""
        return self.airflow.post("/auth/token", json={"username": "admin", "password": password})

    def close(self) -> None:
        """Close the connections."""
        self.api.close()
        self.airflow.close()

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask Airflow's API."""
        answer = self.airflow.request(method, f"/api/v2{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def unpause(self, dag_id: str) -> None:
        """Let a DAG run."""
        wait_for(lambda: self.airflow.get(f"/api/v2/dags/{dag_id}").is_success, f"{dag_id} was never read")
        self.ask("PATCH", f"/dags/{dag_id}", {"is_paused": False})

    def trigger(self, dag_id: str, conf: dict[str, Any] | None = None) -> str:
        """Start a run by hand, with parameters where they are said."""
        asked = {"logical_date": None, "conf": conf or {}}
        return str(self.ask("POST", f"/dags/{dag_id}/dagRuns", asked)["dag_run_id"])

    def runs(self, dag_id: str = "ingest_articles") -> list[dict[str, Any]]:
        """List a DAG's runs."""
        return list(self.ask("GET", f"/dags/{dag_id}/dagRuns?limit=100")["dag_runs"])

    def tasks(self, run_id: str) -> list[dict[str, Any]]:
        """List the tasks of a run of the main job."""
        return list(self.ask("GET", f"/dags/ingest_articles/dagRuns/{run_id}/taskInstances")["task_instances"])

    def wait_until_idle(self) -> None:
        """Wait until no run of the main job is at work or waits."""
        wait_for(lambda: all(run["state"] in {"success", "failed"} for run in self.runs()), "a run does not end")

    def drop(self, name: str, lines: list[dict[str, str]]) -> None:
        """Put a file into the drop folder as one should: under another name first."""
        scratch = self.system.drop / f".{name}"
        scratch.write_text("".join(json.dumps(line) + "\n" for line in lines))
        scratch.rename(self.system.drop / name)

    def total(self, word: str) -> int:
        """Count the articles that the search API finds."""
        answer = self.api.get("/v1/articles", params={"q": word, "duplicates": "show"})
        return int(answer.json()["total"]) if answer.is_success else -1

    def settings(self) -> Settings:
        """Give the settings of the command line."""
        lines = (self.folder / "broadsheet.env").read_text().splitlines()
        return Settings.load(environment=dict(line.split("=", 1) for line in lines))

    def process(self, name: str) -> int:
        """Give a service's process."""
        (found,) = [each for each in system.read_state(self.folder)["services"] if each["name"] == name]
        return int(found["pid"])

    def index_health(self, **headers: str) -> int:
        """Ask Elasticsearch itself; give its status code."""
        context = ssl.create_default_context(cafile=str(self.system.certificates / "ca.crt"))
        with httpx.Client(verify=context, trust_env=False) as client:
            return client.get(f"{self.system.url('elasticsearch')}/_cluster/health", headers=headers).status_code

    def total_shown(self) -> int:
        """Count all articles that the search API finds."""
        return int(self.api.get("/v1/articles", params={"duplicates": "show"}).json()["total"])

    def wait_for_books(self, name: str, count: int) -> None:
        """Wait until the record of a run of the main job says that so many documents came to this end."""
        wait_for(
            lambda: any(
                run["command"] == "batches" and (run["books"] or {}).get(name) == count
                for run in jobs.list_runs(self.settings())
            ),
            f"no run says {name}: {count}",
        )

    def wait_for_task(self, task_id: str, count: int = 1) -> None:
        """Wait until so many instances of a task of the main job are at work."""
        wait_for(
            lambda: (
                [each["task_id"] for each in self.all_tasks() if each["state"] == "running"].count(task_id) >= count
            ),
            f"{task_id} was not seen at work",
        )

    def all_tasks(self) -> list[dict[str, Any]]:
        """List the tasks of all runs of the main job."""
        return [each for run in self.runs() for each in self.tasks(run["dag_run_id"])]

    def list_tasks(self) -> Iterator[dict[str, Any]]:
        """Yield the task instances of all DAGs."""
        return self._list("/dags/~/dagRuns/~/taskInstances", "task_instances")

    def list_handed_over(self) -> Iterator[Any]:
        """Yield what tasks of all DAGs gave to others."""
        for each in self._list("/dags/~/dagRuns/~/taskInstances/~/xcomEntries", "xcom_entries"):
            run, task, key = (quote(each[name], safe="") for name in ("run_id", "task_id", "key"))
            path = f"/dags/{each['dag_id']}/dagRuns/{run}/taskInstances/{task}/xcomEntries/{key}"
            yield self.ask("GET", f"{path}?map_index={each['map_index']}")["value"]

    def _list(self, path: str, name: str) -> Iterator[dict[str, Any]]:
        """Yield all that Airflow's API lists, page by page."""
        seen, total = 0, 1
        while seen < total:
            answer = self.ask("GET", f"{path}?limit={PAGE}&offset={seen}")
            yield from answer[name]
            seen, total = seen + PAGE, answer["total_entries"]

    def workers(self) -> list[str]:
        """Name the Celery workers that did tasks, by what their logs say."""
        logs = {path.stem: path.read_text(errors="replace") for path in self.system.logs.glob("worker-*.log")}
        return sorted(name for name, text in logs.items() if " succeeded in " in text)

    def seconds_of(self, run: dict[str, Any]) -> float:
        """Give how long a run took."""
        start, end = (datetime.fromisoformat(run[name]) for name in ("start_date", "end_date"))
        return (end - start).total_seconds()


def wait_for(holds: Callable[[], bool], otherwise: str) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.5)
