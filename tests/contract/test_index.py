"""What every index promises, whatever stands behind it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.awaiting import finish
from ingest.errors import IndexUnavailable, MappingMismatch
from ingest.index.mapping import IndexMapping
from ingest.index.opening import open_index, open_reader
from ingest.index.protocol import Document, Index, Standing, Write
from ingest.index.reading import IndexReader, read_here
from ingest.index.settings import IndexSettings
from tests.index.articles import write_of

EVERYTHING = {"query": {"match_all": {}}, "size": 100, "track_total_hits": True}


@pytest.fixture(params=["tantivy", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[IndexSettings]:
    """Give the settings of an index that does not exist yet, of either kind."""
    quick = IndexSettings(open_patience_seconds=0.2, write_patience_seconds=5.0, backoff_start_seconds=0.05)
    if request.param == "tantivy":
        yield replace(quick, url=f"tantivy:{tmp_path / 'index'}")
        return
    url, prefix = request.getfixturevalue("elasticsearch_url"), f"t{secrets.token_hex(4)}-"
    try:
        yield replace(quick, url=url, prefix=prefix, replicas=0)
    finally:
        with Elasticsearch(url) as client:
            names = list(client.indices.get(index=f"{prefix}*", expand_wildcards="all"))
            if names:
                client.indices.delete(index=names)


@pytest.fixture
def index(place: IndexSettings) -> Iterator[Index]:
    """Give an empty index, open for writing."""
    opened = open_index(place, write=True)
    opened.prepare()
    try:
        yield opened
    finally:
        opened.close()


def stored(write: Write) -> Document:
    """Give what the index gives back of a write: all but the stemmed copies."""
    return {name: value for name, value in write.document.items() if name != "stemmed"}


def outcomes(index: Index, *writes: Write) -> list[str]:
    """Write, and give the outcomes."""
    return [receipt.outcome for receipt in index.write(writes)]


def test_nothing_is_found_in_an_empty_index(index: Index) -> None:
    """The first run asks for what is not there."""
    assert index.standing(["0" * 32]) == {}
    assert index.documents(["0" * 32]) == {}
    assert index.find("0" * 32) is None
    assert list(index.comments("0" * 32)) == []


async def look(reader: IndexReader, article: Document) -> list[object]:
    """Read an article in every way."""
    query = {**EVERYTHING, "sort": [{"_score": {"order": "desc"}}, {"id": {"order": "asc"}}]}
    held = await reader.snapshot(query, seconds=30)
    walked = {**query, "pit": {"id": held, "keep_alive": "30s"}} if held else query
    found = [
        await reader.documents([article["id"], "f" * 32]),
        await reader.find(article["given_id"]),
        await reader.find("nobody"),
        list(await reader.comments(article["id"])),
        await reader.versions([article["version_id"]]),
        (await reader.search(query))["hits"]["hits"],
        (await reader.search(walked))["hits"]["hits"],
        (await reader.search(query, versions=True))["hits"]["total"],
        await reader.aside(lambda: "aside"),
    ]
    if held:
        await reader.release(held)
    return found


async def look_from_a_server(place: IndexSettings, article: Document) -> list[object]:
    """Read an article as a server does, on a loop."""
    reader = open_reader(place, at_once=2)
    try:
        return await look(reader, article)
    finally:
        await reader.close()


def test_a_server_reads_what_a_command_reads(index: Index, place: IndexSettings) -> None:
    """By id, by the article, by a query, in a snapshot, among the versions: the same by either way of asking."""
    written = write_of(1, version=1 << 16, comments=2, version_id=f"{1:032x}-1", given_id="desk-1")
    assert outcomes(index, written) == ["written"]
    index.refresh()
    reading = open_index(place, write=False)
    here = finish(look(read_here(reading), written.document))
    reading.close()
    assert here == asyncio.run(look_from_a_server(place, written.document))
    assert here[0] == {written.id: stored(written)}
    assert here[1] == stored(written)


def test_what_is_removed_is_gone_with_all_beside_it(index: Index) -> None:
    """Article, comments and every version; its neighbours stay, and removing again is no error."""
    gone, kept = (write_of(place, version=place << 16, comments=2, version_id=f"{place:032x}-1") for place in (1, 2))
    gone = replace(gone, history={f"{gone.id}-0": {**gone.document, "version_id": f"{gone.id}-0"}})
    assert outcomes(index, gone, kept) == ["written", "written"]
    for _ in range(2):
        index.remove([gone.id, "f" * 32])
        index.refresh()
        assert list(index.documents([gone.id, kept.id])) == [kept.id]
        assert list(index.comments(gone.id)) == []
        assert list(index.versions([f"{gone.id}-0", f"{gone.id}-1", f"{kept.id}-1"])) == [f"{kept.id}-1"]
        found = index.search(EVERYTHING, versions=True)["hits"]["hits"]
        assert [hit["_source"]["version_id"] for hit in found] == [f"{kept.id}-1"]
    assert outcomes(index, replace(gone, version=2 << 16)) == ["written"]


def test_scan_gives_every_article_with_its_version_in_order(index: Index) -> None:
    """Who goes through all articles sees each once, whatever the size of a page, and can write by its version."""
    writes = [write_of(place, version=place + 1) for place in range(205)]
    index.write(list(reversed(writes)))
    index.refresh()
    assert [(scanned.document["id"], scanned.version) for scanned in index.scan()] == [
        (write.id, write.version) for write in writes
    ]


def test_asking_for_nothing_gives_nothing(index: Index) -> None:
    """A batch in which everything is unchanged writes an empty list."""
    assert index.write([]) == []
    assert index.standing([]) == {}


def test_write_is_told_and_seen_at_once(index: Index) -> None:
    """The next batch decides by what this one wrote, before any refresh."""
    write = write_of(1, 65536)
    receipts = index.write([write])
    assert [(receipt.id, receipt.outcome) for receipt in receipts] == [(write.id, "written")]
    assert index.standing([write.id]) == {write.id: Standing(65536, write.document["fingerprint"])}


def test_documents_come_back_as_they_were_written(index: Index) -> None:
    """A rewrite starts from what the index gives back: nothing may be lost or changed."""
    writes = [write_of(1, 1), write_of(2, 1, title=None, similarity=0.1, body="Eine Fähre\n\nfährt. \U0001f6a2")]
    index.write(writes)
    found = index.documents([write.id for write in writes])
    assert {key: dict(value) for key, value in found.items()} == {write.id: stored(write) for write in writes}


def test_documents_survive_closing(place: IndexSettings, index: Index) -> None:
    """`written` means durable."""
    write = write_of(1, 7, comments=2)
    index.write([write])
    index.close()
    reader = open_index(place, write=False)
    reader.prepare()
    try:
        assert reader.documents([write.id]) == {write.id: stored(write)}
        assert list(reader.comments(write.id)) == list(write.comments)
    finally:
        reader.close()


def test_newer_version_replaces(index: Index) -> None:
    """A new capture takes the old one's place; there is one document, not two."""
    index.write([write_of(1, 1, title="Old")])
    assert outcomes(index, write_of(1, 2, title="New")) == ["written"]
    index.refresh()
    hits = index.search(EVERYTHING)["hits"]
    assert [hit["_source"]["title"] for hit in hits["hits"]] == ["New"]
    assert hits["total"]["value"] == 1


@pytest.mark.parametrize("version", [4, 5])
@pytest.mark.parametrize("comments", [0, 3])
def test_older_or_equal_version_is_stale(index: Index, version: int, comments: int) -> None:
    """A late attempt must not undo what came after it, nor its comments."""
    standing = write_of(1, 5, comments=1, title="Standing")
    index.write([standing])
    assert outcomes(index, write_of(1, version, comments=comments, title="Late")) == ["stale"]
    assert list(index.comments(standing.id)) == list(standing.comments)
    assert index.documents([standing.id]) == {standing.id: stored(standing)}
    assert index.standing([standing.id])[standing.id].version == 5


def test_receipts_are_in_the_order_of_the_writes(index: Index) -> None:
    """The caller matches receipts with its articles by place."""
    index.write([write_of(2, 9)])
    writes = [write_of(1, 1), write_of(2, 1), write_of(3, 1)]
    receipts = index.write(writes)
    assert [receipt.id for receipt in receipts] == [write.id for write in writes]
    assert [receipt.outcome for receipt in receipts] == ["written", "stale", "written"]


def test_versions_use_the_whole_range(index: Index) -> None:
    """Capture order times 2^16 grows past 2^53, where floating-point numbers lose count."""
    version = (1 << 60) + 1
    write = write_of(1, version)
    index.write([write])
    assert index.standing([write.id])[write.id].version == version
    assert outcomes(index, write_of(1, version)) == ["stale"]
    assert outcomes(index, write_of(1, version + 1)) == ["written"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("colour", "red"), ("published_at", "2024-02-30T00:00:00Z"), ("word_count", "many"), ("canonical", "perhaps")],
)
def test_document_against_the_mapping_is_rejected_alone(index: Index, field: str, value: str) -> None:
    """A document that can never be taken is named with its field, and costs no neighbour."""
    changes: dict[str, Any] = {field: value}
    bad = write_of(2, 1, **changes)
    receipts = index.write([write_of(1, 1), bad, write_of(3, 1)])
    assert [receipt.outcome for receipt in receipts] == ["written", "rejected", "written"]
    assert receipts[1].error
    assert field in receipts[1].message
    assert index.standing([bad.id]) == {}


def test_find_by_either_id(index: Index) -> None:
    """People know their own ids, programs the minted ones."""
    write = write_of(1, 1, given_id="HC-17")
    index.write([write, write_of(2, 1, given_id="HC-18")])
    index.refresh()
    assert index.find(write.id) == stored(write)
    assert index.find("HC-17") == stored(write)
    assert index.find("HC-19") is None


def test_comments_come_back_in_order_at_once(index: Index) -> None:
    """A thread is read in its order; a member is rewritten with its comments right after it was written."""
    write = write_of(1, 1, comments=12)
    index.write([write, write_of(2, 1, comments=1)])
    assert list(index.comments(write.id)) == list(write.comments)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_rewrite_replaces_the_comments(index: Index, count: int) -> None:
    """Comments that the new version has not are gone; another article's stay."""
    other = write_of(2, 1, comments=2)
    index.write([write_of(1, 1, comments=3), other])
    rewrite = write_of(1, 2, comments=count)
    index.write([rewrite])
    assert list(index.comments(rewrite.id)) == list(rewrite.comments)
    assert list(index.comments(other.id)) == list(other.comments)


def test_same_identity_twice_in_one_write(index: Index) -> None:
    """Two captures of one page in one batch: the later stands, with its comments alone."""
    first, second = write_of(1, 1, comments=3), write_of(1, 2, comments=1)
    assert outcomes(index, first, second) == ["written", "written"]
    assert index.documents([first.id]) == {first.id: stored(second)}
    assert list(index.comments(first.id)) == list(second.comments)


@pytest.mark.parametrize("version", [1, 2])
def test_late_write_behind_its_successor_is_stale(index: Index, version: int) -> None:
    """The older of two captures in one batch comes last: the first stands, with its comments."""
    first = write_of(1, 2, comments=1)
    assert outcomes(index, first, write_of(1, version, comments=0)) == ["written", "stale"]
    assert index.documents([first.id]) == {first.id: stored(first)}
    assert list(index.comments(first.id)) == list(first.comments)


def version_of(write: Write, number: int, **changes: Any) -> Document:
    """Give a version of a write's article as the index keeps it."""
    fields = {"version": number, "version_id": f"{write.id}-{number}", "history": None, **changes}
    return {name: value for name, value in {**write.document, **fields}.items() if name != "history"}


def without_stems(document: Document) -> Document:
    """Leave out what the index does not give back."""
    return {name: value for name, value in document.items() if name != "stemmed"}


def test_versions_are_written_with_their_article(index: Index) -> None:
    """What stands is the last version; what it was is read at once, by its id."""
    plain = write_of(1, 9, title="New")
    current = {**plain.document, "version": 2, "version_id": f"{plain.id}-2", "history": [{"id": f"{plain.id}-1"}]}
    old = version_of(plain, 1, title="Old", valid_to="2024-01-01T00:00:00Z")
    index.write([replace(plain, document=current, history={old["version_id"]: old})])
    held = index.versions([f"{plain.id}-1", f"{plain.id}-2", f"{plain.id}-3"])
    assert dict(held) == {f"{plain.id}-1": without_stems(old), f"{plain.id}-2": without_stems(version_of(plain, 2))}
    assert index.documents([plain.id])[plain.id]["history"] == [{"id": f"{plain.id}-1"}]


def test_versions_are_searched_alone_and_articles_without_them(index: Index) -> None:
    """`as_of` asks the versions, everything else the articles."""
    plain = write_of(1, 9, title="New", version_id=f"{1:032x}-2")
    index.write([replace(plain, history={f"{plain.id}-1": version_of(plain, 1, title="Old")})])
    index.refresh()
    by_title = {"query": {"match_all": {}}, "_source": ["title"], "size": 10}
    found = [index.search(by_title, versions=versions)["hits"]["hits"] for versions in (False, True)]
    assert [sorted(hit["_source"]["title"] for hit in hits) for hits in found] == [["New"], ["New", "Old"]]


def test_a_version_that_is_no_more_is_removed(index: Index) -> None:
    """Other rules may make two versions one; removing one that was never written is no error."""
    plain = write_of(1, 1, version_id=f"{1:032x}-1")
    index.write([plain])
    later = write_of(1, 2, version_id=f"{1:032x}-2")
    receipts = index.write([replace(later, history={f"{plain.id}-1": None, f"{plain.id}-7": None})])
    assert [receipt.outcome for receipt in receipts] == ["written"]
    assert set(index.versions([f"{plain.id}-1", f"{plain.id}-2"])) == {f"{plain.id}-2"}


def test_a_stale_write_leaves_the_versions_alone(index: Index) -> None:
    """A late attempt must not bring back what came after it."""
    index.write([write_of(1, 5, title="Standing", version_id="v")])
    assert outcomes(index, write_of(1, 4, title="Late", version_id="v")) == ["stale"]
    assert index.versions(["v"])["v"]["title"] == "Standing"


def test_prepare_again_changes_nothing(place: IndexSettings, index: Index) -> None:
    """Every run prepares."""
    write = write_of(1, 1)
    index.write([write])
    index.prepare()
    assert index.documents([write.id]) == {write.id: stored(write)}


def test_another_mapping_version_is_refused(
    place: IndexSettings, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Writing another mapping's documents would spoil the index."""
    index.close()
    monkeypatch.setattr(IndexMapping, "version", property(lambda _: 9999))
    for write in (True, False):
        opened = open_index(place, write=write)
        try:
            with pytest.raises(MappingMismatch, match="9999"):
                opened.prepare()
        finally:
            opened.close()


def test_reader_does_not_create(place: IndexSettings) -> None:
    """A search before the first run must say so, and leave nothing behind."""
    for _ in range(2):
        with pytest.raises(IndexUnavailable, match="ingest"):
            open_and_prepare(place)


def open_and_prepare(place: IndexSettings) -> None:
    """Open for reading, prepare, close."""
    reader = open_index(place, write=False)
    try:
        reader.prepare()
    finally:
        reader.close()


STEPS = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 6), st.integers(0, 3)), max_size=12)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_highest_version_wins_in_any_order(index: Index, steps: list[tuple[int, int, int]]) -> None:
    """Whatever comes in whatever order, the index is a map from identity to its highest version."""
    run = secrets.randbits(64) << 64
    newest: dict[str, Write] = {}
    for identity, version, comments in steps:
        write = write_of(run + identity, version, comments=comments, title=f"{version} {comments}")
        stands = newest.get(write.id)
        expected = "stale" if stands is not None and stands.version >= version else "written"
        assert outcomes(index, write) == [expected]
        if expected == "written":
            newest[write.id] = write
    assert index.documents(list(newest)) == {key: stored(write) for key, write in newest.items()}
    for key, write in newest.items():
        assert list(index.comments(key)) == list(write.comments)
