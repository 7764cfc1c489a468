"""`/metrics` tells of the whole system: what other processes did since, and how sources, quarantine and lake stand."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from ingest import jobs
from ingest.api import system_metrics
from ingest.api.application import create_app
from ingest.collecting import SOURCES
from ingest.jobs import Part, SystemState
from ingest.run_records import RUNS
from ingest.settings import Settings
from ingest.state import Json, open_records
from tests.api.system import BODY, wait_for

PAGE = Path(__file__).parents[2] / "docs" / "observability.md"
CATALOGUE = """
[[source]]
name = "harbour"
kind = "feed"
url = "https://harbour.example/feed"

[[source]]
name = "quay"
kind = "feed"
url = "https://quay.example/feed"

[[source]]
name = "map"
kind = "sitemap"
url = "https://harbour.example/sitemap.xml"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give a system of three sources with one article and one document that failed."""
    (tmp_path / "sources.toml").write_text(CATALOGUE)
    flags = {
        "index.url": f"tantivy:{tmp_path / 'index'}",
        "lake.url": str(tmp_path / "lake"),
        "sources.file": str(tmp_path / "sources.toml"),
        "api.metrics_hold_seconds": 0,
    }
    settings = Settings.load(flags=flags)
    ingest(tmp_path, settings, "first.txt", BODY.format(2))
    ingest(tmp_path, settings, "broken.jsonl", '{"text": 1}\n')
    return settings


@pytest.fixture
def client(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Give a client of that system's API, whose metrics were read once and are read anew each time."""
    monkeypatch.setattr(system_metrics, "SHARE_OF_TIME", float("inf"))
    with TestClient(create_app(settings), raise_server_exceptions=False) as opened:
        opened.get("/metrics")
        yield opened


def ingest(folder: Path, settings: Settings, name: str, text: str) -> None:
    """Ingest a file, as another process does."""
    (folder / name).write_text(text)
    jobs.ingest([str(folder / name)], settings)


def read_samples(client: TestClient) -> dict[str, float]:
    """Read every sample as Prometheus does, by its name and the values of its labels."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        " ".join([sample.name.removeprefix("broadsheet_"), *[value for _, value in sorted(sample.labels.items())]]): (
            sample.value
        )
        for family in families
        for sample in family.samples
    }


def test_runs_of_other_processes_are_counted(client: TestClient, settings: Settings, tmp_path: Path) -> None:
    """What was there at first is no growth; a run that ends later is counted once, with its stages."""
    before = read_samples(client)
    assert (before["runs_total ingest done"], before["run_documents_total ingest indexed"]) == (0, 0)
    assert before["runs_total ingest failed"] == 0
    ingest(tmp_path, settings, "second.txt", BODY.format(5).replace("cutter", "launch"))
    (tmp_path / "empty.txt").touch()
    jobs.ingest([str(tmp_path / "empty.txt")], settings)
    for _ in range(2):
        after = read_samples(client)
        grown = {name: value - before.get(name, 0) for name, value in after.items()}
        assert grown["runs_total ingest done"] == 2
        assert grown["run_documents_total ingest indexed"] == 1
        assert grown["run_dropped_total ingest empty"] == 1
        assert (grown["run_stage_in_total read"], grown["run_stage_dropped_total read"]) == (2, 1)
        assert grown["run_stage_bytes_total index"] == len(BODY.format(5).replace("cutter", "launch"))
        assert grown["run_stage_seconds_total index"] > 0
        assert after["run_ended_timestamp_seconds ingest done"] > before["run_ended_timestamp_seconds ingest done"]


def test_what_stands_is_told(client: TestClient, settings: Settings) -> None:
    """Sources by kind and standing, open entries of the quarantine, the lake's size."""
    told = read_samples(client)
    assert (told["sources feed new"], told["sources sitemap new"], told["sources_drifting feed"]) == (2, 1, 0)
    assert (told["quarantine_open read"], told["lake_captures"]) == (1, 2)
    assert told["lake_stored_bytes"] > 0
    with open_records(settings.index) as records:
        records.put(SOURCES, {"quay": {"polls": 7, "items": 40, "new_items": 30, "error": "status 410", "score": 9.0}})
    later = read_samples(client)
    assert (later["sources feed new"], later["sources feed broken"]) == (1, 1)
    assert (later["source_polls_total feed"], later["source_new_items_total feed"]) == (7, 30)


def test_a_run_that_goes_on_is_counted_as_it_goes(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its books grow while it runs; its end and its last documents are counted once; odd records harm nobody."""
    run = {"run_id": "r", "command": "stream", "updated_at": "2024-01-10T08:00:00+00:00", "process": None}
    odd: dict[str, Json] = {
        "a": {},
        "b": {**run, "state": "done", "books": {"dropped": {"empty": None}}},
        "x": {"run_id": "x"},
    }
    monkeypatch.setattr(system_metrics, "SHARE_OF_TIME", float("inf"))
    metrics = system_metrics.SystemMetrics(settings)
    metrics.read()
    seen = []
    for state, indexed in (("running", 3), ("running", 10), ("done", 12)):
        with open_records(settings.index) as records:
            records.put(RUNS, {**odd, "r": {**run, "host": "", "state": state, "books": {"indexed": indexed}}})
        metrics.read()
        samples = {
            (sample.name, *sample.labels.values()): sample.value
            for metric in metrics.collect()
            for sample in metric.samples
        }
        seen.append(
            (
                samples["broadsheet_run_documents_total", "stream", "indexed"],
                samples.get(("broadsheet_runs_running", "stream"), 0),
                samples["broadsheet_runs_total", "stream", "done"],
            )
        )
    assert seen == [(3, 1, 0), (10, 1, 0), (12, 0, 1)]


def test_a_part_that_cannot_be_read_takes_nothing_else_away(client: TestClient, settings: Settings) -> None:
    """It is told, its gauges are gone instead of old, and the rest is there."""
    assert read_samples(client)["system_unread lake"] == 0
    (entry,) = Path(settings.lake.url).glob("quarantine/*/*.json")
    entry.write_text("{")
    told = read_samples(client)
    assert (told["system_unread lake"], told["system_unread runs"]) == (1, 0)
    assert "lake_captures" not in told
    assert told["sources feed new"] == 2


def test_slow_records_delay_no_answer(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The metrics of before are told while reading goes on, which is begun once."""
    asked, released = [], threading.Event()

    def read_slowly(*_: object) -> SystemState:
        asked.append(1)
        released.wait(timeout=30)
        return SystemState(captures=3)

    monkeypatch.setattr(system_metrics, "WAIT_SECONDS", 0.01)
    monkeypatch.setattr(system_metrics, "read_system", read_slowly)
    assert [read_samples(client)["lake_captures"] for _ in range(3)] == [2, 2, 2]
    assert len(asked) == 1
    released.set()
    assert wait_for(lambda: read_samples(client)["lake_captures"] == 3)


def test_reading_takes_a_small_share_of_the_time(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes long is read seldom, and holds up nothing else."""
    asked: Counter[str] = Counter()

    def read_at_once_but_the_lake(_: object, parts: list[Part], *__: object) -> SystemState:
        asked.update(parts)
        return SystemState(seconds={part: 0.01 if part == "lake" else 0.0 for part in parts})

    monkeypatch.setattr(system_metrics, "read_system", read_at_once_but_the_lake)
    monkeypatch.setattr(system_metrics, "SHARE_OF_TIME", 0.000_001)
    with TestClient(create_app(settings)) as client:
        for _ in range(5):
            client.get("/metrics")
    assert asked == {"runs": 5, "sources": 5, "lake": 1}


def test_every_metric_of_the_api_is_documented(client: TestClient) -> None:
    """An operator finds each metric of `/metrics` in the page, and none that is not there."""
    client.get("/v1/articles")
    families = text_string_to_metric_families(client.get("/metrics").text)
    names = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in families
        if family.name.startswith("broadsheet_") and not family.name.endswith("_created")
    }
    assert set(re.findall(r"^\| `(broadsheet_\w+)`", PAGE.read_text(), re.MULTILINE)) == names
