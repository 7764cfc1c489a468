"""What the index of state records promises beyond the contract: layouts, blocks, answers that are lost."""

from __future__ import annotations

import pytest
from elasticsearch import ApiError, Elasticsearch

from ingest.elastic.bulk import BulkWriter
from ingest.elastic.faults import Fault, Trouble
from ingest.errors import IndexUnavailable, MappingMismatch
from ingest.index.settings import IndexSettings
from ingest.state import open_records, read_records
from tests.state.counting import count_up

pytestmark = pytest.mark.elasticsearch


def test_an_index_of_an_older_layout_is_upgraded_and_kept(
    elasticsearch_url: str, elasticsearch_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same in Elasticsearch: records are carried into an index of the new layout, the old one takes no writes."""
    settings = IndexSettings(url=elasticsearch_url, prefix=elasticsearch_prefix, replicas=0)
    with open_records(settings) as records:
        records.put("one", {str(number): {"n": number} for number in range(300)})
        before = dict(records.scan("one"))
    monkeypatch.setattr("ingest.state.stores.elasticsearch.LAYOUT", 2)
    with pytest.raises(MappingMismatch, match="article-state-v1"), read_records(settings):
        pass
    with open_records(settings) as records:
        assert dict(records.scan("one")) == before
        records.put("one", {"new": {}})
    with read_records(settings) as reader:
        assert reader.get("one", ["new", "7"]) == {"new": {}, "7": {"n": 7}}
    with Elasticsearch(elasticsearch_url) as client:
        assert client.count(index=f"{elasticsearch_prefix}article-state-v1")["count"] == 300
        with pytest.raises(ApiError, match="blocked"):
            client.index(index=f"{elasticsearch_prefix}article-state-v1", document={"kind": "x"})


def test_an_index_of_another_layout_is_named(elasticsearch_url: str, elasticsearch_prefix: str) -> None:
    """An index of another version is not misread, whoever opens it."""
    settings = IndexSettings(url=elasticsearch_url, prefix=elasticsearch_prefix, replicas=0)
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.create(index=f"{elasticsearch_prefix}article-state-v99", settings={"number_of_replicas": 0})
    for opening in (open_records, read_records):
        with pytest.raises(MappingMismatch, match="article-state-v99"), opening(settings):
            pass


def test_a_blocked_index_pauses_the_writer_and_serves_readers(
    elasticsearch_url: str, elasticsearch_prefix: str
) -> None:
    """A state error is no fault of a record: the writer waits and then says so, readers read on."""
    settings = IndexSettings(url=elasticsearch_url, prefix=elasticsearch_prefix, replicas=0, write_patience_seconds=0.3)
    with open_records(settings) as records, Elasticsearch(elasticsearch_url) as client:
        records.put("one", {"a": {"n": 1}})
        client.indices.add_block(index=f"{elasticsearch_prefix}article-state-v1", block="write")
        for attempt in (
            lambda: records.put("one", {"a": {"n": 2}}),
            lambda: records.update("one", ["a"], count_up),
            lambda: records.delete("one", ["a"]),
        ):
            with pytest.raises(IndexUnavailable, match="cluster_block_exception"):
                attempt()
        with read_records(settings) as first, read_records(settings) as second:
            assert first.get("one", ["a"]) == dict(second.scan("one")) == {"a": {"n": 1}}


def test_a_lost_answer_is_not_applied_twice(
    elasticsearch_url: str, elasticsearch_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write took place, its answer never came: sent again it meets itself, and knows itself."""
    settings = IndexSettings(url=elasticsearch_url, prefix=elasticsearch_prefix, replicas=0, backoff_start_seconds=0.01)
    send = BulkWriter.send
    lost: list[list[str]] = []

    def lose_the_first(writer: BulkWriter, ids: list[str], content: bytes) -> object:
        answer = send(writer, ids, content)
        if not lost:
            lost.append(ids)
            return Trouble(Fault.LOST, "lost", "the answer was lost")
        return answer

    with open_records(settings) as records:
        records.put("one", {"a": {"n": 1}})
        monkeypatch.setattr(BulkWriter, "send", lose_the_first)
        assert records.update("one", ["a", "b"], count_up) == {"a": {"n": 2}, "b": {"n": 1}}
        assert lost
        assert dict(records.scan("one")) == {"a": {"n": 2}, "b": {"n": 1}}
