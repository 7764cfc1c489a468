"""Two Celery workers with Redis, a stream beside them: they share a run's batches, one is killed, nothing is lost."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.scale_out.running import running_system
from benchmarks.scale_out.stories import write_stories
from services.health import CHECKS
from services.system import check

ARTICLES, BATCHES = 2000, 2


def run() -> dict[str, Any]:
    """Ingest with two workers, kill one at work, and give the figures."""
    with (
        tempfile.TemporaryDirectory(prefix="broadsheet-celery-") as folder,
        running_system(Path(folder), executor="CeleryExecutor", extras=("kafka",)) as running,
    ):
        assert [each for each in check(running.folder) if each["wrong"]] == []
        running.unpause("ingest_articles")
        running.wait_until_idle()
        write_stories(running.system.drop / ".many.jsonl", ARTICLES)
        started = time.monotonic()
        (running.system.drop / ".many.jsonl").rename(running.system.drop / "many.jsonl")
        # Both batches: what a worker fetched and has not begun is given to another after ten minutes only.
        running.wait_for_task("clean", BATCHES)
        os.killpg(running.process("worker-2"), signal.SIGKILL)
        assert CHECKS["worker-2"](running.system), "a worker that is gone is said to be well"
        running.wait_for_books("indexed", ARTICLES)
        running.wait_until_idle()
        seconds = round(time.monotonic() - started, 1)
        total = running.total_shown()
        return {
            "articles": total,
            "seconds": seconds,
            "runs": sorted({run["state"] for run in running.runs()}),
            "workers": running.workers(),
            "lost": ARTICLES - total,
        }
