"""An erased document is gone everywhere, and stays gone whatever is run afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingest import jobs
from ingest.cli import main
from ingest.dedup import open_signatures
from ingest.erasing import ERASED, guard
from ingest.errors import UsageError
from ingest.following import EVENT_OF, EVENTS
from ingest.index.opening import open_index
from ingest.index.protocol import Write
from ingest.jobs import Hand, IngestReport
from ingest.lake import Erased, Found, open_lake, read_handover, write_handover
from ingest.model import Dropped, DropReason, Trace
from ingest.state import MemoryRecords, read_records
from tests.dedup.articles import write_body
from tests.fakes import FakeIndex
from tests.integration.system import System

URL = "https://harbour.example/1"
HAND = Hand(by="nell", reason="asked to")


def line(number: int, text: str, day: int = 1) -> dict[str, Any]:
    """Make an input line; the first comes first in time."""
    return {
        "id": f"a{number}",
        "url": f"https://harbour.example/{number}",
        "text": text,
        "published_at": f"2024-01-{number:02}T00:00:00Z",
        "fetched_at": f"2024-02-{day:02}T00:00:00Z",
    }


THREAD = "Comments (2)\n\nNell Quay\n2 hours ago\nWell said.\n\nIda Holt\n1 hour ago\nI was there.\n"
LINES = [
    line(1, f"{write_body(1)}\n\n{THREAD}"),
    line(2, write_body(1)),
    line(3, write_body(1)),
    line(4, write_body(4)),
]


def ingest(system: System, name: str, *lines: Any) -> IngestReport:
    """Ingest lines of JSON in this process."""
    path = system.folder / name
    path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines), encoding="utf-8")
    return jobs.ingest([str(path)], system.settings)


def test_erased_document_is_gone_and_never_comes_back(system: System, capsys: pytest.CaptureFixture[str]) -> None:
    """Article, versions, comments, signature, cluster, event, correction, captures; through every later run."""
    ingest(system, "one.jsonl", *LINES)
    again = ingest(system, "two.jsonl", line(1, f"{write_body(1)}\n\nA later word.\n\n{THREAD}", day=2), *LINES[1:])
    assert again.outcomes["updated"] == 1
    key = jobs.show("a1", system.settings)["id"]
    cluster = {each["given_id"]: each["cluster_id"] for each in system.snapshot().values()}
    assert cluster["a1"] == cluster["a2"] == cluster["a3"] != cluster["a4"]
    jobs.cut("a1", ["0", str(len(write_body(1).split()[0])), "notice"], HAND, system.settings)
    assert main(["erase", URL, "--by", "nell", "--reason", "asked to", "--json", *system.flags]) == 0
    done = json.loads(capsys.readouterr().out)
    counts = {"articles": 1, "versions": 2, "captures": 2, "corrections": 1, "comments": 2, "events": 1}
    assert {name: done[name] for name in ("id", *counts)} == {"id": key, **counts}
    assert_gone(system, key)
    stone = {"id": key, "by": "nell", "reason": "asked to"}
    (listed,) = jobs.list_erased(system.settings)
    assert {name: listed[name] for name in stone} == stone
    left = {each["given_id"]: each for each in system.snapshot().values()}
    assert sorted(each["given_id"] for each in left.values() if each["canonical"]) == ["a2", "a4"]
    assert left["a3"]["duplicate_of"] == left["a2"]["id"]

    report = ingest(system, "three.jsonl", *LINES)
    assert report.dropped == {"erased": 1}
    replayed = jobs.replay(system.settings)
    assert isinstance(replayed, IngestReport)
    assert (replayed.seen, replayed.outcomes["unchanged"]) == (3, 3)
    jobs.recluster(system.settings)
    assert_gone(system, key)
    assert [each.to_json()["captures"] for each in jobs.erase([URL, key], HAND, system.settings)] == [0]

    assert [each["id"] for each in jobs.lift_erasure([URL], system.settings)] == [key]
    assert ingest(system, "four.jsonl", *LINES).outcomes["indexed"] == 1
    assert jobs.show(key, system.settings)["given_id"] == "a1"


def assert_gone(system: System, key: str) -> None:
    """Nothing is left of a document but its tombstone."""
    index = open_index(system.settings.index, write=False)
    try:
        assert index.documents([key]) == {}
        for versions in (False, True):
            found = index.search({"query": {"term": {"id": key}}, "size": 10}, versions=versions)
            assert found["hits"]["hits"] == []
        assert list(index.comments(key)) == []
    finally:
        index.close()
    with open_signatures(system.settings.index) as store:
        assert store.standing([key]) == {}
    with read_records(system.settings.index) as records:
        assert records.get(EVENT_OF, [key]) == {}
        assert all(key not in record["members"] for _, record in records.scan(EVENTS))
    with open_lake(system.settings.lake) as lake:
        assert lake.captures(key) == []
        marks = [each.record for file, _ in lake.files() for each in lake.scan(file) if isinstance(each, Found)]
    assert {type(record) for record in marks if key in str(record)} == {Erased}


def test_unknown_name_erases_nothing(system: System) -> None:
    """A mistyped id is told before anything is done; a URL that never came is kept out."""
    ingest(system, "one.jsonl", LINES[3])
    with pytest.raises(UsageError, match="a9"):
        jobs.erase(["a4", "a9"], HAND, system.settings)
    assert jobs.show("a4", system.settings)["given_id"] == "a4"
    with pytest.raises(UsageError, match="not erased"):
        jobs.lift_erasure(["a4"], system.settings)
    jobs.erase([URL], HAND, system.settings)
    assert ingest(system, "two.jsonl", LINES[0]).dropped == {"erased": 1}
    pushed = jobs.push(jobs.Push(body=json.dumps(LINES[0]).encode(), by="desk"), system.settings)
    assert (pushed["accepted"], pushed["documents"][0]["error"]) == (0, "erased")
    with open_lake(system.settings.lake) as lake:
        assert len(list(lake.since())) == 1


def test_quarantine_and_hand_overs_forget_it(system: System) -> None:
    """What failed of it tells nothing any more, and a batch on its way between two tasks has a drop in its place."""
    ingest(system, "one.jsonl", LINES[3], '{"text": ')
    (entry,) = jobs.list_quarantine(system.settings)
    with open_lake(system.settings.lake) as lake:
        trace = Trace(id=entry["document"], given_id=None, source="s", origin="secret.txt")
        dropped = Dropped(trace=trace, stage="clean", reason=DropReason.EMPTY)
        other = Dropped(
            trace=Trace(id="x", given_id=None, source="s", origin="o"), stage="clean", reason=DropReason.EMPTY
        )
        path = write_handover(lake, "run", "clean", 1, [other, dropped])
        (done,) = jobs.erase([entry["document"]], HAND, system.settings)
        assert (done.captures, done.quarantined, done.handovers) == (1, 1, 1)
        kept, gone = read_handover(lake, path)
    assert (kept, gone.reason, gone.trace.origin) == (other, DropReason.ERASED, "")
    shown = jobs.show_quarantine(entry["id"], system.settings)
    assert (shown["state"], shown["message"], shown["origin"]) == ("erased", "", "")


def test_writer_that_read_before_the_erasure_is_refused() -> None:
    """A write on its way is refused; one that slips in between look and write is taken back."""
    records, index = MemoryRecords(), FakeIndex()
    guarded = guard(index, records)
    writes = [Write(key, 1, {"id": key, "fingerprint": "f"}) for key in ("a", "b")]
    records.put(ERASED, {"a": {}})
    assert [receipt.outcome for receipt in guarded.write(writes)] == ["erased", "written"]
    assert list(index.written) == ["b"]

    class Late(FakeIndex):
        """Somebody erases while this writes."""

        def write(self, writes: Any) -> Any:
            records.put(ERASED, {"c": {}})
            return super().write(writes)

    late = Late()
    receipts = guard(late, records).write([Write("c", 1, {"id": "c", "fingerprint": "f"})])
    assert ([receipt.outcome for receipt in receipts], late.written) == (["erased"], {})
