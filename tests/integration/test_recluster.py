"""Two processes that ingest near-duplicates of each other at the same moment."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.dedup.articles import write_sentences
from tests.integration.system import System, environment

STORIES = 5
# Decides, waits until the other process has decided as well, and only then writes: neither can see the other.
WRITER = """
import json, sys, time
from pathlib import Path
from ingest import jobs

folder, name, flags = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
references = jobs.claim_batches(str(folder / name), name, flags)
cleaned = [jobs.clean_batch(reference, flags) for reference in references]
decided = [jobs.deduplicate_batch(reference, cleaned, flags) for reference in cleaned]
(folder / f"{name}.decided").touch()
deadline = time.monotonic() + 120
while len(list(folder.glob("*.decided"))) < 2:
    assert time.monotonic() < deadline
    time.sleep(0.02)
written = [jobs.index_batch(jobs.enrich_batch(reference, flags), flags) for reference in decided]
print(json.dumps(jobs.publish(str(folder / name), name, references, written, flags)))
"""


def lay_out(folder: Path, name: str, extra: int) -> None:
    """Put a near copy of each story into a writer's drop folder."""
    (folder / name).mkdir()
    lines = [
        {"url": f"https://{name}.example/{story}", "text": " ".join(write_sentences(story, 12 + extra))}
        for story in range(STORIES)
    ]
    text = "\n".join(map(json.dumps, lines))
    (folder / name / "articles.jsonl").write_text(text, encoding="utf-8")


def read_clusters(system: System) -> list[list[bool]]:
    """Give the canonical marks of the members of each cluster."""
    marks: defaultdict[str, list[bool]] = defaultdict(list)
    for document in system.snapshot().values():
        marks[document["cluster_id"]].append(document["canonical"])
    return [sorted(each) for each in marks.values()]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_near_duplicates_of_two_processes_end_in_one_cluster(system: System, tmp_path: Path) -> None:
    """Whoever wrote first, `recluster` makes one cluster of each pair; once more, it writes nothing."""
    settings = system.settings
    flags = {"index.url": system.url, "index.prefix": system.prefix, "lake.url": settings.lake.url}
    for extra, name in enumerate(("one", "two")):
        lay_out(tmp_path, name, extra)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), name, json.dumps(flags)],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for writer in writers:
        output, errors = writer.communicate(timeout=300)
        assert writer.returncode == 0, errors
        assert json.loads(output)["indexed"] == STORIES
    assert read_clusters(system) == [[True]] * (2 * STORIES)
    done = system.run("recluster")
    assert (done["seen"], done["rejected"], done["overtaken"]) == (2 * STORIES, 0, 0)
    assert read_clusters(system) == [[False, True]] * STORIES
    versions = system.versions()
    again = system.run("recluster")
    assert (again["unchanged"], again["rewritten"], again["signatures"]) == (2 * STORIES, 0, 0)
    assert system.versions() == versions
