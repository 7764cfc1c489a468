"""The wheel alone, in an environment of its own, run from a folder that is not the repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
UV = Path(sys.executable).with_name("uv")
ARTICLE = """Ferry service to Hale Island resumes after storm

The ferry to Hale Island sailed again on Tuesday morning, two days after a storm tore the ramp from its pier.
Harbour master Orla Wexcombe said that the repair would hold until spring, when the pier is due to be rebuilt.
About four hundred people had waited on the mainland, and the first crossing left with every seat taken.

© 2019 The Hale Courier. All rights reserved.
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from the working tree, its build tools pinned by hash."""
    folder = tmp_path_factory.mktemp("wheel")
    constraints = str(ROOT / "requirements" / "build.txt")
    _run([UV, "build", "--wheel", "--build-constraints", constraints, "--out-dir", folder, ROOT], ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel and the locked base requirements into an empty environment; give its `broadsheet`."""
    folder = tmp_path_factory.mktemp("installed")
    environment = folder / "environment"
    _run([UV, "venv", "--python", sys.executable, environment], folder)
    install = [UV, "pip", "install", "--python", environment]
    _run([*install, "--require-hashes", "-r", ROOT / "requirements" / "base.txt"], folder)
    _run([*install, "--no-deps", wheel], folder)
    return environment / "bin" / "broadsheet"


def _run(arguments: list[Any], folder: Path) -> str:
    environment = {name: os.environ[name] for name in os.environ if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [str(argument) for argument in arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_wheel_carries_data_and_nothing_but_the_package(wheel: Path) -> None:
    """Mappings and rules are files that an import does not miss; tests and services are not for users."""
    names = zipfile.ZipFile(wheel).namelist()
    assert {"ingest/index_mappings/articles.json", "ingest/index_mappings/comments.json"} <= set(names)
    assert {"ingest/api/templates/base.html", "ingest/api/static/page.css"} <= set(names)
    assert [name for name in names if name.startswith("ingest/clean/rules/") and name.endswith(".toml")]
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"ingest"}


def test_installed_wheel_ingests_and_searches_elsewhere(command: Path, tmp_path: Path) -> None:
    """What works only beside the repository's files works for nobody else."""
    (tmp_path / "ferry.txt").write_text(ARTICLE)
    places = ["--index", f"tantivy:{tmp_path / 'index'}", "--lake", tmp_path / "lake", "--json"]
    report = json.loads(_run([command, "ingest", "ferry.txt", *places], tmp_path))
    assert (report["seen"], report["indexed"], report["failed"]) == (1, 1, 0)
    answer = json.loads(_run([command, "search", "ferry pier", *places, "--facet", "rights_holder"], tmp_path))
    assert answer["total"] == 1
    assert answer["hits"][0]["title"] == "Ferry service to Hale Island resumes after storm"
    assert answer["facets"]["rights_holder"] == [{"value": "The Hale Courier", "count": 1}]
