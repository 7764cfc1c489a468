"""Send documents of the quarantine through the pipeline again, from their bytes in the lake.

Run it after a rule, a limit or a service was repaired. Entries that pass are marked, not deleted: twice is the same
as once.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, Param, task

from dags.policy import INDEX_POOL, TAGS, at_run_time, deadline, defaults, settings
from ingest import jobs

STAGES = ["read", "extract", "clean", "deduplicate", "enrich", "index"]

with DAG(
    dag_id="replay_quarantine",
    description="Try again what failed",
    doc_md=__doc__,
    schedule=None,
    max_active_runs=1,
    tags=[*TAGS, "repair"],
    params={
        "ids": Param(
            [],
            type="array",
            items={"type": "string", "minLength": 1},
            title="Entries or documents",
            description="Ids as `broadsheet quarantine list` shows them; none: all open entries",
        ),
        "stage": Param(
            None,
            type=["null", "string"],
            enum=[None, *STAGES],
            title="Stage",
            description="Only what failed in this stage",
        ),
    },
    default_args=defaults(),
    deadline=deadline("replay_quarantine", hours=4),
    render_template_as_native_obj=True,
) as dag:

    @task(pool=INDEX_POOL)
    def replay(ids: list[str], stage: str | None) -> dict[str, Any]:
        """Replay entries, and give the books."""
        return jobs.replay_entries(list(ids), stage or None, settings())

    replay(at_run_time("{{ params.ids }}"), "{{ params.stage or '' }}")
