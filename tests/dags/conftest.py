"""Airflow for tests: a metadata database, a home and a dags folder of the run's own, set before Airflow is imported."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.dags.running import GROUPS, HOME, ROOT

# Airflow reads these once, at its first import.
for stale in [name for name in os.environ if name.startswith("AIRFLOW")]:
    del os.environ[stale]
os.environ |= {
    "AIRFLOW_HOME": str(HOME),
    "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{HOME / 'airflow.db'}",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
}


@pytest.fixture(scope="session")
def metadata_database() -> None:
    """Make the schema of the metadata database."""
    from airflow.utils.db import initdb

    initdb()


@pytest.fixture(scope="session")
def dag_bag() -> Any:
    """Load every DAG as the DAG processor does, with a catalogue of two groups."""
    from airflow.dag_processing.dagbag import DagBag

    (HOME / "sources.toml").write_text(GROUPS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BROADSHEET_SOURCES__FILE", str(HOME / "sources.toml"))
        bag = DagBag(ROOT / "dags", bundle_name="dags-folder")
    assert bag.import_errors == {}
    return bag


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Give an empty embedded system of the test's own, by the environment, as workers have it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BROADSHEET_INDEX__URL", f"tantivy:{tmp_path / 'index'}")
    monkeypatch.setenv("BROADSHEET_LAKE__URL", str(tmp_path / "lake"))
    monkeypatch.setenv("AIRFLOW_VAR_BROADSHEET_DROP_FOLDER", str(tmp_path / "drop"))
    (tmp_path / "drop").mkdir()
    return tmp_path
