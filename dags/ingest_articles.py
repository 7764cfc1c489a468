"""The main job over a drop folder: claim, clean, deduplicate, enrich, index, publish.

Between tasks go references into the lake, never articles. Each body is one call into `ingest.jobs`, idempotent, so
that a task may be retried, or run twice at once. Deduplication is one task over all batches: their order decides.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import (
    DAG,
    Asset,
    AssetOrTimeSchedule,
    Connection,
    CronTriggerTimetable,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
    task,
)
from airflow.sdk.exceptions import AirflowNotFoundException

from ingest import jobs

DROP_FOLDER = "{{ var.value.get('broadsheet_drop_folder', 'drop') }}"
DROPPED = Asset("articles_dropped")
INDEXED = Asset("articles_indexed")

# An event on the asset is a hint that files have come; the sweep finds those that nobody announced.
SCHEDULE = AssetOrTimeSchedule(assets=[DROPPED], timetable=CronTriggerTimetable("*/10 * * * *", timezone="UTC"))

RETRIES = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception="ingest.errors.StorageFull", retry_delay=timedelta(minutes=10), reason="The disk is full"),
        RetryRule(exception="ingest.errors.UsageError", action=RetryAction.FAIL, reason="The settings are wrong"),
        RetryRule(exception="ingest.errors.LawBroken", action=RetryAction.FAIL, reason="The books do not balance"),
    ]
)


def index_flags() -> dict[str, Any]:
    """Give the settings that the connection `elasticsearch_default` stands for; none of it: the environment's hold."""
    try:
        connection = Connection.get("elasticsearch_default")
    except AirflowNotFoundException:
        return {}
    address = f"{connection.schema or 'http'}://{connection.host}:{connection.port or 9200}"
    flags = {"index.url": address, "index.username": connection.login, "index.password": connection.password}
    return {name: value for name, value in flags.items() if value}


with DAG(
    dag_id="ingest_articles",
    description="Ingest what lies in the drop folder into the index",
    doc_md=__doc__,
    schedule=SCHEDULE,
    catchup=False,
    max_active_runs=1,
    tags=["broadsheet", "ingest"],
    default_args={
        "owner": "broadsheet",
        "retries": 5,
        "retry_delay": timedelta(seconds=30),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=10),
        "retry_policy": RETRIES,
        "execution_timeout": timedelta(hours=2),
    },
) as dag:

    @task
    def claim_batches(folder: str, run: str) -> list[str]:
        """Claim the dropped files and take them into the lake."""
        return jobs.claim_batches(folder, run, index_flags())

    @task
    def clean(reference: str) -> str:
        """Extract and clean a batch."""
        return jobs.clean_batch(reference, index_flags())

    @task
    def deduplicate(references: list[str]) -> list[str]:
        """Give the articles of all batches their clusters, in order."""
        return jobs.deduplicate_batches(list(references), index_flags())

    @task
    def enrich(reference: str) -> str:
        """Add the metadata of a batch."""
        return jobs.enrich_batch(reference, index_flags())

    @task(max_active_tis_per_dagrun=2)
    def index(reference: str) -> str:
        """Write a batch to the index; two at once is what one Elasticsearch node takes."""
        return jobs.index_batch(reference, index_flags())

    @task(outlets=[INDEXED])
    def publish(folder: str, run: str, references: list[str]) -> dict[str, Any]:
        """Assert the books of the run and put its files away."""
        return jobs.publish(folder, run, list(references), index_flags())

    # The ignored types: Airflow hands a task what the earlier one gave, not the XComArg that stands for it here.
    claimed = claim_batches(DROP_FOLDER, "{{ run_id }}")
    cleaned = clean.expand(reference=claimed)
    deduplicated = deduplicate(cleaned)  # type: ignore[arg-type]
    enriched = enrich.expand(reference=deduplicated)
    indexed = index.expand(reference=enriched)
    publish(DROP_FOLDER, "{{ run_id }}", indexed)  # type: ignore[arg-type]
