"""The main job: what lies in the drop folder, and what `collect_sources` brought, into the index.

Claim, clean, deduplicate, enrich, index, publish: between tasks go references into the lake, never articles. Each
body is one call into `ingest.jobs`, idempotent, so that a task may be retried, or run twice at once. Each stage is a
task for each batch; those of `deduplicate` run one at a time, in the order of the batches, which decides what is a copy
of what. A run without a batch is a quiet success. What is bad data goes to the quarantine and its neighbours go on; an
index that does not answer is waited for. A batch that fails for good holds up none of the others: they come to the
index, then `publish` fails and names it. What a run left claimed, the next takes up.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, AssetWatcher, CronTriggerTimetable, Metadata, Param, task

from dags.policy import INDEX_POOL, TAGS, WATCHED_FOLDER, at_run_time, deadline, defaults, settings
from dags.triggers import FolderTrigger
from ingest import jobs

RAW_DOCUMENTS = Asset("raw_documents")
DROPPED = Asset("drop_folder", watchers=[AssetWatcher(name="drop_folder", trigger=FolderTrigger(WATCHED_FOLDER))])
ARTICLES = Asset("articles")
FOLDER = "{{ params.folder or var.value.get('broadsheet_drop_folder', 'drop') }}"

# A task over batches takes those that came so far: one that failed for good must not hold up the others.
WHATEVER_FAILED = "all_done"

# An event on an asset is a hint; the sweep finds what nobody announced.
SCHEDULE = AssetOrTimeSchedule(
    assets=RAW_DOCUMENTS | DROPPED, timetable=CronTriggerTimetable("*/10 * * * *", timezone="UTC")
)

with DAG(
    dag_id="ingest_articles",
    description="Clean, deduplicate, enrich and index what came in",
    doc_md=__doc__,
    schedule=SCHEDULE,
    catchup=False,
    max_active_runs=1,
    tags=[*TAGS, "ingest"],
    params={
        "folder": Param(
            None,
            type=["null", "string"],
            minLength=1,
            title="Drop folder",
            description="Another folder than the one that the variable broadsheet_drop_folder names",
        )
    },
    default_args=defaults(),
    deadline=deadline("ingest_articles", hours=2),
) as dag:
    # Without a batch there is nothing to do, and nobody to be told.
    @task.short_circuit
    def claim_batches(folder: str, run: str) -> list[str]:
        """Claim the dropped files and the collected batches, and take the files into the lake."""
        return jobs.claim_batches(folder, run, settings())

    @task
    def clean(reference: str) -> str:
        """Extract and clean a batch."""
        return jobs.clean_batch(reference, settings())

    # The scheduler starts the instances of a task in the order of the batches; the job needs it for nothing but the
    # same clusters as those of one run over all.
    @task(pool=INDEX_POOL, max_active_tis_per_dagrun=1, trigger_rule=WHATEVER_FAILED)
    def deduplicate(reference: str, references: list[str]) -> str:
        """Give the articles of a batch their clusters, among those of the index and of the other batches."""
        return jobs.deduplicate_batch(reference, list(references), settings())

    @task(trigger_rule=WHATEVER_FAILED)
    def enrich(reference: str) -> str:
        """Add the metadata of a batch."""
        return jobs.enrich_batch(reference, settings())

    @task(pool=INDEX_POOL, trigger_rule=WHATEVER_FAILED)
    def index(reference: str) -> str:
        """Write a batch to the index; the pool says how many at once."""
        return jobs.index_batch(reference, settings())

    @task(outlets=[ARTICLES], trigger_rule=WHATEVER_FAILED)
    def publish(
        folder: str, run: str, batches: list[str] | None, references: list[str]
    ) -> Generator[Metadata, None, dict[str, Any]]:
        """Assert the books of the run, record it, put its files away, and tell the asset of it."""
        books = jobs.publish(folder, run, list(batches or ()), list(references), settings())
        yield Metadata(ARTICLES, books)
        return books

    claimed = claim_batches(FOLDER, "{{ run_id }}")
    cleaned = clean.expand(reference=claimed)
    deduplicated = deduplicate.partial(references=cleaned).expand(reference=cleaned)
    enriched = enrich.expand(reference=deduplicated)
    indexed = index.expand(reference=enriched)
    publish(FOLDER, "{{ run_id }}", at_run_time(claimed), at_run_time(indexed))
