"""Two Celery workers with Redis: they share a run's batches, one is killed, and nothing is lost."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.scale_out.running import running_system
from benchmarks.scale_out.stories import write_stories

ARTICLES = 2000


def run() -> dict[str, Any]:
    """Ingest with two workers, kill one at work, and give the figures."""
    with (
        tempfile.TemporaryDirectory(prefix="broadsheet-celery-") as folder,
        running_system(Path(folder), executor="CeleryExecutor") as running,
    ):
        running.unpause("ingest_articles")
        running.wait_until_idle()
        write_stories(running.system.drop / ".many.jsonl", ARTICLES)
        started = time.monotonic()
        (running.system.drop / ".many.jsonl").rename(running.system.drop / "many.jsonl")
        running.wait_for_task("clean")
        killed = running.process("worker-2")
        os.killpg(killed, signal.SIGKILL)
        running.wait_for_books("indexed", ARTICLES)
        running.wait_until_idle()
        states = sorted({run["state"] for run in running.runs()})
        total = running.total_shown()
        assert (states, total) == (["success"], ARTICLES)
        workers = running.workers()
        assert len(workers) == 2, workers
        seconds = round(time.monotonic() - started, 1)
        return {"articles": total, "seconds": seconds, "workers": workers, "lost": ARTICLES - total}
