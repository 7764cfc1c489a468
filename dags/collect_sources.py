"""Look at the sources that are due, and take what is new into the lake.

Each source has its own times, learned from how often it brings news (`broadsheet sources`); this DAG asks every five
minutes which are due. A source that fails is told in its health and in the quarantine, and costs no other anything.
A pool cannot be chosen for each instance of a mapped task, so there is a group of tasks for each pool `hosts-N`, of one
slot. The sources of a site are all in the same one: of two workers never both ask one site, and a slow site holds up
its own pool alone. What was collected waits in the drop folder as a list of references, for `ingest_articles`.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Asset, CronTriggerTimetable, Metadata, Param, TaskGroup, task

from dags.policy import DROP_FOLDER, HOSTS_POOLS, TAGS, at_run_time, deadline, defaults, settings
from ingest import jobs

RAW_DOCUMENTS = Asset("raw_documents")

with DAG(
    dag_id="collect_sources",
    description="Look at the sources that are due",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("*/5 * * * *", timezone="UTC"),
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
            description="Names of the catalogue to look at now; none: those that are due",
        )
    },
    default_args=defaults(),
    deadline=deadline("collect_sources", hours=1),
    render_template_as_native_obj=True,
) as dag:

    @task
    def choose(names: list[str], pool: str) -> list[str]:
        """Name the sources of a pool to look at."""
        return jobs.choose_sources(list(names), pool, HOSTS_POOLS, settings())

    @task(retries=2, retry_delay=timedelta(seconds=15))
    def collect(source: str, run: str) -> list[str]:
        """Look at one source."""
        return jobs.collect(source, run, settings())

    @task(outlets=[RAW_DOCUMENTS], trigger_rule="none_skipped")
    def announce(folder: str, run: str, references: list[list[str]]) -> Generator[Metadata, None, dict[str, Any]]:
        """Leave the references for `ingest_articles`, and tell it."""
        announced = jobs.announce_batches(folder, run, [each for some in references for each in some or []])
        yield Metadata(RAW_DOCUMENTS, announced)
        return announced

    for pool in HOSTS_POOLS:
        with TaskGroup(pool):
            chosen = choose(at_run_time("{{ params.sources }}"), pool)
            collected = collect.override(pool=pool).partial(run="{{ run_id }}").expand(source=chosen)
            announce(DROP_FOLDER, f"{{{{ run_id }}}}-{pool}", at_run_time(collected))
