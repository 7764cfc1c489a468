"""What the DAGs of collecting share: look at the sources of a group that are due, and take what is new into the lake.

A pool cannot be chosen for each instance of a mapped task, so there is a group of tasks for each pool `hosts-N`, of one
slot. The sources of a site are all in the same one, whatever DAG asks for them: of two workers never both ask one site,
and a slow site holds up its own pool alone. What was collected waits in the drop folder as a list of references, for
`ingest_articles`, under the name of the DAG and its run: runs of two DAGs may be called the same.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Asset, CronTriggerTimetable, Metadata, Param, TaskGroup, task

from dags.policy import DROP_FOLDER, HOSTS_POOLS, TAGS, at_run_time, deadline, defaults, settings
from ingest import jobs

RAW_DOCUMENTS = Asset("raw_documents")
RUN = "{{ dag.dag_id }}-{{ run_id }}"


def make_dag(dag_id: str, group: str, schedule: CronTriggerTimetable, description: str, doc: str) -> DAG:
    """Make the DAG of a group, empty for the sources in none; `doc` is what its page says."""
    with DAG(
        dag_id=dag_id,
        description=description,
        doc_md=doc,
        schedule=schedule,
        catchup=False,
        max_active_runs=1,
        tags=[*TAGS, "collect"],
        params={
            "sources": Param(
                [],
                type="array",
                items={"type": "string", "minLength": 1},
                uniqueItems=True,
                title="Sources",
                description="Names of the catalogue to look at now, of whatever group; none: those that are due",
            )
        },
        default_args=defaults(),
        deadline=deadline(dag_id, hours=1),
        render_template_as_native_obj=True,
    ) as dag:

        @task
        def choose(names: list[str], pool: str) -> list[str]:
            """Name the sources of a pool to look at."""
            return jobs.choose_sources(list(names), pool, HOSTS_POOLS, settings(), group=group)

        @task(retries=2, retry_delay=timedelta(seconds=15))
        def collect(source: str, run: str) -> list[str]:
            """Look at one source."""
            return jobs.collect(source, run, settings())

        # What some brought is announced whatever others failed; a pool where nothing could be looked at fails the run.
        @task(outlets=[RAW_DOCUMENTS], trigger_rule="all_done_min_one_success")
        def announce(folder: str, run: str, references: list[list[str]]) -> Generator[Metadata, None, dict[str, Any]]:
            """Leave the references for `ingest_articles`, and tell it."""
            announced = jobs.announce_batches(folder, run, [each for some in references for each in some or []])
            yield Metadata(RAW_DOCUMENTS, announced)
            return announced

        for pool in HOSTS_POOLS:
            with TaskGroup(pool):
                chosen = choose(at_run_time("{{ params.sources }}"), pool)
                collected = collect.override(pool=pool).partial(run=RUN).expand(source=chosen)
                announce(DROP_FOLDER, f"{RUN}-{pool}", at_run_time(collected))
    return dag
