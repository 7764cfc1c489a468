"""Process documents of the lake again under today's code and rules, without fetching anything.

By hand: name a time, a source, a reason, or what made the articles (`old`: any other rules or code than today's). By
backfill: each run takes what the lake accepted in its day. A run without a date in which nothing is named fails.
Nothing changes where nothing would come out otherwise, so it may be repeated.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, CronDataIntervalTimetable, Param, task

from dags.policy import INDEX_POOL, TAGS, at_run_time, deadline, defaults, settings
from ingest import jobs

DATE = "A year, month, day or time; UTC where it names no zone"


def text(title: str, description: str) -> Param:
    """Declare a text that may be left out."""
    return Param(None, type=["null", "string"], minLength=1, title=title, description=description)


with DAG(
    dag_id="reprocess",
    description="Process documents of the lake again",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("0 4 * * *", timezone="UTC"),
    catchup=False,
    is_paused_upon_creation=True,
    max_active_runs=1,
    tags=[*TAGS, "repair"],
    params={
        "since": text("Accepted since", DATE),
        "until": text("Accepted until", DATE),
        "source": text("Source", "As the reader named it"),
        "run": text("Run", "The run that brought the bytes"),
        "reason": text("Reason", "The error of an open quarantine entry, a flag, or the reason of a drop"),
        "rules_version": text("Rules' version", "What cleaned the article; `old` is any other than today's"),
        "code_version": text("Code's version", "What made the article; `old` is any other than today's"),
    },
    default_args=defaults(),
    deadline=deadline("reprocess", hours=12),
    render_template_as_native_obj=True,
) as dag:

    @task(pool=INDEX_POOL, execution_timeout=None)
    def reprocess(wanted: dict[str, str | None], since: str, until: str) -> dict[str, Any]:
        """Replay the documents that are meant, and give the books."""
        return jobs.reprocess(wanted, (since, until), settings())

    reprocess(
        at_run_time("{{ params }}"),
        # A run that was asked for without a date has no such names.
        "{{ (data_interval_start | ts) if data_interval_start is defined and data_interval_start else '' }}",
        "{{ (data_interval_end | ts) if data_interval_end is defined and data_interval_end else '' }}",
    )
