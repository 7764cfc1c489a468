"""A run's stages, lake and outcomes are counted under few labels."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ingest import jobs
from ingest.errors import UsageError
from ingest.settings import Settings
from ingest.telemetry.metrics import render, serve_metrics
from services.processes import free_ports

STORY = "The ferry sailed at noon, and the harbour board said that it would sail again at four. " * 5


def read_samples() -> dict[str, float]:
    """Read every sample as Prometheus does, by its name and labels."""
    families = text_string_to_metric_families(render()[0].decode())
    return {
        f"{sample.name}{dict(sorted(sample.labels.items()))}": sample.value
        for family in families
        for sample in family.samples
        if sample.name.startswith("broadsheet_")
    }


def test_a_run_is_counted(tmp_path: Path) -> None:
    """What the report says of the stages, the metrics say too."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(STORY)
    (tmp_path / "in" / "b.txt").write_text(" ")
    (tmp_path / "in" / "c.jsonl").write_text('{"text": 1}\n')
    settings = Settings.load(flags={"index.url": f"tantivy:{tmp_path / 'index'}", "lake.url": str(tmp_path / "lake")})
    before = read_samples()
    report = jobs.ingest([str(tmp_path / "in")], settings)
    after = read_samples()
    grown = {name: value - before.get(name, 0) for name, value in after.items() if value != before.get(name, 0)}
    assert grown["broadsheet_stage_in_total{'stage': 'read'}"] == 3
    assert grown["broadsheet_stage_dropped_total{'reason': 'empty', 'stage': 'read'}"] == 1
    assert grown["broadsheet_stage_failed_total{'stage': 'read'}"] == 1
    assert grown["broadsheet_stage_kept_total{'stage': 'index'}"] == 1
    assert grown["broadsheet_stage_bytes_total{'stage': 'index'}"] == len(STORY)
    assert grown["broadsheet_stage_seconds_total{'stage': 'index'}"] == pytest.approx(report.stages["index"].seconds)
    assert grown["broadsheet_documents_total{'outcome': 'indexed', 'source': 'file'}"] == 1
    assert grown["broadsheet_lake_accepted_total{}"] == 2  # the broken line's bytes, too
    assert grown["broadsheet_quarantined_total{'stage': 'read'}"] == 1


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_port_of_its_own_answers_prometheus() -> None:
    """A command that is no server serves its metrics; a taken port is told as a usage error."""
    (port,) = free_ports(1)
    serve_metrics(port)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
        assert b"broadsheet_build_info" in answer.read()
    with pytest.raises(UsageError, match=str(port)):
        serve_metrics(port)
