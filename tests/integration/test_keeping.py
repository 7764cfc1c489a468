"""What is kept: the lake verified and measured, its clean texts, and retention by age."""

from __future__ import annotations

import gzip
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from ingest import jobs
from ingest.cli import main
from ingest.errors import LakeDamaged
from ingest.lake import LakeSettings, open_lake
from ingest.run_records import RUNS, RunLog
from ingest.state import open_records
from tests.dedup.articles import write_body
from tests.integration.system import System

NOW = datetime.now(UTC)


def fill(system: System, *days_old: int) -> None:
    """Ingest articles of so many days, all copies of one text, a file of the lake each."""
    for number, days in enumerate(days_old):
        line: dict[str, Any] = {"id": f"a{number}", "url": f"https://harbour.example/{number}", "text": write_body(1)}
        line["published_at"] = f"{NOW - timedelta(days=days):%Y-%m-%d}"
        path = system.folder / f"{number}.jsonl"
        path.write_text(json.dumps(line), encoding="utf-8")
        jobs.ingest([str(path)], system.settings)


@pytest.fixture
def embedded(tmp_path: Path) -> System:
    """Give an empty system in a folder."""
    return System(url=f"tantivy:{tmp_path / 'index'}", prefix="", folder=tmp_path)


def test_sound_lake_is_sound_and_damage_is_told(embedded: System, capsys: pytest.CaptureFixture[str]) -> None:
    """Torn files, flipped and other bytes, lost files, a catalogue that is behind: each is told with its place."""
    fill(embedded, 1, 2, 3, 4, 5)
    done = jobs.verify_lake(embedded.settings)
    assert (done.files, done.records, done.problems) == (5, 5, 0)
    done.assert_sound()
    with open_lake(embedded.settings.lake) as lake:
        torn, flipped, other, lost, _ = (file for file, _ in lake.files())
        lake._catalogue.remove([5])
    raw = embedded.folder / "lake" / "raw"
    (raw / torn).write_bytes((raw / torn).read_bytes()[:-9])
    spoilt = bytearray((raw / flipped).read_bytes())
    spoilt[100] ^= 0xFF
    (raw / flipped).write_bytes(spoilt)
    altered = gzip.decompress((raw / other).read_bytes()).replace(b"published_at", b"PUBLISHED_AT")
    (raw / other).write_bytes(gzip.compress(altered, mtime=0))
    (raw / lost).unlink()
    assert main(["lake", "verify", "--json", *embedded.flags]) == LakeDamaged.exit_code
    told = json.loads(capsys.readouterr().out)
    problems = {finding["file"]: finding["problem"] for finding in reversed(told["findings"])}
    assert problems[torn] == "torn"
    assert problems[flipped].startswith("damaged")
    assert problems[other] == "capture 3: its bytes have another digest"
    assert problems[lost] == "the catalogue names this file, and it is not there"
    assert "the catalogue does not have it" in told["findings"][-2]["problem"]


def test_what_retention_removed_elsewhere_is_no_damage(embedded: System) -> None:
    """A machine whose catalogue is behind retention names files that are gone for good, and no others."""
    fill(embedded, 1, 2, 3)
    with open_lake(embedded.settings.lake) as lake:
        old, young, _ = (file for file, _ in lake.files())
        lake._catalogue._connection.execute("UPDATE captures SET accepted_at = '2020-01-01' WHERE file = ?", (old,))
    (embedded.folder / "lake" / "raw" / old).unlink()
    kept = embedded.settings
    keeping = replace(kept, lake=replace(kept.lake, retain_days=30))
    assert [finding.file for finding in jobs.verify_lake(kept).findings] == [old]
    assert jobs.verify_lake(keeping).findings == []
    (embedded.folder / "lake" / "raw" / young).unlink()
    assert [finding.file for finding in jobs.verify_lake(keeping).findings] == [young]


def test_size_and_texts(embedded: System, capsys: pytest.CaptureFixture[str]) -> None:
    """The lake's size by month without reading it, and clean texts that another reader takes for WARC."""
    fill(embedded, 1, 2)
    assert main(["lake", "size", "--json", *embedded.flags]) == 0
    size = json.loads(capsys.readouterr().out)
    assert (size["captures"], size["files"], size["months"][0]["captures"]) == (2, 2, 2)
    assert size["bytes"] == size["months"][0]["bytes"] > 500
    target = embedded.folder / "texts.warc.gz"
    assert main(["lake", "convert", str(target), "a1", *embedded.flags]) == 0
    records = [
        (each.rec_type, each.rec_headers.get_header("WARC-Target-URI"), each.content_stream().read().decode())
        for each in ArchiveIterator(io.BytesIO(target.read_bytes()), check_digests=True)
    ]
    assert records == [("conversion", "https://harbour.example/1", write_body(1))]


def test_retention_removes_what_is_older(system: System) -> None:
    """Old articles go with all beside them, the next of a cluster is canonical, and a dry run removes nothing."""
    fill(system, 40, 35, 3, 1)
    bare = system.settings
    settings = replace(bare, index=replace(bare.index, retain_days=30))
    assert jobs.apply_retention(bare).articles == 0
    assert jobs.apply_retention(settings, dry_run=True).articles == 2
    assert len(system.snapshot()) == 4
    done = jobs.apply_retention(settings)
    assert (done.articles, done.captures) == (2, 0)
    left = {each["given_id"]: each["canonical"] for each in system.snapshot().values()}
    assert left == {"a2": True, "a3": False}
    assert jobs.apply_retention(settings).articles == 0


def test_retention_of_runs(system: System) -> None:
    """A run is forgotten long after it was last heard of, not after it began; a dry run counts, and 0 keeps all."""
    settings = system.settings
    with open_records(settings.index) as records:
        for run_id in ("old", "long", "new"):
            RunLog(records, settings, run_id, "stream").end("done", {"seen": 1})
        before = (NOW - timedelta(days=100)).isoformat()
        held = {
            run_id: {**record, "started_at": before} for run_id, record in records.get(RUNS, ["old", "long"]).items()
        }
        records.put(RUNS, held | {"old": {**held["old"], "updated_at": before}})
    for_ever = replace(settings, state=replace(settings.state, run_days=0))
    assert jobs.apply_retention(for_ever).runs == 0
    assert jobs.apply_retention(settings, dry_run=True).runs == 1
    assert len(jobs.list_runs(settings)) == 3
    assert jobs.apply_retention(settings).runs == 1
    assert [run["run_id"] for run in jobs.list_runs(settings)] == ["new", "long"]
    assert jobs.apply_retention(settings, now=NOW + timedelta(days=91)).runs == 2
    assert jobs.list_runs(settings) == []


def test_retention_of_the_lake(embedded: System) -> None:
    """Files that hold nothing newer go, and so do old hand-overs; what is newer stays."""
    fill(embedded, 1, 2, 3)
    old = embedded.folder / "lake" / "handover" / "run.read.000000.jsonl.zst"
    old.parent.mkdir()
    old.touch()
    settings = replace(embedded.settings, lake=LakeSettings(url=embedded.settings.lake.url, retain_days=30))
    assert jobs.apply_retention(settings).to_json() == jobs.RetentionReport().to_json()
    later = NOW + timedelta(days=31)
    told = jobs.apply_retention(settings, dry_run=True, now=later)
    assert (told.files, told.captures, told.handovers, old.exists()) == (2, 2, 1, True)
    assert jobs.apply_retention(settings, now=later).to_json() == {**told.to_json(), "dry_run": False}
    assert not old.exists()
    with open_lake(settings.lake) as lake:
        assert [capture.capture for capture in lake.since()] == [3]
