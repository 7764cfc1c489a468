"""A process killed at any named point loses nothing; the next run ends where a clean one ends.

The short form of `python -m benchmarks.crashes`, which kills at every pass.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.crashes import IN_REPLAY, ON_THE_WAY, make_elasticsearch, make_embedded, prove, prove_stream
from ingest.crash_points import Point

pytestmark = [pytest.mark.slow]


def make_folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Make a folder for the system that is killed, one for the clean one, one for the input."""
    folders = tmp_path / "killed", tmp_path / "clean", tmp_path / "input"
    for folder in folders:
        folder.mkdir()
    return folders


def test_embedded_index(tmp_path: Path) -> None:
    """Every point at its first and second pass."""
    killed, clean, files = make_folders(tmp_path)
    kills = prove(make_embedded(killed), make_embedded(clean), files, (1, 2), IN_REPLAY[:2])
    assert set(kills) == {*ON_THE_WAY, "replayed"}
    assert min(kills.values()) == 2


@pytest.mark.elasticsearch
def test_elasticsearch(tmp_path: Path, elasticsearch_url: str) -> None:
    """Every point at its second pass; also between the requests of one write."""
    folder, other, files = make_folders(tmp_path)
    with make_elasticsearch(elasticsearch_url, folder) as killed, make_elasticsearch(elasticsearch_url, other) as clean:
        kills = prove(killed, clean, files, (2,), IN_REPLAY[:2])
    assert set(kills) == {*ON_THE_WAY, "bulk_sent", "replayed"}


@pytest.mark.kafka
@pytest.mark.elasticsearch
def test_stream(tmp_path: Path, elasticsearch_url: str, kafka_address: str) -> None:
    """An instance dies before its offsets are committed, and another one after; the index is a clean one's."""
    folder, other, _ = make_folders(tmp_path)
    points: tuple[Point, ...] = ("before_offsets", "after_offsets")
    with make_elasticsearch(elasticsearch_url, folder) as killed, make_elasticsearch(elasticsearch_url, other) as clean:
        kills = prove_stream(killed, clean, kafka_address, (1,), points)
    assert kills == dict.fromkeys(points, 1)
