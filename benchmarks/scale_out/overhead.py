"""What Airflow costs: a batch of 1,000 articles by the DAG, and the same by the command line, in one system each."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.scale_out.running import Running, running_system
from benchmarks.scale_out.stories import write_stories

ARTICLES = 1000
STAGES = ("claim_batches", "clean", "deduplicate", "enrich", "index", "publish")


def run() -> dict[str, Any]:
    """Time both, the command line on other articles of the same kind, and give seconds a stage."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-overhead-") as folder, running_system(Path(folder)) as running:
        running.unpause("ingest_articles")
        running.wait_until_idle()
        by_hand = time_command_line(running)
        by_airflow = time_dag(running)
        return {
            "articles": ARTICLES,
            "command_line_seconds": round(by_hand, 1),
            "airflow_seconds": round(by_airflow, 1),
            "overhead_seconds_a_stage": round((by_airflow - by_hand) / len(STAGES), 2),
        }


def time_command_line(running: Running) -> float:
    """Time `broadsheet ingest`, its start included."""
    lines = running.folder / "by-hand.jsonl"
    write_stories(lines, ARTICLES, seed=1)
    command = [str(Path(sys.executable).parent / "broadsheet"), "ingest", str(lines), "--json"]
    environment = running.system.environment(running.system.settings("ingest"))
    started = time.monotonic()
    subprocess.run(command, env=environment, cwd=running.folder, check=True, capture_output=True)
    return time.monotonic() - started


def time_dag(running: Running) -> float:
    """Time a run of the main job, from its start to its end as Airflow tells it."""
    write_stories(running.system.drop / ".by-airflow.jsonl", ARTICLES, seed=2)
    (running.system.drop / ".by-airflow.jsonl").rename(running.system.drop / "by-airflow.jsonl")
    running.wait_for_books("indexed", ARTICLES)
    running.wait_until_idle()
    return max(running.seconds_of(run) for run in running.runs())
