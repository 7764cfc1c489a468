"""What an article costs: processor time and memory of the command line, bytes of each index and of the lake."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from benchmarks.elasticsearch import find_server, new_place
from benchmarks.scale_out.stories import write_stories

ARTICLES = 3000
# By the beginning of an index's name; the last takes signatures, events and other records.
KINDS = {"articles": "articles", "article-versions": "versions", "article-": "beside"}


def run() -> dict[str, Any]:
    """Ingest into an index with one shard and no replica, and give what it took and what it left."""
    with (
        tempfile.TemporaryDirectory(prefix="broadsheet-sizes-") as folder,
        find_server() as url,
        new_place(url, "sizes") as place,
    ):
        lines, lake = Path(folder) / "stories.jsonl", Path(folder) / "lake"
        write_stories(lines, ARTICLES)
        settings = {
            "BROADSHEET_INDEX__URL": url,
            "BROADSHEET_INDEX__PREFIX": place.prefix,
            "BROADSHEET_INDEX__REPLICAS": "0",
            "BROADSHEET_LAKE__URL": str(lake),
            "BROADSHEET_TELEMETRY__LOG_LEVEL": "warning",
        }
        command = [str(Path(sys.executable).parent / "broadsheet"), "ingest", str(lines), "--json"]
        with subprocess.Popen(command, env={**os.environ, **settings}, stdout=subprocess.DEVNULL) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        return {
            "articles": ARTICLES,
            "bytes_of_input": round(lines.stat().st_size / ARTICLES),
            "milliseconds": round((used.ru_utime + used.ru_stime) * 1000 / ARTICLES, 2),
            "peak_megabytes": round(used.ru_maxrss / 1024),
            **measure_indices(url, place.prefix),
            "lake_bytes": round(sum(path.stat().st_size for path in lake.rglob("*.warc*")) / ARTICLES),
        }


def measure_indices(url: str, prefix: str) -> dict[str, int]:
    """Give the bytes an article of the articles, of their versions and of all that is beside them, before merging."""
    taken = dict.fromkeys(KINDS, 0)
    with Elasticsearch(url) as client:
        names = f"{prefix}article*"
        client.indices.flush(index=names)
        stats = client.indices.stats(index=names, metric="store")
        for index, told in stats["indices"].items():
            kind = next(kind for kind in KINDS if index.startswith(prefix + kind))
            taken[kind] += told["primaries"]["store"]["size_in_bytes"]
    return {f"{name}_bytes": round(taken[kind] / ARTICLES) for kind, name in KINDS.items()}
