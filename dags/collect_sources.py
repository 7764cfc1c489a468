"""Look at the sources that are due and in no group, and take what is new into the lake.

Each source has its own times, learned from how often it brings news (`broadsheet sources`); this DAG asks every five
minutes which are due. Groups have DAGs of their own (`collect_groups.py`); this one stands whatever the catalogue says,
and where that cannot be read its tasks fail and tell why. A source that fails is told in its health and in the
quarantine, and costs no other anything.
"""

from __future__ import annotations

from airflow.sdk import CronTriggerTimetable

from dags.collecting import make_dag

make_dag(
    "collect_sources",
    "",
    CronTriggerTimetable("*/5 * * * *", timezone="UTC"),
    "Look at the sources that are due",
    __doc__,
)
