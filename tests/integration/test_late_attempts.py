"""A task that is tried again while its first attempt still lives: what the first one writes late changes nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ingest import jobs
from tests.dedup.articles import write_body
from tests.integration.system import System, environment

STORIES = 5
# Holds still at a point of its writing, as a worker does that swaps or has lost its network; then goes on.
FIRST_ATTEMPT = """
import json, os, signal, sys
from ingest import crash_points, jobs

class HoldsStill:
    points = [sys.argv[1]]

    def burn(self, point):
        if point in self.points:
            self.points.remove(point)
            os.kill(os.getpid(), signal.SIGSTOP)

crash_points._fuse = HoldsStill()
print(jobs.index_batch(sys.argv[2], json.loads(sys.argv[3])))
"""

pytestmark = [
    pytest.mark.elasticsearch,
    # An embedded index has one writer at a time: there the second attempt waits for the first one.
    pytest.mark.parametrize("system", ["elasticsearch"], indirect=True),
]


def lay_out(folder: Path, run: str, word: str) -> Path:
    """Put a capture of each story into a drop folder, with a word of its own."""
    drop = folder / run
    drop.mkdir()
    lines = [{"url": f"https://paper.example/{n}", "text": f"{word} {write_body(n)}"} for n in range(STORIES)]
    (drop / "stories.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return drop


def prepare(drop: Path, run: str, flags: dict[str, Any]) -> tuple[list[str], str]:
    """Take the one batch of a drop folder up to its index task; give what was claimed, and that task's reference."""
    claimed = jobs.claim_batches(str(drop), run, flags)
    (cleaned,) = [jobs.clean_batch(reference, flags) for reference in claimed]
    return claimed, jobs.enrich_batch(jobs.deduplicate_batch(cleaned, [cleaned], flags), flags)


@pytest.mark.parametrize("point", ["before_bulk", "after_bulk"])
def test_what_a_first_attempt_writes_late_changes_nothing(system: System, tmp_path: Path, point: str) -> None:
    """The second attempt ends the run, a newer capture follows, and only then does the first attempt go on."""
    flags = {"index.url": system.url, "index.prefix": system.prefix, "lake.url": system.settings.lake.url}
    drop = lay_out(tmp_path, "run-1", "Early")
    claimed, reference = prepare(drop, "run-1", flags)
    first = subprocess.Popen(
        [sys.executable, "-c", FIRST_ATTEMPT, point, reference, json.dumps(flags)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        stopped = os.waitid(os.P_PID, first.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        assert stopped is not None
        assert stopped.si_code == os.CLD_STOPPED
        books = jobs.publish(str(drop), "run-1", claimed, [jobs.index_batch(reference, flags)], flags)
        assert books.get("indexed", 0) + books.get("unchanged", 0) == STORIES
        later = lay_out(tmp_path, "run-2", "Later")
        claimed, newer = prepare(later, "run-2", flags)
        assert jobs.publish(str(later), "run-2", claimed, [jobs.index_batch(newer, flags)], flags)["updated"] == STORIES
        documents, versions = system.snapshot(), system.versions()
        first.send_signal(signal.SIGCONT)
        _, errors = first.communicate(timeout=120)
        assert first.returncode == 0, errors
    finally:
        first.kill()
        first.communicate()
    assert len(documents) == STORIES
    assert {document["body"].split()[0] for document in documents.values()} == {"Later"}
    assert (system.snapshot(), system.versions()) == (documents, versions)
    assert system.run("recluster")["rewritten"] == 0
