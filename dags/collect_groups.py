"""Look at the sources of a group that are due, and take what is new into the lake.

The catalogue declares each `[[group]]` with a schedule; a group NAME has a DAG `collect_sources_NAME`, which asks at
those times which of its sources are due. Where the catalogue is no TOML, or a group in it means nothing, Airflow shows
why among its import errors and these DAGs rest until it is mended; `collect_sources` is made without it. What is wrong
with a source fails the tasks of all of them, which say so.
"""

from __future__ import annotations

from airflow.sdk import CronTriggerTimetable

from dags.collecting import make_dag
from ingest import jobs

for group in jobs.list_groups():
    make_dag(
        f"collect_sources_{group['name']}",
        group["name"],
        CronTriggerTimetable(group["schedule"], timezone="UTC"),
        group["description"] or f"Look at the sources of the group {group['name']} that are due",
        __doc__,
    )
