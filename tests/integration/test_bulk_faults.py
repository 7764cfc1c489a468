"""A real Elasticsearch and its real faults: states pause the writer, documents at fault are rejected alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from elasticsearch import Elasticsearch

from ingest.elastic.bulk import Action, BulkWriter
from ingest.errors import IndexUnavailable, UsageError
from ingest.index.backends.elasticsearch import ElasticsearchIndex
from ingest.index.document import comment_id
from ingest.index.names import read_alias, write_alias
from ingest.index.protocol import Write
from ingest.index.settings import IndexSettings
from tests.elastic.clocks import FakeClock
from tests.elastic.scripted_server import Answer, Reply, Request, error, forward, serving, truncated
from tests.elastic.test_retries import policy
from tests.index.articles import write_of
from tests.integration.opening import NO_BLOCKS, open_on

pytestmark = pytest.mark.elasticsearch

Change = Callable[[Elasticsearch, str], object]


def concrete(client: Elasticsearch, place: IndexSettings) -> str:
    """Name the concrete index of articles."""
    return next(iter(client.indices.get_alias(index=f"{place.prefix}articles-v*")))


def block(name: str) -> Change:
    """Block writes in one of Elasticsearch's ways."""
    return lambda client, index: client.indices.put_settings(index=index, settings={f"index.blocks.{name}": True})


def unblock(client: Elasticsearch, index: str) -> object:
    """Lift every block."""
    return client.indices.put_settings(index=index, settings=NO_BLOCKS)


def write_index(value: bool) -> Change:
    """Make the concrete index the write index of its alias, or unmake it."""
    return lambda client, index: client.indices.put_alias(
        index=index, name=f"{index.partition('articles-v')[0]}articles-write", is_write_index=value
    )


def drop_alias(client: Elasticsearch, index: str) -> object:
    """Take the write alias away."""
    return client.indices.delete_alias(index=index, name=f"{index.partition('articles-v')[0]}articles-write")


def close_index(client: Elasticsearch, index: str) -> object:
    """Close."""
    return client.indices.close(index=index)


def reopen(client: Elasticsearch, index: str) -> object:
    """Open again and wait until its shard is there."""
    client.indices.open(index=index)
    return client.cluster.health(index=index, wait_for_status="green")


STATES = [
    pytest.param(block("write"), unblock, id="write block"),
    pytest.param(block("read_only"), unblock, id="read only"),
    pytest.param(block("read_only_allow_delete"), unblock, id="flood stage"),
    pytest.param(close_index, reopen, id="closed"),
    pytest.param(drop_alias, write_index(True), id="alias gone"),
    pytest.param(write_index(False), write_index(True), id="no write index"),
]


@pytest.mark.parametrize(("harm", "mend"), STATES)
def test_writer_waits_for_a_refusing_index(
    place: IndexSettings, client: Elasticsearch, harm: Change, mend: Change
) -> None:
    """Writing goes on by itself once somebody has mended the index; no document is blamed or lost."""
    name = ""
    clock = FakeClock(during=lambda sleeps: mend(client, name) if sleeps == 3 else None)
    index = open_on(place, clock)
    name = concrete(client, place)
    before, after = write_of(1, 1), [write_of(1, 2), write_of(2, 1, comments=1)]
    index.write([before])
    harm(client, name)
    assert [receipt.outcome for receipt in index.write(after)] == ["written", "written"]
    assert {key: standing.version for key, standing in index.standing([w.id for w in after]).items()} == {
        after[0].id: 2,
        after[1].id: 1,
    }
    assert len(clock.slept) == 3
    index.close()


@pytest.mark.parametrize(("harm", "mend"), STATES)
def test_writer_gives_up_on_a_refusing_index(
    place: IndexSettings, client: Elasticsearch, index: ElasticsearchIndex, harm: Change, mend: Change
) -> None:
    """After its patience the writer says what the index says; it rejects nothing and creates no index in its place."""
    name = concrete(client, place)
    names = sorted(client.indices.get_alias(index=f"{place.prefix}*"))
    harm(client, name)
    with pytest.raises(IndexUnavailable, match="gave up after 900 s"):
        index.write([write_of(1, 1), write_of(2, 1)])
    assert sorted(client.indices.get(index=f"{place.prefix}*", expand_wildcards="all")) == names
    mend(client, name)
    assert [receipt.outcome for receipt in index.write([write_of(1, 1)])] == ["written"]


def test_index_that_comes_back_is_written_to(place: IndexSettings) -> None:
    """Elasticsearch is away at first; nothing but time is needed."""
    write = write_of(1, 1)
    away = error(503, "process_cluster_event_timeout_exception")
    with serving(otherwise=forward(place.url)) as server:
        clock = FakeClock()
        index = open_on(replace(place, url=server.url), clock)
        server.script.extend([away] * 4)
        assert [receipt.outcome for receipt in index.write([write])] == ["written"]
        assert len(clock.slept) == 4
        index.close()


def test_write_whose_answer_was_lost_is_written_once(place: IndexSettings, client: Elasticsearch) -> None:
    """The second attempt meets the first one's version: that is our own, not another writer's."""
    with serving(otherwise=at_first_bulk(place, forward(place.url, then=truncated))) as server:
        index = open_on(replace(place, url=server.url), FakeClock())
        write = write_of(1, 1)
        assert [receipt.outcome for receipt in index.write([write])] == ["written"]
        index.close()
        assert len(server.batches) == 2
    stands = client.get(index=read_alias("articles", place.prefix), id=write.id)
    assert (stands["_version"], stands["_seq_no"]) == (1, 0)


def at_first_bulk(place: IndexSettings, happens: Callable[[Request], Reply | None]) -> Answer:
    """Forward everything to the real server; before the first bulk request let something happen, and answer with it."""
    seen: list[Request] = []

    def answer(request: Request) -> Reply:
        instead = None
        if request.path.startswith("/_bulk") and not seen:
            seen.append(request)
            instead = happens(request)
        return instead or forward(place.url)(request)

    return answer


def test_lost_answer_of_another_writers_version_is_stale(place: IndexSettings, index: ElasticsearchIndex) -> None:
    """The same version with other content is not ours, even where an answer of ours was lost."""

    def other_writer(request: Request) -> Reply:
        index.write([write_of(1, 1, fingerprint="f" * 64)])
        return truncated(request)

    with serving(otherwise=at_first_bulk(place, other_writer)) as server:
        overtaken = open_on(replace(place, url=server.url), FakeClock())
        assert [receipt.outcome for receipt in overtaken.write([write_of(1, 1)])] == ["stale"]
        overtaken.close()


def test_comments_of_an_overtaken_writer_are_swept(
    place: IndexSettings, client: Elasticsearch, index: ElasticsearchIndex
) -> None:
    """A writer that is overtaken between its look and its write leaves no comments for a search to find."""
    newer = write_of(1, 5, comments=1)

    def other_writer(_: Request) -> None:
        index.write([newer])

    with serving(otherwise=at_first_bulk(place, other_writer)) as server:
        overtaken = open_on(replace(place, url=server.url), FakeClock())
        assert [receipt.outcome for receipt in overtaken.write([write_of(1, 4, comments=7)])] == ["stale"]
        overtaken.close()
    index.refresh()
    found = client.search(index=read_alias("article-comments", place.prefix), size=10)["hits"]["hits"]
    assert [hit["_id"] for hit in found] == [comment_id(newer.id, 0)]


def test_second_write_of_the_same_changes_nothing(
    place: IndexSettings, client: Elasticsearch, index: ElasticsearchIndex
) -> None:
    """A repeated run leaves no trace, not even a sequence number."""
    write = write_of(1, 1)
    index.write([write])
    before = client.get(index=read_alias("articles", place.prefix), id=write.id)
    index.write([write])
    after = client.get(index=read_alias("articles", place.prefix), id=write.id)
    assert (after["_version"], after["_seq_no"]) == (before["_version"], before["_seq_no"])


def test_refused_query_is_told(index: ElasticsearchIndex) -> None:
    """A query that Elasticsearch does not know is our mistake, not an absence."""
    with pytest.raises(UsageError, match="mach_all"):
        index.search({"query": {"mach_all": {}}})


def test_long_keywords_are_kept_and_not_indexed(index: ElasticsearchIndex) -> None:
    """A value over Elasticsearch's limit for a term must not have its document refused."""
    write = write_of(1, 1, given_id="x" * 40_000)
    assert [receipt.outcome for receipt in index.write([write])] == ["written"]
    assert index.documents([write.id])[write.id]["given_id"] == "x" * 40_000


def test_unparsable_comment_time_is_kept(index: ElasticsearchIndex) -> None:
    """Readers' comments carry times in words; that is no reason to refuse them."""
    write = write_of(1, 1, comments=1)
    comment = {**write.comments[0], "published_at": "on a rainy Tuesday"}
    assert [r.outcome for r in index.write([replace(write, comments=(comment,))])] == ["written"]
    assert index.comments(write.id)[0]["published_at"] == "on a rainy Tuesday"


def test_comment_at_fault_rejects_its_article_alone(index: ElasticsearchIndex) -> None:
    """An article must not stand without its comments."""
    bad = write_of(1, 1, comments=2)
    bad = replace(bad, comments=(bad.comments[0], {**bad.comments[1], "colour": "red"}))
    good = write_of(2, 1, comments=1)
    receipts = index.write([bad, good])
    assert [receipt.outcome for receipt in receipts] == ["rejected", "written"]
    assert "colour" in receipts[0].message
    assert index.standing([bad.id]) == {}


def test_long_threads_are_read_whole(index: ElasticsearchIndex) -> None:
    """More comments than one request fetches."""
    write = write_of(1, 1, comments=1100)
    index.write([write])
    assert list(index.comments(write.id)) == list(write.comments)


def test_comments_of_a_dead_attempt_are_overwritten(
    place: IndexSettings, client: Elasticsearch, index: ElasticsearchIndex
) -> None:
    """A process died after the comments and before the article; the next attempt has fewer and other comments."""
    dead, live = write_of(1, 5, comments=2), write_of(1, 5, comments=2)
    live = replace(live, comments=tuple({**comment, "text": "Rewritten."} for comment in live.comments))
    orphan(client, place, dead)
    index.write([live])
    assert list(index.comments(live.id)) == list(live.comments)


def orphan(client: Elasticsearch, place: IndexSettings, write: Write) -> None:
    """Write an article's comments alone."""
    for comment in write.comments:
        client.index(
            index=write_alias("article-comments", place.prefix),
            id=comment["id"],
            document=comment,
            version=write.version,
            version_type="external",
        )


def test_many_writers_prepare_one_index(place: IndexSettings, client: Elasticsearch) -> None:
    """Workers start together: one creates, all find the same index."""
    indices = [ElasticsearchIndex(place, write=True) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda index: index.prepare(), indices))
    assert len(client.indices.get(index=f"{place.prefix}articles-v*")) == 1
    assert len(client.indices.get(index=f"{place.prefix}article-comments-v*")) == 1
    for index in indices:
        index.close()


def test_writers_at_once_end_with_the_highest_version(
    place: IndexSettings, client: Elasticsearch, index: ElasticsearchIndex
) -> None:
    """A backfill beside the live run: whoever comes when, the newest capture stands with its own comments alone."""
    writers = [ElasticsearchIndex(place, write=True) for _ in range(4)]
    versions = [[version for version in range(1, 41) if version % 4 == n] for n in range(4)]

    def drive(writer: ElasticsearchIndex, own: list[int]) -> None:
        for version in own:
            writer.write([write_of(n, version, comments=version % 5, title=str(version)) for n in range(3)])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(drive, writers, versions))
    expected = [write_of(n, 40, comments=0, title="40") for n in range(3)]
    assert {k: d["title"] for k, d in index.documents([w.id for w in expected]).items()} == {
        w.id: "40" for w in expected
    }
    assert [list(index.comments(write.id)) for write in expected] == [[], [], []]
    index.refresh()
    assert client.count(index=read_alias("article-comments", place.prefix))["count"] == 0
    for writer in writers:
        writer.close()


def test_indices_without_alias_are_not_replaced(
    place: IndexSettings, client: Elasticsearch, index: ElasticsearchIndex
) -> None:
    """An empty new index would hide the old one, and with it every article."""
    drop_alias(client, concrete(client, place))
    with pytest.raises(IndexUnavailable, match="articles-write"):
        index.prepare()


def test_impossible_prefix_is_told(place: IndexSettings) -> None:
    """Elasticsearch's names are lower case: a setting is at fault, not the service."""
    index = ElasticsearchIndex(replace(place, prefix="News-"), write=True)
    with pytest.raises(UsageError, match="lowercase"):
        index.prepare()
    index.close()


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (Action(alias="", id="x" * 513, version=1, source={"word": "a"}), "id"),
        (Action(alias="", id="b", version=-1, source={"word": "a"}), "version"),
        (Action(alias="", id="b", version=1 << 63, source={"word": "a"}), "out of range"),
        (Action(alias="", id="b", version=1, source={"word": "x" * 40_000}), "word"),
        (Action(alias="", id="b", version=1, source={"word": {"a": 1}}), "word"),
    ],
    ids=["long id", "negative version", "huge version", "immense term", "wrong type"],
)
def test_action_at_fault_is_rejected_alone(client: Elasticsearch, place: IndexSettings, bad: Action, told: str) -> None:
    """Some faults spoil the whole request: the culprit is found, its neighbours are written."""
    mappings = {"properties": {"word": {"type": "keyword"}}}
    alias = f"{place.prefix}words-write"
    client.indices.create(index=f"{place.prefix}words-1", mappings=mappings, aliases={alias: {"is_write_index": True}})
    writer = BulkWriter(client=client, retries=policy(FakeClock()), max_actions=100, max_bytes=1_000_000)
    good = [Action(alias=alias, id=f"good-{n}", version=1, source={"word": "a"}) for n in range(5)]
    outcomes = writer.write([*good[:3], replace(bad, alias=alias), *good[3:]])
    assert [outcome.result for outcome in outcomes] == ["written"] * 3 + ["rejected"] + ["written"] * 2
    assert told in outcomes[3].message
