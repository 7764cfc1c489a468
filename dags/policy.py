"""What all DAGs share: how they retry, what the connections stand for, who is told of failures."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow.sdk import Connection, ExceptionRetryPolicy, RetryAction, RetryRule
from airflow.sdk.definitions.callback import AsyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference
from airflow.sdk.exceptions import AirflowNotFoundException

from ingest import jobs

log = logging.getLogger("broadsheet.dags")

DROP_FOLDER = "{{ var.value.get('broadsheet_drop_folder', 'drop') }}"
WATCHED_FOLDER = os.environ.get("AIRFLOW_VAR_BROADSHEET_DROP_FOLDER", "drop")
RETRY_SECONDS = float(os.environ.get("AIRFLOW_VAR_BROADSHEET_RETRY_SECONDS", "30"))
INDEX_POOL = "elasticsearch"
# As many as pools.json declares: whoever adds one there fetches from more sites at the same time.
HOSTS_POOLS = [
    name for name in json.loads(Path(__file__).with_name("pools.json").read_text()) if name.startswith("hosts-")
]
TAGS = ["broadsheet"]

# What the connections of this process stood for when they were last asked: a failure quotes none of their secrets.
_known: dict[str, Any] = {}

# Bad data and wrong settings fail at once: they go wrong again. An absent service comes back.
RETRIES = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception="ingest.errors.StorageFull", retry_delay=timedelta(minutes=10), reason="The disk is full"),
        RetryRule(exception="ingest.errors.UsageError", action=RetryAction.FAIL, reason="The settings are wrong"),
        RetryRule(exception="ingest.errors.LawBroken", action=RetryAction.FAIL, reason="The books do not balance"),
        RetryRule(exception="ingest.errors.SourcesBroken", action=RetryAction.FAIL, reason="Somebody must look"),
        RetryRule(exception="ingest.errors.DocumentError", action=RetryAction.FAIL, reason="The data are bad"),
    ]
)


def tell_failure(context: Mapping[str, Any]) -> None:
    """Say which run, task and source or batch failed, and why; no secrets, and nothing of what was handed over."""
    ti = context["ti"]
    given = getattr(context.get("task"), "op_kwargs", None) or {}
    about = {name: value for name, value in given.items() if name in {"reference", "source", "name", "run", "folder"}}
    log.error(
        "%s failed: task %s[%s] of run %s on %s: %s",
        ti.dag_id,
        ti.task_id,
        ti.map_index,
        ti.run_id,
        about or "its input",
        jobs.hide_secrets(str(context.get("exception")), _known),
    )


async def tell_late(dag_id: str, hours: float, **_: Any) -> None:
    """Say that a run is still at work after its deadline."""
    log.error("%s: a run has not ended within %s hours of being queued", dag_id, hours)


def deadline(dag_id: str, *, hours: float) -> DeadlineAlert:
    """Give the alert for a run that is not done so many hours after it was queued."""
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=hours),
        callback=AsyncCallback("dags.policy.tell_late", kwargs={"dag_id": dag_id, "hours": hours}),
    )


def defaults() -> dict[str, Any]:
    """Give what holds for every task."""
    return {
        "owner": "broadsheet",
        "retries": 5,
        "retry_delay": timedelta(seconds=RETRY_SECONDS),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=10),
        "retry_policy": RETRIES,
        "execution_timeout": timedelta(hours=2),
        "on_failure_callback": tell_failure,
    }


def at_run_time(given: object) -> Any:
    """Give a template or another task's result back, as what Airflow puts in its place before the task runs."""
    return given


def settings() -> dict[str, Any]:
    """Give the settings that the connections stand for; without them the environment's hold."""
    told = {**index_settings(), **lake_settings()}
    _known.clear()
    _known.update(told)
    return told


def index_settings() -> dict[str, Any]:
    """Give the settings of the connection `elasticsearch_default`; its extras name a key's file and certificates."""
    connection = find_connection("elasticsearch_default")
    if connection is None:
        return {}
    extra = connection.extra_dejson
    told = {
        "index.url": f"{connection.schema or 'http'}://{connection.host}:{connection.port or 9200}",
        "index.username": connection.login,
        "index.password": connection.password,
        **{f"index.{name}": extra.get(name) for name in ("api_key", "api_key_file", "ca_certs")},
    }
    return {name: value for name, value in told.items() if value}


def lake_settings() -> dict[str, Any]:
    """Give the settings of the connection `aws_default`, for a lake on S3."""
    connection = find_connection("aws_default")
    if connection is None:
        return {}
    extra = connection.extra_dejson
    told = {
        "lake.access_key": connection.login,
        "lake.secret_key": connection.password,
        "lake.endpoint_url": extra.get("endpoint_url"),
        "lake.region": extra.get("region_name"),
    }
    return {name: value for name, value in told.items() if value}


def find_connection(name: str) -> Connection | None:
    """Look a connection up."""
    try:
        found: Connection = Connection.get(name)
    except AirflowNotFoundException:
        return None
    return found
