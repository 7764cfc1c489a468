"""What the embedded index promises beyond the contract: one writer, many readers, a hard death, its queries."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import tantivy

from ingest.errors import IndexLocked, IndexUnavailable, MappingMismatch, StorageFull, UsageError
from ingest.index.backends.tantivy import TantivyIndex
from ingest.index.backends.tantivy_collection import told
from ingest.index.backends.tantivy_layout import read_layout
from ingest.index.document import fill_stemmed
from ingest.index.protocol import Document, Write
from ingest.index.settings import IndexSettings

EVERYTHING: Document = {"query": {"match_all": {}}, "size": 0}


def write_of(number: int, version: int = 1, **fields: Any) -> Write:
    """Make a small article."""
    document = {"id": f"{number:032x}", "title": f"Title {number}", "body": "The ferry sails.", "language": "en"}
    return Write(f"{number:032x}", version, fill_stemmed({**document, "canonical": True, "fingerprint": "f", **fields}))


@pytest.fixture
def settings(tmp_path: Path) -> IndexSettings:
    """Give the settings of an index that does not exist yet, with little patience."""
    return IndexSettings(url=f"tantivy:{tmp_path / 'index'}", lock_wait_seconds=0.1)


@pytest.fixture
def writer(settings: IndexSettings) -> Iterator[TantivyIndex]:
    """Give an empty index, open for writing."""
    index = TantivyIndex(settings, write=True)
    index.prepare()
    yield index
    index.close()


def total(index: TantivyIndex) -> int:
    """Count the articles."""
    return int(index.search(EVERYTHING)["hits"]["total"]["value"])


def found(index: TantivyIndex, query: Document) -> list[int]:
    """Give the numbers of the articles that a query finds, best first."""
    return [int(hit["_id"], 16) for hit in index.search({"query": query, "size": 100})["hits"]["hits"]]


def test_second_writer_is_told_who_holds_the_index(writer: TantivyIndex, settings: IndexSettings) -> None:
    """After the wait the message names the process, so that its owner can be found."""
    second = TantivyIndex(settings, write=True)
    with pytest.raises(IndexLocked, match=f"being written by process {os.getpid()} on .* since 2.*; waited 0.1 s"):
        second.prepare()


def test_second_writer_gets_the_index_after_the_first(writer: TantivyIndex, settings: IndexSettings) -> None:
    """Closing gives the folder back."""
    writer.write([write_of(1)])
    writer.close()
    second = TantivyIndex(settings, write=True)
    second.prepare()
    assert second.write([write_of(1), write_of(2)])[0].outcome == "stale"
    assert total(second) == 2
    second.close()


def test_readers_see_each_commit_while_another_writes(writer: TantivyIndex, settings: IndexSettings) -> None:
    """Reads stay up while an ingestion runs."""
    readers = [TantivyIndex(settings, write=False) for _ in range(2)]
    for number in range(1, 4):
        writer.write([write_of(number)])
        assert [total(reader) for reader in readers] == [number, number]
        assert f"{number:032x}" in readers[0].standing([f"{number:032x}"])


def test_reader_cannot_write(writer: TantivyIndex, settings: IndexSettings) -> None:
    """A search must not lock out an ingestion."""
    with pytest.raises(IndexUnavailable, match="opened for reading"):
        TantivyIndex(settings, write=False).write([write_of(1)])


def test_reader_of_nothing_is_told(settings: IndexSettings) -> None:
    """A search before the first ingestion must not create an empty index."""
    with pytest.raises(IndexUnavailable, match="holds no index; ingest something first"):
        TantivyIndex(settings, write=False).search(EVERYTHING)
    assert not Path(settings.url.removeprefix("tantivy:")).exists()


def test_index_of_another_mapping_is_refused(writer: TantivyIndex, settings: IndexSettings) -> None:
    """Writing new documents into an old layout would lose fields in silence."""
    writer.close()
    layout = Path(settings.url.removeprefix("tantivy:")) / "layout.json"
    held = json.loads(layout.read_text(encoding="utf-8"))
    layout.write_text(json.dumps({**held, "articles": held["articles"] + 1}), encoding="utf-8")
    versions = f"{held['articles'] + 1} and {held['comments']}", f"{held['articles']} and {held['comments']}"
    for write in (True, False):
        with pytest.raises(
            MappingMismatch, match=f"mappings {versions[0]}, this program is for layout 1 and mappings {versions[1]}"
        ):
            TantivyIndex(settings, write=write).prepare()
    layout.write_text(json.dumps(held), encoding="utf-8")
    again = TantivyIndex(settings, write=True)
    again.prepare()
    assert total(again) == 0
    again.close()


def test_index_with_other_fields_is_refused(settings: IndexSettings) -> None:
    """A folder whose fields changed under one version number is told apart from one that is broken."""
    folder = Path(settings.url.removeprefix("tantivy:")) / "articles"
    folder.mkdir(parents=True)
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("headline")
    tantivy.Index(builder.build(), path=str(folder))
    with pytest.raises(MappingMismatch, match="made with other fields"):
        TantivyIndex(settings, write=True).prepare()


CHILD = """
import sys
from ingest.index.settings import IndexSettings
from ingest.index.backends.tantivy import TantivyIndex
from ingest.index.document import fill_stemmed
from ingest.index.protocol import Write
index = TantivyIndex(IndexSettings(url=sys.argv[1]), write=True)
index.prepare()
number = 0
while True:
    number += 1
    document = {"id": f"{number:032x}", "title": "T", "body": "b " * 500, "language": "en", "canonical": True}
    index.write([Write(document["id"], 1, fill_stemmed(document))])
    print(number, flush=True)
"""


def test_killed_writer_leaves_what_was_acknowledged_and_a_free_lock(settings: IndexSettings) -> None:
    """`written` survives kill -9, and nobody has to remove a stale lock."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, settings.url], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    for _ in range(12):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    acknowledged = 12 + len(child.stdout.read().split())
    child.stdout.close()
    child.wait()
    index = TantivyIndex(replace(settings, lock_wait_seconds=5.0), write=True)
    index.prepare()
    # One more may have been committed and not yet told.
    assert total(index) in (acknowledged, acknowledged + 1)
    assert len(index.standing([f"{number:032x}" for number in range(1, acknowledged + 1)])) == acknowledged
    assert index.write([write_of(1, version=2)])[0].outcome == "written"
    index.close()


def test_refused_document_costs_no_neighbour(writer: TantivyIndex) -> None:
    """A mapping conflict names its field, and the rest of the batch is written."""
    receipts = writer.write([write_of(1, word_count="many"), write_of(2), write_of(3, colour="red")])
    assert [receipt.outcome for receipt in receipts] == ["rejected", "written", "rejected"]
    assert receipts[0].error == "document_parsing_exception"
    assert "[word_count] of type [integer]" in receipts[0].message
    assert receipts[2].error == "strict_dynamic_mapping_exception"
    assert "[colour]" in receipts[2].message
    assert total(writer) == 1


def test_ties_are_in_the_order_of_their_ids(writer: TantivyIndex) -> None:
    """Paging and comparing need one order, whichever segment a document lies in."""
    for number in (5, 2, 9, 1, 7):
        writer.write([write_of(number, title=None)])
    body = {"query": {"match": {"body": {"query": "ferry"}}}, "size": 3}
    assert [int(hit["_id"], 16) for hit in writer.search(body)["hits"]["hits"]] == [1, 2, 5]


def test_title_counts_twice(writer: TantivyIndex) -> None:
    """A word of the headline says more of an article than one of its body."""
    writer.write([write_of(1, title="Boats", body="ferry boats"), write_of(2, title="Ferry", body="ferry boats")])
    fields = ["stemmed.title.en^2", "stemmed.body.en"]
    assert found(writer, {"combined_fields": {"query": "ferries", "fields": fields, "operator": "or"}}) == [2, 1]


def test_facets_break_ties_by_value(writer: TantivyIndex) -> None:
    """Whatever is cut off, what is shown is the first by count, then by value."""
    writer.write([write_of(n, author=[f"writer {n % 1500:04d}", "Ada"]) for n in range(1, 1503)])
    terms = {"field": "author", "size": 4, "order": [{"_count": "desc"}, {"_key": "asc"}]}
    answer = writer.search({**EVERYTHING, "aggs": {"by": {"terms": terms}}})["aggregations"]["by"]
    assert [(bucket["key"], bucket["doc_count"]) for bucket in answer["buckets"]] == [
        ("Ada", 1502),
        ("writer 0001", 2),
        ("writer 0002", 2),
        ("writer 0000", 1),
    ]
    assert answer["sum_other_doc_count"] == 2 * 1502 - 1507


@pytest.mark.parametrize("threshold", [10, 40_000])
def test_stories_are_counted(writer: TantivyIndex, threshold: int) -> None:
    """Exactly where there are few, nearly where there are many."""
    writer.write([write_of(n, cluster_id=f"c{n % 700}") for n in range(1, 1401)])
    count = {"cardinality": {"field": "cluster_id", "precision_threshold": threshold}}
    value = writer.search({**EVERYTHING, "aggs": {"stories": count}})["aggregations"]["stories"]["value"]
    assert value == 700 if threshold > 1400 else abs(value - 700) < 35


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"query": {"script": {}}}, "the query 'script' cannot be used"),
        ({"query": {"term": {"nowhere": "x"}}}, "no field 'nowhere'"),
        ({"query": {"term": {"body": "x"}}}, "text field 'body'"),
        ({"query": {"range": {"publisher": {"gte": "a"}}}}, "keyword field 'publisher' has no ranges"),
        ({"query": {"range": {"published_at": {"gte": "x"}}}}, "'x' is no time"),
        ({"query": {"term": {"canonical": "x"}}}, "neither true nor false"),
        ({"query": {"match": {"body": {"query": "x", "fuzziness": "AUTO"}}}}, "match: fuzziness cannot be used"),
        ({"query": {"match": {"publisher": {"query": "x"}}}}, "'publisher' is no text field"),
        ({"query": {"multi_match": {"query": "x", "type": "cross_fields", "fields": ["body"]}}}, "'cross_fields'"),
        ({"query": {"combined_fields": {"query": "x", "fields": ["title", "body"]}}}, "cannot be combined"),
        ({"query": {"combined_fields": {"query": "x", "fields": ["stemmed.title.xx"]}}}, "no field 'stemmed.body.xx'"),
        ({"query": {"match_all": {}, "bool": {}}}, "exactly one key"),
        ({"query": {"bool": {"boost": 2}}}, "bool: boost cannot be used"),
        ({"from": 10}, "a search: from cannot be used"),
        ({"sort": [{"title": "asc"}]}, "sorted by score, or by published_at"),
        ({"aggs": {"a": {"date_histogram": {}}}}, "the aggregation 'date_histogram' cannot be used"),
        ({"aggs": {"a": {"terms": {"field": "year", "order": [{"_key": "asc"}]}}}}, "ordered by count"),
    ],
)
def test_what_is_not_in_the_subset_is_refused(writer: TantivyIndex, body: Document, message: str) -> None:
    """A query that were half understood would give wrong results without a word."""
    writer.write([write_of(1)])
    with pytest.raises(UsageError, match=message):
        writer.search(body)


def test_highlight_is_html(writer: TantivyIndex) -> None:
    """Matches are marked by their stem, the text of the article is encoded."""
    body = "<script>alert(1)</script> & the ferries sail. " + "Nothing here. " * 60 + "A ferry again."
    writer.write([write_of(1, body=body)])
    fields = ["stemmed.title.en^2", "stemmed.body.en"]
    query = {"combined_fields": {"query": "ferry", "fields": fields, "operator": "and"}}
    highlight = {
        "encoder": "html",
        "max_analyzed_offset": 10_000,
        "highlight_query": query,
        "fields": {"title": {"number_of_fragments": 0}, "body": {"number_of_fragments": 2, "fragment_size": 60}},
    }
    hit = writer.search({"query": query, "highlight": highlight})["hits"]["hits"][0]
    assert hit["highlight"] == {
        "body": [
            "&lt;script&gt;alert(1)&lt;/script&gt; &amp; the <em>ferries</em> sail. Nothing here.",
            "Nothing here. Nothing here. Nothing here. A <em>ferry</em> again.",
        ]
    }


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("IO: No space left on device")])
def test_full_disk_is_told_as_such(tmp_path: Path, error: Exception) -> None:
    """The run stops with its own exit code and resumes when there is space."""
    with pytest.raises(StorageFull, match="no space left"), told(tmp_path):
        raise error


def test_a_write_gives_back_the_memory_that_was_freed(settings: IndexSettings) -> None:
    """Blocks between others that stay are given back too."""
    if not hasattr(ctypes.CDLL(None), "malloc_trim"):
        pytest.skip("this C library keeps nothing that could be given back")
    index = TantivyIndex(settings, write=True)
    index.prepare()
    index.write([write_of(0)])
    blocks = [bytes(4000) for _ in range(20_000)]
    held = psutil.Process().memory_info().rss
    # What stays keeps the allocator from shortening its heap from the end.
    blocks = blocks[::50]
    index.write([write_of(1)])
    assert held - psutil.Process().memory_info().rss > 40_000_000
    assert len(blocks) == 400
    index.close()


def test_files_of_a_commit_that_died_are_in_nobody_s_way(settings: IndexSettings) -> None:
    """A writer killed in its commit leaves a file of deletions under the name that the next one wants."""
    first = TantivyIndex(settings, write=True)
    first.prepare()
    first.write([write_of(number) for number in range(3)])
    first.close()
    folder = Path(settings.url.removeprefix("tantivy:")) / "articles"
    meta = json.loads((folder / "meta.json").read_text())
    segments = [item["segment_id"].replace("-", "") for item in meta["segments"]]
    left = [f"{segment}.{number}.del" for segment in segments for number in range(200)]
    for name in left:
        (folder / name).write_bytes(b"half")
    managed = folder / ".managed.json"
    managed.write_text(json.dumps(json.loads(managed.read_text()) + left))

    again = TantivyIndex(settings, write=True)
    again.write([write_of(1, version=2)])
    assert total(again) == 3
    again.close()


def test_threads_that_come_first_open_the_index_once(
    writer: TantivyIndex, settings: IndexSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None closes what another is about to read from."""
    writer.write([write_of(1)])
    writer.close()
    begun, mine, looks = threading.Event(), threading.get_ident(), Counter[int]()

    def read_slowly(folder: Path) -> Any:
        thread = threading.get_ident()
        looks[thread] += 1
        if looks[thread] == 2:  # one has opened it and not said so yet, the other is about to open it anew
            begun.set()
            time.sleep(0.4 if thread == mine else 0.1)
        return read_layout(folder)

    monkeypatch.setattr("ingest.index.backends.tantivy.read_layout", read_slowly)
    reader = TantivyIndex(settings, write=False)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(total, reader)
        begun.wait(timeout=30)
        assert (total(reader), first.result()) == (1, 1)
    reader.close()
