"""The DAG of the main job: its runs over no, one and many batches."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from tests.dags.running import HOME, IGNORED, run_dag
from tests.sources.test_drop import die

ISLANDS = ("Hale", "Ormsay", "Vaila", "Skerry", "Tarn")
WORDS = ("harbour", "pier", "council", "ramp", "winter", "crew", "ticket", "storm", "repair", "passenger", "crossing")

# Whatever opens the index must stand nowhere but in the connection.
CANARY = "canary-9f3e1c77d0"


def article(island: str) -> str:
    """Write an article of which no two islands' are near-duplicates."""
    sentences = [f"{island} {word} and the {word} of {island} {number} said so." for number, word in enumerate(WORDS)]
    return f"Ferry to {island} sails again\n\n" + " ".join(sentences) + "\n"


pytestmark = [pytest.mark.airflow, *IGNORED]


@pytest.fixture
def dag(dag_bag: Any) -> Any:
    """Give the DAG."""
    return dag_bag.dags["ingest_articles"]


@pytest.mark.elasticsearch
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
        host = elasticsearch_url.removeprefix("http://")
        monkeypatch.setenv("AIRFLOW_CONN_ELASTICSEARCH_DEFAULT", f"elasticsearch://writer:{CANARY}@{host}/http")
        monkeypatch.setenv("BROADSHEET_INDEX__PREFIX", self.prefix)
        monkeypatch.setenv("BROADSHEET_LAKE__URL", str(tmp_path / "lake"))

    def run(self, dag: Any) -> tuple[str, Any]:
        """Run the DAG once, without retries (they would be waited for); give its state and what `publish` gave."""
        run = run_dag(dag)
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

    def test_a_batch_that_fails_for_good_holds_up_no_other(self, dag: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """The others are found, and the run is not one that went well; the next run takes all files up again."""
        from ingest import jobs
        from ingest.batching import RunSettings

        monkeypatch.setattr("ingest.jobs.batches.BATCH", RunSettings(batch_documents=1))
        for island in ISLANDS:
            (self.drop / f"{island}.txt").write_text(article(island))
        clean = jobs.clean_batch

        def fail_at_the_second(reference: str, flags: dict[str, Any]) -> str:
            if ".000001." in reference:
                raise RuntimeError("the second batch brings a defect out")
            return clean(reference, flags)

        with monkeypatch.context() as patch:
            patch.setattr("ingest.jobs.clean_batch", fail_at_the_second)
            assert self.run(dag) == ("failed", None)
        assert self.total() == len(ISLANDS) - 1
        (claimed,) = (path.name for path in (self.drop / ".claimed").iterdir() if path.is_dir())
        die(self.drop, claimed)
        state, published = self.run(dag)
        assert state == "success"
        assert (published["seen"], published["indexed"], self.total()) == (len(ISLANDS), 1, len(ISLANDS))

    def test_secrets_stand_nowhere(self, dag: Any, capfd: pytest.CaptureFixture[str]) -> None:
        """Whoever may read logs, hand-overs or rendered fields must not be able to write to the index with it."""
        (self.drop / "hale.txt").write_text(article("Hale"))
        assert self.run(dag)[0] == "success"
        self.assert_no_canary(capfd)

    @pytest.mark.parametrize("fault", ["no lake", "no index"])
    def test_secrets_stand_nowhere_where_a_service_is_away(
        self, fault: str, dag: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """The lake's secret no more than the index's, and what fails tells of neither."""
        (self.drop / "hale.txt").write_text(article("Hale"))
        monkeypatch.setenv(
            "AIRFLOW_CONN_AWS_DEFAULT", f"aws://keeper:{CANARY}@/?endpoint_url=http%3A%2F%2F127.0.0.1%3A9"
        )
        if fault == "no lake":
            monkeypatch.setenv("BROADSHEET_LAKE__URL", "s3://lakes/here")
        else:
            monkeypatch.setenv(
                "AIRFLOW_CONN_ELASTICSEARCH_DEFAULT", f"elasticsearch://writer:{CANARY}@127.0.0.1:9/http"
            )
            monkeypatch.setenv("BROADSHEET_INDEX__OPEN_PATIENCE_SECONDS", "0.1")
        assert self.run(dag)[0] == "failed"
        self.assert_no_canary(capfd)

    def test_an_error_that_quotes_a_secret_is_told_without(
        self, dag: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A library's error may hold the address that it called: Airflow masks its lines, the callback its own."""

        def quote(*_: object) -> None:
            raise RuntimeError(f"http://writer:{CANARY}@index.example:9200 and the password {CANARY} are refused")

        (self.drop / "hale.txt").write_text(article("Hale"))
        monkeypatch.setattr("ingest.jobs.clean_batch", quote)
        with caplog.at_level(logging.ERROR, logger="broadsheet.dags"):
            assert self.run(dag)[0] == "failed"
        lines = [record.getMessage() for record in caplog.records if record.name == "broadsheet.dags"]
        assert lines[0].endswith("http://[redacted]@index.example:9200 and the password [redacted] are refused")
        assert [line for line in lines if CANARY in line] == []

    def assert_no_canary(self, capfd: pytest.CaptureFixture[str]) -> None:
        """Look for the secret in everything that was written or said."""
        written = [path for path in (HOME, self.drop.parent) for path in path.rglob("*") if path.is_file()]
        assert any(path.suffix == ".db" for path in written)
        assert [path for path in written if CANARY.encode() in path.read_bytes()] == []
        told = capfd.readouterr()
        assert CANARY not in told.out + told.err

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
