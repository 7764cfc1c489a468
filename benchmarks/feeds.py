"""Ten thousand feeds on as many host names, polled twice into a lake: `python -m benchmarks.feeds [FEEDS]`.

The server is on loopback, in a process of its own; a resolver of the benchmark's maps every name to it. The
first round finds everything new (and fetches each host's robots.txt); in the second, which is the figure, a fifth of
the feeds changed, each by four of its twenty items. Half of them know ETags, the others send everything again.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.feed_server import CHANGED_EACH
from ingest.collecting import Collector, Wanted
from ingest.jobs.cleaning import carry_on
from ingest.lake import open_lake
from ingest.pipeline import reading_stage
from ingest.settings import Settings
from ingest.sources.catalogue import Source
from ingest.state import Records, open_records

FEEDS = 10_000


@dataclass(frozen=True, slots=True)
class Round:
    """What came of looking at all sources once, and the time that it took, by the clock and of the processor."""

    outcomes: Counter[str]
    seconds: float
    cpu_seconds: float


async def to_loopback(_host: str, _port: int) -> Sequence[str]:
    """Resolve every name to the server."""
    return ["127.0.0.1"]


def measure(feeds: int = FEEDS) -> dict[str, Any]:
    """Poll all feeds twice; give feeds a second of both rounds and the peak of resident memory."""
    command = [sys.executable, "-m", "benchmarks.feed_server"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server,
    ):
        assert server.stdout is not None
        assert server.stdin is not None
        port = int(server.stdout.readline())
        settings = make_settings(Path(folder), port)
        sources = [Source(name=f"feed{n}", kind="feed", url=f"http://n{n}.feeds.example:{port}/") for n in range(feeds)]
        with open_records(settings.index) as records:
            cold = poll_all(sources, settings, records)
            server.stdin.write("change\n")
            server.stdin.flush()
            server.stdout.readline()
            warm = poll_all(sources, settings, records)
        server.kill()
    assert cold.outcomes["RawDocument"] == 20 * feeds, cold
    assert warm.outcomes["RawDocument"] == 4 * (feeds // CHANGED_EACH), warm
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    return {
        "feeds": feeds,
        "feeds_per_second": round(feeds / warm.seconds),
        "feeds_per_second_all_new": round(feeds / cold.seconds),
        "articles_all_new": cold.outcomes["RawDocument"],
        "articles_changed": warm.outcomes["RawDocument"],
        "peak_resident_mb": round(peak_mb),
        "cpu_seconds_a_thousand_feeds": round(1000 * warm.cpu_seconds / feeds, 2),
    }


def make_settings(folder: Path, port: int) -> Settings:
    """Give settings that reach the server, with 64 connections."""
    flags = {
        "network.allowed_networks": "127.0.0.1/32",
        "network.allowed_ports": str(port),
        "network.max_connections": 64,
        "index.url": f"tantivy:{folder / 'index'}",
        "lake.url": str(folder / "lake"),
    }
    return Settings.load(flags=flags)


def poll_all(sources: Sequence[Source], settings: Settings, records: Records) -> Round:
    """Look at all sources, take what is new into the lake, remember it; count outcomes and time."""
    started, cpu = time.perf_counter(), time.process_time()
    with open_lake(settings.lake) as lake:
        collector = Collector(settings=settings, records=records, run_id="bench", resolve=to_loopback)
        payloads = collector.payloads(Wanted(sources=tuple(sources)))
        outcomes = Counter(type(outcome).__name__ for outcome in carry_on(reading_stage(settings, lake), payloads))
        collector.commit()
    failed = [poll.error for poll in collector.polls.values() if poll.error]
    assert not failed, failed[:3]
    return Round(outcomes, time.perf_counter() - started, time.process_time() - cpu)


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:]))))
