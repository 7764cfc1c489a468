"""The DAG of the main job: what it imports, its policy, and its runs over no, one and many batches."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

import pytest

ISLANDS = ("Hale", "Ormsay", "Vaila", "Skerry", "Tarn")
WORDS = ("harbour", "pier", "council", "ramp", "winter", "crew", "ticket", "storm", "repair", "passenger", "crossing")
DAG_FILE = Path(__file__).parents[2] / "dags" / "ingest_articles.py"

# Warnings that Airflow 3.3 itself sets off; none of them is about what a DAG of ours does.
AIRFLOWS_OWN = [
    # svcs, which its in-process API stands on, imports Starlette's test client.
    "ignore:Using `httpx` with `starlette.testclient`:starlette.exceptions.StarletteDeprecationWarning",
]


def article(island: str) -> str:
    """Write an article of which no two islands' are near-duplicates."""
    sentences = [f"{island} {word} and the {word} of {island} {number} said so." for number, word in enumerate(WORDS)]
    return f"Ferry to {island} sails again\n\n" + " ".join(sentences) + "\n"


pytestmark = [pytest.mark.airflow, *(pytest.mark.filterwarnings(entry) for entry in AIRFLOWS_OWN)]


@pytest.fixture(scope="session")
def dag() -> Any:
    """Load the DAG as the DAG processor does."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(DAG_FILE.parent, bundle_name="dags-folder")
    assert bag.import_errors == {}
    return bag.dags["ingest_articles"]


def test_dag_imports_airflow_and_the_jobs_alone() -> None:
    """A DAG that reaches past the jobs does work that the command line then does otherwise."""
    tree = ast.parse(DAG_FILE.read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {getattr(node, "module", None) or node.names[0].name for node in imports}
    assert {module for module in modules if module.split(".")[0] not in sys.stdlib_module_names | {"airflow"}} == {
        "ingest"
    }
    (ours,) = [node for node in imports if getattr(node, "module", None) == "ingest"]
    assert [name.name for name in ours.names] == ["jobs"]


def test_each_body_is_one_return(dag: Any) -> None:
    """Logic in a task body is logic that no unit test reaches."""
    tree = ast.parse(DAG_FILE.read_text())
    (block,) = [node for node in tree.body if isinstance(node, ast.With)]
    bodies = {node.name: node.body for node in block.body if isinstance(node, ast.FunctionDef)}
    assert set(bodies) == set(dag.task_ids)
    for body in bodies.values():
        assert [type(statement) for statement in body] == [ast.Expr, ast.Return]


def test_policy(dag: Any) -> None:
    """One run at a time, an owner, a tag to find it by, retries that back off and end."""
    assert (dag.max_active_runs, dag.catchup) == (1, False)
    assert "broadsheet" in dag.tags
    for task in dag.tasks:
        options = task.partial_kwargs if task.is_mapped else vars(task)
        assert options["owner"] == "broadsheet"
        assert options["retries"] == 5
        assert options["retry_exponential_backoff"] == 2.0
        assert options["execution_timeout"] is not None


def test_wrong_settings_fail_at_once_and_an_absent_index_is_tried_again(dag: Any) -> None:
    """A retry repairs an absent service; it never repairs a typo."""
    from airflow.sdk import RetryAction

    from ingest import errors

    policy = dag.get_task("claim_batches").retry_policy
    actions = {
        kind: policy.evaluate(kind("x"), 1, 5).action
        for kind in (errors.SettingsError, errors.CountingLawBroken, errors.StorageFull, errors.IndexUnavailable)
    }
    assert actions == {
        errors.SettingsError: RetryAction.FAIL,
        errors.CountingLawBroken: RetryAction.FAIL,
        errors.StorageFull: RetryAction.RETRY,
        errors.IndexUnavailable: RetryAction.DEFAULT,
    }


def test_dag_survives_serialisation(dag: Any) -> None:
    """The scheduler never sees the file, only what its serialised form kept."""
    from airflow.serialization.serialized_objects import DagSerialization

    restored = DagSerialization.deserialize_dag(json.loads(json.dumps(DagSerialization.serialize_dag(dag))))
    assert set(restored.task_ids) == set(dag.task_ids)
    assert restored.get_task("deduplicate").upstream_task_ids == {"clean"}
    assert restored.get_task("enrich").upstream_task_ids == {"deduplicate"}


@pytest.mark.elasticsearch
@pytest.mark.timeout(180)
@pytest.mark.usefixtures("metadata_database")
class TestRun:
    """Whole runs by `dag.test()` on a temporary SQLite, into the real Elasticsearch."""

    @pytest.fixture(autouse=True)
    def places(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, elasticsearch_url: str, elasticsearch_prefix: str
    ) -> None:
        """Give each test a drop folder, a lake and indices of its own; the index's address comes by the connection."""
        (tmp_path / "drop").mkdir()
        self.drop = tmp_path / "drop"
        self.url, self.prefix = elasticsearch_url, elasticsearch_prefix
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("AIRFLOW_VAR_BROADSHEET_DROP_FOLDER", str(self.drop))
        monkeypatch.setenv("AIRFLOW_CONN_ELASTICSEARCH_DEFAULT", elasticsearch_url.replace("http:", "elasticsearch:"))
        monkeypatch.setenv("BROADSHEET_INDEX__PREFIX", self.prefix)
        monkeypatch.setenv("BROADSHEET_LAKE__URL", str(tmp_path / "lake"))

    def run(self, dag: Any) -> tuple[str, Any]:
        """Run the DAG once, without retries (they would be waited for); give its state and what `publish` gave."""
        for task in dag.tasks:
            (task.partial_kwargs if task.is_mapped else vars(task))["retries"] = 0
        run = dag.test()
        published = run.get_task_instance("publish").xcom_pull(task_ids="publish")
        return run.state, published

    def test_empty_folder_is_a_quiet_success(self, dag: Any) -> None:
        """The sweep mostly finds nothing, which must not alarm anyone."""
        state, published = self.run(dag)
        assert (state, published) == ("success", None)

    def total(self) -> int:
        """Count the articles in the index, duplicates included."""
        from ingest import jobs
        from ingest.index.opening import open_index
        from ingest.settings import Settings

        settings = Settings.load(flags={"index.url": self.url, "index.prefix": self.prefix})
        index = open_index(settings.index, write=True)
        index.refresh()
        index.close()
        total = jobs.search([("duplicates", "show")], settings)["total"]
        assert isinstance(total, int)
        return total

    def test_one_batch(self, dag: Any) -> None:
        """A mapped task over one reference must get a list of one, and the file must be put away."""
        (self.drop / "hale.txt").write_text(article("Hale"))
        state, published = self.run(dag)
        assert state == "success"
        assert {key: published[key] for key in ("batches", "seen", "indexed")} == {
            "batches": 1,
            "seen": 1,
            "indexed": 1,
        }
        assert self.total() == 1
        assert [path.name for path in self.drop.glob("done/*/*/*")] == ["hale.txt"]

    def test_many_batches_then_the_same_again(self, dag: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """The books hold over all batches, a broken line costs no neighbour, and a second run changes nothing."""
        from ingest.batching import RunSettings

        monkeypatch.setattr("ingest.jobs.batches.BATCH", RunSettings(batch_documents=2))
        self.fill_drop_folder()
        state, published = self.run(dag)
        assert state == "success"
        books = {"batches": 4, "seen": 8, "indexed": 6, "failed": 1, "dropped": 1}
        assert {key: published[key] for key in books} == books
        assert self.total() == 6

        self.fill_drop_folder()
        state, published = self.run(dag)
        assert state == "success"
        books = {"batches": 4, "seen": 8, "unchanged": 6, "failed": 1, "dropped": 1}
        assert {key: published[key] for key in books} == books

    def fill_drop_folder(self) -> None:
        """Drop five articles, a copy of the first, an empty file and a broken line."""
        for island in ISLANDS:
            (self.drop / f"{island}.txt").write_text(article(island))
        (self.drop / "copy.txt").write_text(article(ISLANDS[0]))
        (self.drop / "empty.txt").write_text("")
        (self.drop / "broken.jsonl").write_text('{"text": \n')

    def test_broken_index_fails_the_run(self, dag: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """A run that could not index must not look like one that did."""
        monkeypatch.setenv("AIRFLOW_CONN_ELASTICSEARCH_DEFAULT", "elasticsearch://127.0.0.1:9/http")
        monkeypatch.setenv("BROADSHEET_INDEX__OPEN_PATIENCE_SECONDS", "0.1")
        (self.drop / "hale.txt").write_text(article("Hale"))
        state, published = self.run(dag)
        assert (state, published) == ("failed", None)
        assert [path.name for path in self.drop.glob(".claimed/*/*/*")] == ["hale.txt"]
