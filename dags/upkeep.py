"""What keeps a system in order, once a night.

Recluster (what parallel writers did), tell what `broadsheet learn` proposes, retention, a snapshot, the lake's
soundness, the health of sources, and counts of the lake against the index. Each is a task of its own: one that fails
holds up none of the others.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, Param, task

from dags.policy import INDEX_POOL, TAGS, deadline, defaults, settings
from ingest import jobs

with DAG(
    dag_id="upkeep",
    description="Recluster, retention, snapshot, health, counts",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("20 3 * * *", timezone="UTC"),
    catchup=False,
    max_active_runs=1,
    tags=[*TAGS, "upkeep"],
    params={
        "dry_run": Param(
            False,
            type="boolean",
            title="Only tell",
            description="Count what retention and reclustering would do, and change nothing",
        )
    },
    default_args=defaults(),
    deadline=deadline("upkeep", hours=6),
    render_template_as_native_obj=True,
) as dag:

    @task(pool=INDEX_POOL)
    def recluster(dry_run: bool) -> dict[str, Any]:
        """Give every article the cluster that it belongs to."""
        return jobs.recluster_all(settings(), dry_run=bool(dry_run))

    @task
    def tell_proposals() -> dict[str, Any]:
        """Count the rules that wait for somebody to accept them."""
        return jobs.count_proposals(settings())

    @task(trigger_rule="all_done")
    def compare_counts() -> dict[str, Any]:
        """Compare the lake with the index."""
        return jobs.compare_counts(settings())

    recluster("{{ params.dry_run }}") >> compare_counts()  # type: ignore[arg-type]
    tell_proposals()
