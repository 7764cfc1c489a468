"""Kafka to Elasticsearch beside files to Elasticsearch, in one run: `python -m benchmarks.streaming [DOCUMENTS]`.

The same generated articles, once from a file by `ingest`, once from a topic by `stream` with one instance, each into an
empty index; rounds alternate, and the median counts. A round's time is from the start of the job to its last document
acknowledged (and, for the stream, committed), with what it takes to open the index. Both servers run on this machine.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from benchmarks.corpora import Generator
from benchmarks.crashes import find_elasticsearch, make_elasticsearch
from ingest import jobs
from ingest.settings import Settings
from services import kafka

DOCUMENTS = 4_000
CHARACTERS = 2_300
ROUNDS = 3
PARTITIONS = 4


@dataclass(frozen=True, slots=True)
class Bench:
    """Where to, where from, and how many."""

    elasticsearch: str
    brokers: str
    lines: list[str]


def measure(documents: int = DOCUMENTS) -> dict[str, Any]:
    """Give both rates and the stream's share of the file path's."""
    with ExitStack() as stack:
        url = stack.enter_context(find_elasticsearch())
        brokers = os.environ.get("BROADSHEET_TEST_KAFKA") or stack.enter_context(kafka.running()).address
        bench = Bench(url, brokers, write_lines(documents))
        files, topics = [], []
        for _ in range(ROUNDS):
            files.append(run_round(bench, ingest_file))
            topics.append(run_round(bench, stream_topic))
    file_rate, topic_rate = (documents / statistics.median(spent) for spent in (files, topics))
    return {
        "documents": documents,
        "file_documents_per_second": round(file_rate),
        "stream_documents_per_second": round(topic_rate),
        "stream_share": round(topic_rate / file_rate, 3),
        "file_seconds": [round(each, 2) for each in files],
        "stream_seconds": [round(each, 2) for each in topics],
    }


def write_lines(documents: int) -> list[str]:
    """Make articles as lines of JSON."""
    texts = Generator().stream(documents * CHARACTERS * 2, CHARACTERS)
    return [
        json.dumps({"url": f"https://bench.example/{number}", "title": f"Story {number}", "text": text})
        for number, text in zip(range(documents), texts, strict=False)
    ]


def run_round(bench: Bench, path: Callable[[Bench, dict[str, Any]], float]) -> float:
    """Give the seconds of one path into an empty system."""
    with tempfile.TemporaryDirectory() as name, make_elasticsearch(bench.elasticsearch, Path(name)) as place:
        flags = {key: value for key, value in place.flags.items() if key != "run.batch_documents"}
        return path(bench, flags)


def ingest_file(bench: Bench, flags: dict[str, Any]) -> float:
    """Ingest from a file."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(f"{line}\n" for line in bench.lines)
        file.flush()
        started = time.perf_counter()
        report = jobs.ingest([file.name], Settings.load(flags=flags))
        spent = time.perf_counter() - started
    assert report.outcomes["indexed"] == len(bench.lines)
    return spent


def stream_topic(bench: Bench, flags: dict[str, Any]) -> float:
    """Stream from a topic that holds everything; it is stopped by its own progress once all is settled."""
    topic = fill_topic(bench)
    stop = Event()
    ended: list[float] = []

    def finish(told: dict[str, Any]) -> None:
        if told["seen"] == len(bench.lines) and told["lag_total"] == 0 and not ended:
            ended.append(time.perf_counter())
            stop.set()

    source = f"kafka://{bench.brokers}/{topic}"
    stream = {"stream.source": source, "stream.group": topic, "stream.progress_seconds": 0.2}
    started = time.perf_counter()
    report = jobs.stream(Settings.load(flags=flags | stream), jobs.Watch(on_progress=finish, stop=stop))
    assert report.outcomes["indexed"] == len(bench.lines)
    return ended[0] - started


def fill_topic(bench: Bench) -> str:
    """Make a topic and write everything into it."""
    topic = f"bench-{time.time_ns()}"
    admin = AdminClient({"bootstrap.servers": bench.brokers})
    admin.create_topics([NewTopic(topic, PARTITIONS, 1)])[topic].result(30)
    producer = Producer({"bootstrap.servers": bench.brokers, "queue.buffering.max.messages": 1_000_000})
    for number, line in enumerate(bench.lines):
        producer.produce(topic, line.encode(), key=str(number))
    assert producer.flush(60) == 0
    return topic


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS)))
