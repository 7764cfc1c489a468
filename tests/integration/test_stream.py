"""The stream on a real Kafka and a real Elasticsearch: shared, killed, cut off, stopped; nothing lost or twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import children
from ingest import jobs
from ingest.errors import UsageError
from ingest.index.opening import open_index
from ingest.lake import open_lake
from ingest.settings import Settings
from services import kafka
from services.health import check_stream
from services.layout import System
from services.processes import free_ports
from tests.integration.gate import gate_before
from tests.integration.system import environment
from tests.integration.topics import Topic, header, make_topic

pytestmark = [pytest.mark.kafka, pytest.mark.elasticsearch, pytest.mark.slow]

# Of a test that goes wrong: what is waited for comes within seconds, and later on a machine with much else to do.
PATIENCE_SECONDS = 120.0
WORDS = ("harbour", "ferry", "lantern", "orchard", "quarry", "violin", "meadow", "copper", "saddle", "winter", "canal")
Message = dict[str, Any]


def make_story(topic: Topic, number: int, wording: str = "first") -> Message:
    """Make an article that resembles no other."""
    words = [f"{WORDS[(number * 7 + place * place) % len(WORDS)]}{number}" for place in range(60)]
    text = f"The {wording} wording of story {number}. " + " ".join(words).capitalize() + "."
    return {"url": f"https://{topic.name}.example/{number}", "title": f"Story {number}", "text": text}


def flags_of(topic: Topic, url: str, prefix: str, folder: Path, **more: Any) -> dict[str, Any]:
    """Give an instance's settings: small batches, and a group that soon misses a dead member."""
    return {
        "index.url": url,
        "index.prefix": prefix,
        "lake.url": str(folder / "lake"),
        "stream.source": topic.url,
        "stream.group": topic.group,
        "stream.batch_documents": 20,
        "stream.batch_seconds": 0.3,
        "stream.session_timeout_seconds": 2,
        "stream.progress_seconds": 0.5,
        **{f"stream.{name}": value for name, value in more.items()},
    }


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait; fail where it takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"in vain: {what}"
        time.sleep(0.2)


def read_index(settings: Settings) -> dict[str, Message]:
    """Give every article by its URL, as it stands."""
    index = open_index(settings.index, write=False)
    try:
        with open_lake(settings.lake) as lake:
            ids = sorted({capture.id for capture in lake.since()})
        return {document["url"]: document for document in index.documents(ids).values()}
    finally:
        index.close()


def test_instances_share_the_work_and_one_is_killed(
    kafka_address: str, elasticsearch_url: str, elasticsearch_prefix: str, tmp_path: Path
) -> None:
    """One dies with a batch that is written and not committed; the other takes over its partitions and ends alone.

    Every story stands in its last wording, each wording entered the lake once, and each poisoned message is a dead
    letter and in the quarantine.
    """
    topic = make_topic(kafka_address, 4)
    poison = [b'{"text": ', b'{"text": 7}', b" "]
    again = [make_story(topic, number, "second") for number in range(0, 60, 10)]
    flags = flags_of(topic, elasticsearch_url, elasticsearch_prefix, tmp_path)
    doomed = children.start(children.stream, flags, crash_at="before_offsets:2")
    other = children.start(children.stream, flags)
    # Whoever joins late would find nothing left: each has its share, of more than a batch, before there is any.
    wait_until(lambda: topic.shares() == [2, 2], "both have their share")
    # Batches that are settled together are committed together: only two waves are two commits for certain.
    topic.send(make_story(topic, number) for number in range(40))
    wait_until(topic.is_settled, "the first wave is committed")
    topic.send([*(make_story(topic, number) for number in range(40, 60)), *poison, *again])
    doomed.join(PATIENCE_SECONDS)
    assert doomed.exitcode == children.KILLED
    topic.send(make_story(topic, number) for number in range(60, 90))
    wait_until(topic.is_settled, "all is committed")
    assert other.pid is not None
    os.kill(other.pid, signal.SIGTERM)
    other.join(PATIENCE_SECONDS)
    assert other.exitcode == 0

    settings = Settings.load(flags=flags)
    articles = read_index(settings)
    assert set(articles) == {make_story(topic, number)["url"] for number in range(90)}
    for number in range(90):
        wording = "second" if number < 60 and number % 10 == 0 else "first"
        article = articles[make_story(topic, number)["url"]]
        assert f"The {wording} wording of story {number}." in article["body"]
        assert article["version"] == (2 if wording == "second" else 1)
    with open_lake(settings.lake) as lake:
        captures = [capture.id for capture in lake.since()]
        entries = list(lake.quarantine.entries())
    assert len(captures) == 90 + len(again) + 2  # the blank one is dropped
    letters = {
        (header(each, "broadsheet-partition"), header(each, "broadsheet-offset")) for each in topic.dead_letters()
    }
    assert len(letters) == len(entries) == 2
    assert sorted(run["state"] for run in jobs.list_runs(settings)) == ["died", "done"]


def test_an_index_that_is_away_is_waited_for(
    kafka_address: str, elasticsearch_url: str, elasticsearch_prefix: str, tmp_path: Path
) -> None:
    """Fetching pauses, nothing is committed and nobody is put into the quarantine; then all goes on by itself.

    A stop meanwhile does not wait for the index.
    """
    topic = make_topic(kafka_address, 2)
    told: list[dict[str, Any]] = []
    with gate_before(elasticsearch_url) as gate:
        away = {
            "index.open_patience_seconds": 0.5,
            "index.write_patience_seconds": 0.5,
            "index.backoff_cap_seconds": 0.2,
        }
        more = {"stop_grace_seconds": 2 * PATIENCE_SECONDS}
        flags = flags_of(topic, f"http://127.0.0.1:{gate.port}", elasticsearch_prefix, tmp_path, **more) | away
        settings = Settings.load(flags=flags)
        topic.send(make_story(topic, number) for number in range(20))
        jobs.stream(settings, jobs.Watch(until_idle_seconds=1.0))
        gate.shut()
        topic.send(make_story(topic, number) for number in range(20, 120))
        stopped = jobs.Watch(on_progress=told.append)
        thread = threading.Thread(target=jobs.stream, args=(settings, stopped))
        thread.start()
        wait_until(lambda: any(each["waiting"] and each["paused"] for each in told), "it waits, and fetches no more")
        stopped.stop.set()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()
        assert sum(topic.committed().values()) == 20
        told.clear()
        watch = jobs.Watch(until_idle_seconds=1.0, on_progress=told.append)
        thread = threading.Thread(target=jobs.stream, args=(settings, watch))
        thread.start()
        wait_until(lambda: any(each["waiting"] for each in told), "it waits again")
        gate.open()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()
    assert topic.is_settled()
    assert told[-1]["lag_total"] == 0
    assert told[-1]["indexed"] == 100
    assert len(read_index(Settings.load(flags=flags | {"index.url": elasticsearch_url}))) == 120
    with open_lake(settings.lake) as lake:
        assert list(lake.quarantine.entries()) == []


@pytest.mark.parametrize("mechanism", kafka.MECHANISMS)
def test_brokers_that_ask_for_a_password_over_tls(
    kafka_broker: kafka.Broker, kafka_account: tuple[str, str], tmp_path: Path, mechanism: str
) -> None:
    """Reading, dead letters and the group all go by it; who gives a wrong one is told so, at once."""
    topic = make_topic(kafka_broker.address, 1)
    topic.send([*(make_story(topic, number) for number in range(5)), b'{"text": '])
    user, password = kafka_account
    secure = {
        "stream.source": f"kafka://{kafka_broker.secure_address}/{topic.name}",
        "stream.security_protocol": "sasl_ssl",
        "stream.sasl_mechanism": mechanism,
        "stream.username": user,
        "stream.ca_certs": str(kafka_broker.ca_certs),
    }
    flags = flags_of(topic, f"tantivy:{tmp_path / 'index'}", "", tmp_path) | secure
    with pytest.raises(UsageError, match=r"[Aa]uthentication") as refused:
        jobs.stream(Settings.load(flags=flags | {"stream.password": "a guess"}), jobs.Watch())
    assert "a guess" not in str(refused.value)
    done = jobs.stream(Settings.load(flags=flags | {"stream.password": password}), jobs.Watch(until_idle_seconds=0.2))
    assert (done.outcomes["indexed"], done.failed, len(topic.dead_letters())) == (5, 1, 1)
    assert topic.is_settled()


def test_brokers_whose_certificate_is_not_known_are_not_spoken_to(
    kafka_broker: kafka.Broker, kafka_account: tuple[str, str], tmp_path: Path
) -> None:
    """The password is not given to whoever listens; the message says what is wrong with the certificate."""
    topic = make_topic(kafka_broker.address, 1)
    user, password = kafka_account
    flags = flags_of(topic, f"tantivy:{tmp_path / 'index'}", "", tmp_path) | {
        "stream.source": f"kafka://{kafka_broker.secure_address}/{topic.name}",
        "stream.security_protocol": "sasl_ssl",
        "stream.sasl_mechanism": "PLAIN",
        "stream.username": user,
        "stream.password": password,
    }
    with pytest.raises(UsageError, match="certificate"):
        jobs.stream(Settings.load(flags=flags), jobs.Watch())


def test_the_command_tells_its_progress_and_stops_cleanly(kafka_address: str, tmp_path: Path) -> None:
    """Lines of JSON on standard output, metrics on a port, and after SIGTERM code 0 with all of the batch committed."""
    topic = make_topic(kafka_address, 1)
    topic.send(make_story(topic, number) for number in range(30))
    (port,) = free_ports(1)
    sets = flags_of(topic, f"tantivy:{tmp_path / 'index'}", "", tmp_path)
    sets |= {"stream.source": f"{topic.url},{topic.name}-new", "stream.make_topics": "true"}
    options = [part for name, value in sets.items() if value != "" for part in ("--set", f"{name}={value}")]
    command = [sys.executable, "-m", "ingest.cli", "stream", "--json", "--metrics-port", str(port), *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    ) as process:
        wait_until(topic.is_settled, "all is committed")
        assert check_stream(System(folder=tmp_path, ports={"stream": port}, secrets={})) == ""
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            metrics = answer.read().decode()
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    *_, last = [json.loads(line) for line in output.splitlines()]
    assert (last["ended"], last["seen"], last["indexed"]) == (True, 30, 30)
    assert f'broadsheet_stream_lag_messages{{partition="0",topic="{topic.name}"}}' in metrics
    assert 'broadsheet_documents_total{outcome="indexed",source="kafka"} 30.0' in metrics
    events = [json.loads(line) for line in errors.splitlines()]
    assert sum(event.get("event.action") == "indexed" for event in events) == 30
