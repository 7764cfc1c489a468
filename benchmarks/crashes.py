"""Kills at every named point, on both backends and in a stream: `python -m benchmarks.crashes`.

A process dies at a point, another one runs the same command to its end, and so on for every point and pass; then the
index, the lake and the quarantine must be those of a system where nobody ever died. `embedded`, `elasticsearch` or
`stream` runs that part alone, `--passes N` looks at so many passes of each point. Elasticsearch is the one that
BROADSHEET_TEST_ELASTICSEARCH_URL names, else one of this run's own.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from elasticsearch import Elasticsearch

from benchmarks import children
from ingest import jobs
from ingest.crash_points import Point
from ingest.index.opening import open_index
from ingest.lake import open_lake
from ingest.settings import Settings
from services import elasticsearch, kafka

WORDS = ("harbour", "ferry", "lantern", "orchard", "quarry", "violin", "meadow", "copper", "saddle", "winter", "canal")
ON_THE_WAY: tuple[Point, ...] = (
    "fetched",
    "lake_file_written",
    "lake_written",
    "mid_stage",
    "before_bulk",
    "after_bulk",
    "signatures_written",
)
IN_REPLAY: tuple[Point, ...] = ("replayed", "after_bulk", "mid_stage", "before_bulk", "signatures_written")
IN_STREAM: tuple[Point, ...] = (*ON_THE_WAY, "bulk_sent", "before_offsets", "after_offsets")
# Keywords weigh words by what was ingested before the instance began, and the clean one begins but once.
STREAM = {
    "enrich.topics.enabled": False,
    "stream.batch_documents": 5,
    "stream.batch_seconds": 0.5,
    "stream.session_timeout_seconds": 2,
}
# Times of a run and of the captures that it accepted; `history` holds these beside what each capture said.
DIFFERS_BY_RUN = {"indexed_at", "captured_at", "valid_from", "history"}
MOST_PASSES = 12
MOST_STREAM_PASSES = 3
"""What is written for one kill of a stream makes so many batches."""

# A stage is left by every document: some of its passes stand for all.
STEP = {"mid_stage": 7, "bulk_sent": 2, "replayed": 5}

Flags = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A system: what its commands are called with, and the points at which its backend can be killed."""

    flags: Flags
    points: tuple[Point, ...] = ON_THE_WAY

    @property
    def settings(self) -> Settings:
        """Give its settings."""
        return Settings.load(flags=self.flags)


class Folders(NamedTuple):
    """Where the system that is killed keeps its lake, where the clean one does, and where the input is written."""

    killed: Path
    clean: Path
    files: Path


@dataclass(slots=True)
class Loop:
    """Files ingested one after the other, each by a run that is killed and one that is not."""

    folder: Path
    files: list[Path] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)

    def kill_everywhere(self, place: Place, passes: Iterable[int]) -> None:
        """Kill at every point of the way, at these passes; a point that is passed less often ends its turn."""
        for point in place.points:
            for number in passes:
                path = self._write_next()
                if not self._kill(place, point, number, children_ingest, str(path)):
                    break

    def kill_replays(self, place: Place, points: Iterable[Point], passes: Iterable[int]) -> None:
        """Kill a replay of everything, at these points and passes, and let each be made again."""
        for point in points:
            for number in passes:
                if not self._kill(place, point, number, children_replay):
                    break

    def ingest_all(self, place: Place) -> None:
        """Ingest the same files where nobody dies."""
        for path in self.files:
            jobs.ingest([str(path)], place.settings)

    def _kill(self, place: Place, point: Point, number: int, function: Any, *arguments: str) -> bool:
        crash_at = f"{point}:{1 + (number - 1) * STEP.get(point, 1)}"
        code = children.run_to_end(function, place.flags, *arguments, crash_at=crash_at)
        assert code in {0, children.KILLED}, f"{crash_at}: the child ended with {code}"
        if code == 0:
            return False
        self.kills[point] += 1
        code = children.run_to_end(function, place.flags, *arguments)
        assert code == 0, f"after {crash_at}: the next run ended with {code}"
        return True

    def _write_next(self) -> Path:
        path = self.folder / f"input-{len(self.files)}.jsonl"
        path.write_text("".join(f"{line}\n" for line in write_lines(len(self.files))))
        self.files.append(path)
        return path


def write_lines(number: int) -> Iterator[str]:
    """Write a file of the loop: articles, a near copy, a new version of an earlier one, a broken line, an empty one."""
    yield from (to_line(f"{number}/{each}", write_story(number * 10 + each)) for each in range(6))
    yield to_line(f"{number}/copy", write_story(number * 10) + " The ferry was late.")
    yield '{"text": '
    yield to_line(f"{number}/empty", " ")
    yield to_line(f"{max(0, number - 1)}/1", write_story(number * 10 + 9) + "\n\nCopyright Harbour Courier 2021")
    yield from (to_line(f"{number}/{each}", write_story(number * 10 + each)) for each in (7, 8))


def to_line(path: str, text: str) -> str:
    """Give a line of JSON."""
    return json.dumps({"url": f"https://courier.example/{path}", "title": f"Story {path}", "text": text})


def write_story(number: int) -> str:
    """Write a text that resembles no other."""
    words = [f"{WORDS[(number * 7 + place * place) % len(WORDS)]}{number}" for place in range(60)]
    return f"{' '.join(words[:30]).capitalize()}.\n\n{' '.join(words[30:]).capitalize()}."


def children_ingest(flags: Flags, path: str) -> None:
    """Ingest a file, in a child."""
    jobs.ingest([path], Settings.load(flags=flags))


def children_replay(flags: Flags) -> None:
    """Replay everything, in a child."""
    jobs.replay(Settings.load(flags=flags))


def read_system(place: Place) -> dict[str, Any]:
    """Read all that a system keeps of documents: articles with comments, captures, quarantine."""
    settings = place.settings
    with open_lake(settings.lake) as lake:
        captures = [(each.capture, each.id, each.digest) for each in lake.since()]
        entries = sorted((entry.id, entry.state, entry.trace.capture) for entry in lake.quarantine.entries())
    index = open_index(settings.index, write=False)
    try:
        ids = sorted({identity for _, identity, _ in captures})
        articles = {
            key: {**without_run(document), "comments": [without_run(each) for each in index.comments(key)]}
            for key, document in index.documents(ids).items()
        }
        standing = {key: found.version >> 16 for key, found in index.standing(ids).items()}
    finally:
        index.close()
    return {"articles": articles, "captures": captures, "entries": entries, "standing": standing}


def without_run(document: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what differs from run to run."""
    return {key: value for key, value in document.items() if key not in DIFFERS_BY_RUN}


def tell_differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Name what differs between two systems, 20 at most."""
    told = [
        f"{name}: {one[name]} / {other[name]}"
        for name in ("captures", "entries", "standing")
        if one[name] != other[name]
    ]
    articles, others = one["articles"], other["articles"]
    told += [f"only once: {key}" for key in sorted(articles.keys() ^ others.keys())]
    for key in sorted(articles.keys() & others.keys()):
        fields = (name for name in articles[key] if articles[key][name] != others[key].get(name))
        told += [f"{key}: {name}: {articles[key][name]!r} / {others[key].get(name)!r}" for name in fields]
    return [line[:500] for line in told[:20]]


def make_embedded(folder: Path) -> Place:
    """Give an empty embedded system."""
    return Place(
        {"index.url": f"tantivy:{folder / 'index'}", "lake.url": str(folder / "lake"), "run.batch_documents": 5}
    )


@contextmanager
def make_elasticsearch(url: str, folder: Path) -> Iterator[Place]:
    """Give an empty system on an Elasticsearch, and take its indices away."""
    prefix = f"crash-{secrets.token_hex(4)}-"
    flags = {"index.url": url, "index.prefix": prefix, "lake.url": str(folder / "lake"), "run.batch_documents": 5}
    try:
        yield Place(flags, (*ON_THE_WAY, "bulk_sent"))
    finally:
        with Elasticsearch(url) as client:
            for name in client.indices.get(index=f"{prefix}*", expand_wildcards="all"):
                client.indices.delete(index=name)


def prove(
    killed: Place, clean: Place, folder: Path, passes: Iterable[int], in_replay: Iterable[Point] = IN_REPLAY
) -> Counter[str]:
    """Kill one system everywhere, leave the other one alone, compare; again for a replay under changed settings.

    Gives the kills by point; raises AssertionError naming what differs.
    """
    passes = tuple(passes)
    loop = Loop(folder)
    loop.kill_everywhere(killed, passes)
    loop.ingest_all(clean)
    assert_equal(killed, clean)
    changed = {"enrich.language.enabled": False}
    loop.kill_replays(Place({**killed.flags, **changed}), in_replay, passes)
    jobs.replay(Place({**clean.flags, **changed}).settings)
    assert_equal(killed, clean)
    return loop.kills


def prove_stream(
    killed: Place, clean: Place, brokers: str, passes: Iterable[int], points: Iterable[Point] = IN_STREAM
) -> Counter[str]:
    """Kill instances of a stream at these points, let one that nobody kills read the same topic, compare."""
    passes, topic, kills = tuple(passes), f"crash-{time.time_ns()}", Counter[str]()
    admin = AdminClient({"bootstrap.servers": brokers})
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(30)
    source = {**STREAM, "stream.source": f"kafka://{brokers}/{topic}"}
    flags = {**killed.flags, **source, "stream.group": f"{topic}-killed"}
    producer = Producer({"bootstrap.servers": brokers})
    for number, (point, which) in enumerate((point, which) for point in points for which in passes):
        for line in write_lines(number):
            producer.produce(topic, line.encode())
        assert producer.flush(60) == 0
        code = children.run_to_end(children.stream, flags, 2.0, crash_at=f"{point}:{which}", seconds=120)
        kills[point] += code == children.KILLED
        code = code and children.run_to_end(children.stream, flags, 2.0, seconds=120)
        assert code == 0, f"after {point}:{which}: the next instance ended with {code}"
    jobs.stream(Place({**clean.flags, **source, "stream.group": topic}).settings, jobs.Watch(until_idle_seconds=2.0))
    assert_equal(killed, clean)
    return kills


def assert_equal(killed: Place, clean: Place) -> None:
    """Raise AssertionError naming what differs between two systems."""
    differences = tell_differences(read_system(killed), read_system(clean))
    assert not differences, "\n".join(differences)


def measure() -> dict[str, Any]:
    """Kill at every point and pass of every part; give the kills by point."""
    kills = {f"{name}_kills": dict(measure_part(name, MOST_PASSES)) for name in PARTS}
    return {**kills, "differences": 0}


def measure_part(name: str, passes: int) -> Counter[str]:
    """Kill in one part; raise AssertionError naming what differs from a system where nobody died."""
    with tempfile.TemporaryDirectory() as folder:
        folders = Folders(*(Path(folder) / each for each in ("killed", "clean", "input")))
        for each in folders:
            each.mkdir()
        return PARTS[name](folders, range(1, passes + 1))


def kill_embedded(folders: Folders, passes: range) -> Counter[str]:
    """Kill runs and replays on the embedded index."""
    return prove(make_embedded(folders.killed), make_embedded(folders.clean), folders.files, passes)


def kill_served(folders: Folders, passes: range) -> Counter[str]:
    """Kill runs and replays on a real Elasticsearch."""
    with (
        find_elasticsearch() as url,
        make_elasticsearch(url, folders.killed) as killed,
        make_elasticsearch(url, folders.clean) as clean,
    ):
        return prove(killed, clean, folders.files, passes)


def kill_streams(folders: Folders, passes: range) -> Counter[str]:
    """Kill instances of a stream from a real Kafka to a real Elasticsearch."""
    with ExitStack() as stack:
        url = stack.enter_context(find_elasticsearch())
        brokers = os.environ.get("BROADSHEET_TEST_KAFKA") or stack.enter_context(kafka.running()).address
        killed, clean = (stack.enter_context(make_elasticsearch(url, folder)) for folder in folders[:2])
        return prove_stream(killed, clean, brokers, passes[:MOST_STREAM_PASSES])


PARTS: dict[str, Callable[[Folders, range], Counter[str]]] = {
    "embedded": kill_embedded,
    "elasticsearch": kill_served,
    "stream": kill_streams,
}


@contextmanager
def find_elasticsearch() -> Iterator[str]:
    """Give the address of a real Elasticsearch."""
    existing = os.environ.get("BROADSHEET_TEST_ELASTICSEARCH_URL")
    if existing:
        yield existing
        return
    with elasticsearch.running(elasticsearch.Options(heap_megabytes=768)) as server:
        yield server.url


def main() -> None:
    """Measure the parts that are named, and print a line of each as it ends."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crashes", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all)")
    parser.add_argument("--passes", type=int, default=MOST_PASSES, metavar="N", help="of each point (default: 12)")
    given = parser.parse_args()
    for part in given.parts or PARTS:
        started = time.monotonic()
        kills = measure_part(part, given.passes)
        seconds = round(time.monotonic() - started)
        print(json.dumps({"part": part, "kills": kills, "differences": 0, "seconds": seconds}), flush=True)


if __name__ == "__main__":
    main()
