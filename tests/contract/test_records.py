"""What every store of state records promises, tried on each of them."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from ingest.index.settings import IndexSettings
from ingest.state import Json, MemoryRecords, RecordReader, Records, open_records, read_records
from ingest.state.protocol import MAX_KEY_BYTES
from ingest.state.stores.sqlite import ROWS_PER_READ
from tests.state.counting import count_up

ROOT = Path(__file__).parents[2]
COUNT = """
import sys
from ingest.index.settings import IndexSettings
from ingest.state import open_records
with open_records(IndexSettings(url=sys.argv[1], prefix=sys.argv[2], replicas=0)) as records:
    for _ in range(25):
        records.update("counts", ["shared", sys.argv[3]], lambda key, old: {"n": (old or {"n": 0})["n"] + 1})
"""
ODD_KEYS = ["a", "A", "ä", "a\0b", "a\nb", "日本", "🗞️", "%", "_", "'; --", " ", "x" * 600, "ü" * 2000]
NULLABLE: Json = {"n": None, "": {"a.b": [1, -2.5, True, "ü\0"]}, "big": 2**63, "deep": [[[{}]]]}
LASTING = ["sqlite", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)]


@dataclass(frozen=True)
class Home:
    """A place of the test's own, opened again and again as other processes would; what is in memory is there once."""

    settings: IndexSettings | None
    memory: MemoryRecords
    opened: ExitStack

    def open(self) -> Records:
        """Open it for writing."""
        return self.opened.enter_context(open_records(self.settings)) if self.settings else self.memory

    def read(self) -> RecordReader:
        """Open it for reading."""
        return self.opened.enter_context(read_records(self.settings)) if self.settings else self.memory


def settle(request: pytest.FixtureRequest, folder: Path) -> IndexSettings:
    """Give settings of a place that outlives its process."""
    if request.param == "elasticsearch":
        url, prefix = request.getfixturevalue("elasticsearch_url"), request.getfixturevalue("elasticsearch_prefix")
        return IndexSettings(url=url, prefix=prefix, replicas=0, open_patience_seconds=0.1)
    return IndexSettings(url=f"tantivy:{folder / 'index'}", lock_wait_seconds=60)


@pytest.fixture(params=["memory", *LASTING])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """Give a place in memory, in a file, in Elasticsearch."""
    with ExitStack() as opened:
        yield Home(None if request.param == "memory" else settle(request, tmp_path), MemoryRecords(), opened)


@pytest.fixture(params=LASTING)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> IndexSettings:
    """Give a place that outlives its process."""
    return settle(request, tmp_path)


def test_gives_back_what_was_put(home: Home) -> None:
    """Records are opaque: whatever JSON can hold comes back the same, under any key, in its own kind."""
    records = home.open()
    records.put("one", {key: {**NULLABLE, "key": key} for key in ODD_KEYS})
    records.put("another", {"a": {"n": 2}})
    assert records.get("one", [*ODD_KEYS, "absent"]) == {key: {**NULLABLE, "key": key} for key in ODD_KEYS}
    assert home.open().get("another", ["a", "a"]) == {"a": {"n": 2}}
    assert home.read().get("third", ["a"]) == {}


def test_replaces_and_deletes(home: Home) -> None:
    """What stands under a key is the last record put there, or nothing; absent keys can be deleted too."""
    records = home.open()
    records.put("one", {"a": {"n": 1, "old": True}, "b": {"n": 1}})
    records.put("one", {"a": {"n": 2}})
    records.delete("one", ["b", "absent"])
    records.put("one", {})
    records.delete("one", [])
    assert records.get("one", ["a", "b"]) == {"a": {"n": 2}}
    assert list(home.read().scan("one")) == [("a", {"n": 2})]


def test_scans_in_the_order_of_code_points(home: Home) -> None:
    """Every store lists alike, by prefix too; a prefix means itself, never a pattern."""
    records = home.open()
    records.put("one", {key: {"key": key} for key in ODD_KEYS})
    records.put("another", {"a": {}})
    assert [key for key, _ in records.scan("one")] == sorted(ODD_KEYS)
    for prefix in ["a", "x", "%", "_", "日", "none", "a\0"]:
        expected = sorted(key for key in ODD_KEYS if key.startswith(prefix))
        assert list(home.read().scan("one", prefix)) == [(key, {"key": key}) for key in expected]


def test_scans_more_than_it_holds_while_others_write(home: Home) -> None:
    """A scan neither holds its place in memory nor keeps a writer out, itself included; what stood stays seen."""
    records, other = home.open(), home.open()
    keys = [f"k{number:05d}" for number in range(ROWS_PER_READ * 2 + 1)]
    records.put("one", {key: {"n": 0} for key in keys})
    seen = []
    for key, _ in records.scan("one", "k"):
        seen.append(key)
        if key in {keys[0], keys[-1]}:
            other.update("one", [key], count_up)
            records.put("one", {f"l{key}": {}})
    assert seen == keys
    assert records.get("one", [keys[0], keys[-1]]) == {keys[0]: {"n": 1}, keys[-1]: {"n": 1}}


def test_updates_what_stands(home: Home) -> None:
    """A change sees the record or its absence; what it gives stands, and None removes."""
    records = home.open()
    records.put("one", {"a": {"n": 1}, "gone": {"n": 1}})
    asked: dict[str, Json | None] = {}

    def change(key: str, old: Json | None) -> Json | None:
        asked[key] = dict(old) if old else old
        return None if key in {"gone", "never"} else count_up(key, old)

    changed = records.update("one", ["a", "new", "gone", "never", "a"], change)
    assert changed == {"a": {"n": 2}, "new": {"n": 1}, "gone": None, "never": None}
    assert asked == {"a": {"n": 1}, "new": None, "gone": {"n": 1}, "never": None}
    assert dict(home.read().scan("one")) == {"a": {"n": 2}, "new": {"n": 1}}


def test_a_change_in_place_is_a_change(home: Home) -> None:
    """A caller may alter the record that it was handed."""
    records = home.open()
    records.put("one", {"a": {"said": ["x"]}})

    def add(_key: str, old: Json | None) -> Json | None:
        assert old is not None
        old["said"].append("y")
        return old

    records.update("one", ["a"], add)
    held = records.get("one", ["a"])["a"]
    held["said"].clear()
    assert records.get("one", ["a"]) == {"a": {"said": ["x", "y"]}}


def test_what_raises_changes_nothing_of_its_key(home: Home) -> None:
    """A change that cannot be made leaves the record, and the store goes on."""
    records = home.open()
    records.put("one", {"a": {"n": 1}})

    def refuse(_key: str, _old: Json | None) -> Json:
        raise LookupError("no")

    with pytest.raises(LookupError):
        records.update("one", ["a"], refuse)
    with pytest.raises(TypeError):
        records.update("one", ["a"], lambda key, old: {"n": {1, 2}})
    assert records.update("one", ["a"], count_up) == {"a": {"n": 2}}


@pytest.mark.parametrize("bad", ["", "\ud800", "x" * (MAX_KEY_BYTES + 1)])
def test_refuses_a_key_that_is_none(home: Home, bad: str) -> None:
    """A key that a store could not hold is refused by all of them alike."""
    records = home.open()
    attempts: list[Callable[[], object]] = [
        lambda: records.put("one", {bad: {}}),
        lambda: records.get("one", [bad]),
        lambda: records.update(bad, ["a"], count_up),
        lambda: records.delete("one", [bad]),
    ]
    for attempt in attempts:
        with pytest.raises(ValueError):  # noqa: PT011 - a UnicodeEncodeError is one too
            attempt()


def test_threads_lose_no_change(home: Home) -> None:
    """Counting from three sides at once counts all; each thread opens the store for itself."""

    def count(number: int) -> None:
        with ExitStack() as opened:
            mine = Home(home.settings, home.memory, opened).open()
            for _ in range(15):
                mine.update("one", ["shared", f"own{number}"], count_up)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(count, range(3)))
    own = {f"own{number}": {"n": 15} for number in range(3)}
    assert dict(home.open().scan("one")) == {**own, "shared": {"n": 45}}


def test_processes_lose_no_change(settings: IndexSettings) -> None:
    """Three processes count at once, and make the store at once."""
    command = [sys.executable, "-c", COUNT, settings.url, settings.prefix]
    writers = [subprocess.Popen([*command, f"own{number}"], cwd=ROOT) for number in range(3)]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0, 0]
    with read_records(settings) as records:
        own = {f"own{number}": {"n": 25} for number in range(3)}
        assert dict(records.scan("counts")) == {**own, "shared": {"n": 75}}


def test_survives_a_restart(settings: IndexSettings) -> None:
    """What was acknowledged is there for who comes later."""
    with open_records(settings) as records:
        records.put("one", {"a": NULLABLE})
    with open_records(settings) as records:
        assert records.get("one", ["a"]) == {"a": NULLABLE}


def test_a_reader_makes_nothing(settings: IndexSettings, tmp_path: Path) -> None:
    """Where nothing has been kept there is nothing to read, and looking leaves no trace; later it is seen."""
    with read_records(settings) as early, read_records(settings) as other:
        assert (early.get("one", ["a"]), list(other.scan("one"))) == ({}, [])
        if settings.url.startswith("http"):
            with Elasticsearch(settings.url) as client:
                assert not client.indices.get(index=f"{settings.prefix}*")
        else:
            assert list(tmp_path.iterdir()) == []
        with open_records(settings) as records:
            records.put("one", {"a": {"n": 1}})
        assert early.get("one", ["a"]) == {"a": {"n": 1}}
        assert list(other.scan("one")) == [("a", {"n": 1})]


def test_an_update_that_changes_nothing_writes_nothing(settings: IndexSettings, tmp_path: Path) -> None:
    """A second identical run leaves file and index as they are."""
    with open_records(settings) as records:
        records.update("one", ["a"], lambda key, old: {"n": 1, "m": 2})
        before = fingerprint(settings, tmp_path)
        records.update("one", ["a", "b"], lambda key, old: None if key == "b" else {"m": 2, "n": 1})
        assert fingerprint(settings, tmp_path) == before


def fingerprint(settings: IndexSettings, folder: Path) -> object:
    """Give what any write would change."""
    if settings.url.startswith("tantivy:"):
        return (folder / "index" / "state.sqlite").read_bytes()
    with Elasticsearch(settings.url) as client:
        hits = client.search(index=f"{settings.prefix}article-state", seq_no_primary_term=True)["hits"]["hits"]
        return [(hit["_id"], hit["_seq_no"]) for hit in hits]


def test_stores_agree_on_any_run_of_calls(home: Home) -> None:
    """Whatever is done in whatever order, a store says what memory says."""
    chance, model, records = random.Random(7), MemoryRecords(), home.open()
    for _ in range(60):
        keys = chance.sample(["a", "b", "c", "ab", "ä"], 2)
        match chance.randrange(4):
            case 0:
                some: dict[str, Json] = {key: {"n": chance.randrange(9)} for key in keys}
                for each in (model, records):
                    each.put("one", some)
            case 1:
                assert model.update("one", keys, count_up) == records.update("one", keys, count_up)
            case 2:
                for each in (model, records):
                    each.delete("one", keys)
            case _:
                assert model.get("one", keys) == records.get("one", keys)
        assert list(model.scan("one", "a")) == list(records.scan("one", "a"))
