"""What keeps a system in order, once a night.

Recluster (what parallel writers did), tell what `broadsheet learn` proposes and what is new to saved queries,
retention, a snapshot, the lake's soundness, the sources' health, and counts of the lake against the index. What one
task cannot do holds up none of the others, but for reclustering, which comes after retention. A source that fails
again and again fails its task, which names it and why.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, Param, task

from dags.policy import INDEX_POOL, TAGS, at_run_time, deadline, defaults, settings
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

    @task
    def tell_alerts() -> dict[str, Any]:
        """Tell what is new to the saved queries that have an alert."""
        return jobs.tell_alerts(settings())

    @task(pool=INDEX_POOL)
    def retention(dry_run: bool) -> dict[str, Any]:
        """Remove what is older than the settings keep."""
        return jobs.keep_retention(settings(), dry_run=bool(dry_run))

    @task
    def make_snapshot(run: str) -> dict[str, Any]:
        """Make a snapshot of the index and of what is remembered beside it."""
        return jobs.keep_snapshot(run, settings())

    @task
    def verify_lake() -> dict[str, Any]:
        """Read the whole lake, and fail where anything in it is torn or altered."""
        return jobs.assert_lake_sound(settings())

    @task
    def check_sources() -> dict[str, Any]:
        """Count the sources by how they are, and fail with the names of those that are broken."""
        return jobs.assert_sources_well(settings())

    @task(trigger_rule="all_done")
    def compare_counts() -> dict[str, Any]:
        """Compare the lake with the index."""
        return jobs.compare_counts(settings())

    dry_run = at_run_time("{{ params.dry_run }}")
    retention(dry_run) >> recluster(dry_run) >> compare_counts()
    [tell_proposals(), tell_alerts(), make_snapshot("{{ run_id }}"), verify_lake(), check_sources()]
