"""The whole system with its lake in a bucket: what a folder does, a bucket does."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from s3fs import S3FileSystem

from ingest import jobs
from ingest.jobs import Hand
from ingest.lake import LakeSettings
from ingest.settings import Settings
from tests.dedup.articles import write_body
from tests.sources.archives import crawl

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "::1"])


@pytest.fixture
def flags(bucket: LakeSettings, tmp_path: Path) -> dict[str, Any]:
    """Give the flags of a system of the test's own; where the service is comes from the environment."""
    return {
        "index.url": f"tantivy:{tmp_path / 'index'}",
        "lake.url": f"{bucket.url}/{secrets.token_hex(4)}",
        "lake.catalogue_folder": str(tmp_path / "catalogues"),
    }


def lines(*numbers: int) -> str:
    """Write input lines, and one that is broken."""
    articles = ({"url": f"https://harbour.example/{each}", "text": write_body(each)} for each in numbers)
    return "\n".join([*map(json.dumps, articles), '{"text": '])


def test_lake_in_a_bucket_serves_everything(flags: dict[str, Any], tmp_path: Path) -> None:
    """Ingestion twice, quarantine, replay, tasks with their hand-overs, erasure, soundness and size."""
    settings = Settings.load(flags=flags)
    (tmp_path / "in.jsonl").write_text(lines(1, 2, 3), encoding="utf-8")
    done = [jobs.ingest([str(tmp_path / "in.jsonl")], settings) for _ in range(2)]
    assert [(each.outcomes["indexed"], each.outcomes["unchanged"], each.failed) for each in done] == [
        (3, 0, 1),
        (0, 3, 1),
    ]
    (entry,) = jobs.list_quarantine(settings)
    assert jobs.replay_quarantine([entry["id"]], settings).failed == 1
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "in.jsonl").write_text(lines(3, 4), encoding="utf-8")
    references = jobs.claim_batches(str(drop), "run", flags)
    assert references[0].startswith(f"{flags['lake.url']}/handover/")
    cleaned = [jobs.clean_batch(reference, flags) for reference in references]
    decided = [jobs.deduplicate_batch(reference, cleaned, flags) for reference in cleaned]
    indexed = [jobs.index_batch(jobs.enrich_batch(reference, flags), flags) for reference in decided]
    books = jobs.publish(str(drop), "run", references, indexed, flags)
    assert (books["seen"], books["indexed"], books["unchanged"]) == (3, 1, 1)
    (gone,) = jobs.erase(["https://harbour.example/4"], Hand(by="nell"), settings)
    assert (gone.captures, gone.handovers) == (1, len(references) * 5)
    assert jobs.replay(settings).to_json()["unchanged"] == 3
    sound = jobs.verify_lake(settings)
    assert (sound.problems, sound.erased) == (0, 1)
    size = jobs.measure_lake(settings)
    assert (size["url"], size["captures"], size["quarantined"]) == (flags["lake.url"], sound.records, 1)


def test_archive_in_a_bucket_is_ingested(flags: dict[str, Any]) -> None:
    """By its URL, with the environment's credentials; one that is not there, or in no bucket, is told."""
    name = secrets.token_hex(4)
    S3FileSystem().pipe_file(f"lakes/{name}.warc.gz", crawl([1, 2]))
    missing = [f"s3://lakes/{name}-2.warc.gz", f"s3://{name}/1.warc.gz"]
    done = jobs.ingest([f"s3://lakes/{name}.warc.gz", *missing], Settings.load(flags=flags))
    assert (done.outcomes["indexed"], done.failed, done.unanswered) == (2, 2, "")
    assert [each.trace.origin for each in done.failures] == missing
