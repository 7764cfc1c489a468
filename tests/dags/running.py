"""Running DAGs by `dag.test()`: where Airflow keeps its things, and what must be left out for it."""

from __future__ import annotations

import atexit
import copy
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HOME = Path(tempfile.mkdtemp(prefix="broadsheet-airflow-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

# Two groups, as a catalogue declares them; the DAGs of all tests are made with it.
GROUPS = """
[[group]]
name = "hourly"
schedule = "5 * * * *"
description = "The wires, at five past"

[[group]]
name = "nightly-papers"
schedule = "30 3 * * mon-fri"
"""

# Warnings that Airflow 3.3 itself sets off; none of them is about what a DAG of ours does.
AIRFLOWS_OWN = [
    # svcs, which its in-process API stands on, imports Starlette's test client.
    "ignore:Using `httpx` with `starlette.testclient`:starlette.exceptions.StarletteDeprecationWarning",
]
IGNORED = [pytest.mark.filterwarnings(entry) for entry in AIRFLOWS_OWN]


def run_dag(dag: Any, conf: dict[str, Any] | None = None) -> Any:
    """Run a DAG once and give the run; without retries, which would be waited for, and without its deadline.

    `dag.test()` of Airflow 3.3 ends in an error where a DAG has a deadline, and leaves a run's parameters with the DAG.
    """
    params = [(each, copy.deepcopy(each.params)) for each in (dag, *dag.tasks)]
    options = [task.partial_kwargs if task.is_mapped else vars(task) for task in dag.tasks]
    retries, late = [each["retries"] for each in options], dag.deadline
    dag.deadline = None
    for each in options:
        each["retries"] = 0
    try:
        return dag.test(run_conf=conf or {})
    finally:
        dag.deadline = late
        for each, kept in params:
            each.params = kept
        for each, kept in zip(options, retries, strict=True):
            each["retries"] = kept


def told(run: Any, task_id: str) -> Any:
    """Give what a task gave."""
    return run.get_task_instance(task_id).xcom_pull(task_ids=task_id)
