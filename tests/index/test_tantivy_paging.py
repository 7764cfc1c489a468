"""Mapped pages of the index's files are given back, and nothing is changed by it."""

from __future__ import annotations

import mmap
import sys
import time
from pathlib import Path

import pytest

from ingest.index.backends import tantivy_paging
from ingest.index.backends.tantivy_paging import Pager, read_mapped_bytes

PAGE = 4096
SIZE = 64 << 20


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives pages back on request")
def test_mapped_pages_are_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A merge must not make the process look as large as the index."""
    monkeypatch.setattr(tantivy_paging, "MAX_MAPPED_BYTES", 0)
    path = tmp_path / "segment.store"
    path.write_bytes(bytes(range(256)) * (SIZE // 256))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
        before = sum(mapped[place] for place in range(1, SIZE, PAGE))
        touched = read_mapped_bytes()
        pager = Pager(tmp_path)
        pager.start()
        ends = time.monotonic() + 30
        while read_mapped_bytes() > touched - SIZE // 2 and time.monotonic() < ends:
            time.sleep(0.05)
        given_back = touched - read_mapped_bytes()
        pager.stop()
        assert given_back > SIZE // 2
        assert sum(mapped[place] for place in range(1, SIZE, PAGE)) == before
