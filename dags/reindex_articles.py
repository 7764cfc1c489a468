"""Build another index beside the one that serves, and switch to it; or tell what that would do, or go back.

`plan` only tells. `reindex` does what the mapping asks for: nothing, new fields in place, or another index, built
from the old one or from the lake, verified against it and switched to; readers and writers go on meanwhile. A build
that was killed is gone on with. `rollback` lets the index serve that served before; `drop_old` removes it.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, Asset, Param, task

from dags.policy import INDEX_POOL, TAGS, at_run_time, deadline, defaults, settings
from ingest import jobs

with DAG(
    dag_id="reindex_articles",
    description="Build another index and switch to it",
    doc_md=__doc__,
    schedule=None,
    max_active_runs=1,
    tags=[*TAGS, "repair"],
    params={
        "action": Param(
            "plan",
            type="string",
            enum=["plan", "reindex", "rollback", "give_up", "drop_old"],
            title="Action",
            description="What to do; a plan changes nothing",
        ),
        "source": Param(
            "index",
            type="string",
            enum=["index", "lake"],
            title="Source",
            description="What another index is built from: the old one, or the lake under today's code and rules",
        ),
        "force": Param(
            False,
            type="boolean",
            title="Force",
            description="Build another index though the mapping asks for none",
        ),
    },
    default_args=defaults(),
    deadline=deadline("reindex_articles", hours=24),
    render_template_as_native_obj=True,
) as dag:

    @task(pool=INDEX_POOL, execution_timeout=None, outlets=[Asset("articles")])
    def reindex(action: str, source: str, force: bool) -> dict[str, Any]:
        """Do it: the new index is verified before it serves."""
        return jobs.change_index(action, source, settings(), force=bool(force))

    reindex("{{ params.action }}", "{{ params.source }}", at_run_time("{{ params.force }}"))
