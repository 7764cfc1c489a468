"""Look at the sources that are due, and take what is new into the lake.

Each source has its own times, learned from how often it brings news (`broadsheet sources`); this DAG asks every five
minutes which are due. A source that fails is told in its health and in the quarantine, and costs no other anything.
The pool `hosts` bounds how many are looked at together; of one host never more than one page at a time is asked for.
What was collected waits in the drop folder as a list of references, for `ingest_articles`.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Asset, CronTriggerTimetable, Metadata, Param, task

from dags.policy import DROP_FOLDER, HOSTS_POOL, TAGS, deadline, defaults, settings
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
    def choose(names: list[str]) -> list[str]:
        """Name the sources to look at."""
        return list(names) or jobs.due_sources(settings())

    @task(pool=HOSTS_POOL, retries=2, retry_delay=timedelta(seconds=15))
    def collect(source: str, run: str) -> list[str]:
        """Look at one source."""
        return jobs.collect(source, run, settings())

    @task(outlets=[RAW_DOCUMENTS], trigger_rule="none_skipped")
    def announce(folder: str, run: str, references: list[list[str]]) -> Generator[Metadata, None, dict[str, Any]]:
        """Leave the references for `ingest_articles`, and tell it."""
        announced = jobs.announce_batches(folder, run, [each for some in references for each in some or []])
        yield Metadata(RAW_DOCUMENTS, announced)
        return announced

    chosen = choose("{{ params.sources }}")  # type: ignore[arg-type]
    collected = collect.partial(run="{{ run_id }}").expand(source=chosen)
    announce(DROP_FOLDER, "{{ run_id }}", collected)  # type: ignore[arg-type]
