"""The main job on the seeds, in processes of its own, on both indices."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks import children
from benchmarks.crashes import children_ingest
from tests.integration.system import SEEDS, System


def hash_tree(folder: Path) -> dict[str, str]:
    """Digest every file below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_second_run_changes_nothing(system: System) -> None:
    """Everything unchanged, no version moved, not a byte added to the lake."""
    first = system.run("ingest", str(SEEDS))
    versions, lake = system.versions(), hash_tree(system.folder / "lake")
    assert first["indexed"] > 20
    assert first["seen"] == sum(first[key] for key in ("indexed", "updated", "unchanged", "failed")) + sum(
        first["dropped"].values()
    )
    second = system.run("ingest", str(SEEDS))
    assert (second["indexed"], second["updated"]) == (0, 0)
    assert second["unchanged"] == first["indexed"] + first["updated"] + first["unchanged"]
    assert (second["failed"], second["dropped"]) == (first["failed"], first["dropped"])
    assert system.versions() == versions
    assert hash_tree(system.folder / "lake") == lake


def test_what_was_ingested_is_found_with_facets(system: System) -> None:
    """The point of it all: a search, its facets, highlights, and one article with what was removed."""
    system.run("ingest", str(SEEDS))
    answer = system.run("search", "harbour", "--facet", "publisher", "--facet", "language")
    assert answer["total"] >= answer["total_stories"] >= 1
    assert answer["facets"]["language"][0]["count"] >= 1
    hit = answer["hits"][0]
    assert "<em>" in "".join(hit["highlights"]["body"] + hit["highlights"].get("title", []))
    shown = system.run("show", hit["id"], "--spans")
    assert shown["body"]
    assert shown["id"] == hit["id"]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Mapping[str, Any]]:
    """Give what one run leaves that nobody kills."""
    folder = tmp_path_factory.mktemp("clean")
    system = System(url=f"tantivy:{folder / 'index'}", prefix="", folder=folder)
    system.run("ingest", str(SEEDS))
    return system.snapshot()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("system", "seed"),
    [*(("tantivy", seed) for seed in range(4)), pytest.param("elasticsearch", 4, marks=pytest.mark.elasticsearch)],
    indirect=["system"],
)
def test_a_killed_run_heals_by_running_again(system: System, seed: int, clean: Mapping[str, Mapping[str, Any]]) -> None:
    """Killed at five random instants in a row and run again, the index is field by field that of one clean run."""
    instants = random.Random(seed)
    for _ in range(5):
        child = children.start(children_ingest, system.named, str(SEEDS))
        child.join(instants.uniform(0.1, 1.5))
        child.kill()
        child.join()
    system.run("ingest", str(SEEDS))
    assert system.snapshot() == clean


def test_two_runs_at_once_end_as_one(system: System) -> None:
    """The same folder ingested by two processes at the same time: the final state is one run's."""
    processes = [system.start("ingest", str(SEEDS), "--json", "--set", "index.lock_wait_seconds=300") for _ in range(2)]
    for process in processes:
        _, errors = process.communicate(timeout=240)
        assert process.returncode == 0, errors
    together = system.snapshot()
    again = system.run("ingest", str(SEEDS))
    assert (again["indexed"], again["updated"]) == (0, 0)
    assert system.snapshot() == together
