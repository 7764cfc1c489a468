"""A system that was stopped, copied away and started elsewhere: everything is found, and its secrets still open it."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.scale_out.running import running_system
from benchmarks.scale_out.stories import write_stories
from ingest import jobs

ARTICLES = 500


def run() -> dict[str, Any]:
    """Fill a system, move it as operators are told to, and give how long the copy and its start took."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-backup-") as folder:
        Path(folder).chmod(0o755)
        first, second = Path(folder) / "first", Path(folder) / "second"
        first.mkdir()
        with running_system(first) as running:
            write_stories(first / "stories.jsonl", ARTICLES)
            jobs.ingest([str(first / "stories.jsonl")], running.settings())
            before = running.total_shown()
        started = time.monotonic()
        subprocess.run(["cp", "-a", str(first), str(second)], check=True)
        shutil.rmtree(first)
        copied = time.monotonic()
        with running_system(second) as running:
            seconds = round(time.monotonic() - copied, 1)
            assert running.total_shown() == before == ARTICLES
        return {"articles": before, "copy_seconds": round(copied - started, 1), "start_seconds": seconds}
