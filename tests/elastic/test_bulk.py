"""Bulk writes against the replies that a healthy server won't give."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ingest.elastic.bulk import Action, BulkWriter, Outcome
from ingest.elastic.client import connect
from ingest.errors import IndexUnavailable
from ingest.index.settings import IndexSettings
from tests.elastic.clocks import FakeClock
from tests.elastic.scripted_server import (
    Answer,
    Reply,
    Request,
    ScriptedServer,
    accept,
    error,
    hang_up,
    items,
    page,
    reshaped,
    serving,
    truncated,
)
from tests.elastic.test_retries import policy

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

IDS = ["a", "b", "c", "d"]
WRITTEN = Outcome("written")


def deliver(
    server: ScriptedServer,
    clock: FakeClock,
    ids: Sequence[str] = IDS,
    *,
    max_actions: int = 100,
    max_bytes: int = 10_000_000,
) -> list[Outcome]:
    """Write one small document an id."""
    with connect(IndexSettings(url=server.url, request_timeout_seconds=10)) as client:
        writer = BulkWriter(
            client=client,
            retries=policy(clock),
            max_actions=max_actions,
            max_bytes=max_bytes,
        )
        return writer.write([Action(alias="t-write", id=key, version=1, source={"title": key}) for key in ids])


def test_everything_at_once() -> None:
    """Without trouble a batch is one request and no pause."""
    clock = FakeClock()
    with serving() as server:
        assert deliver(server, clock) == [WRITTEN] * 4
        assert server.batches == [IDS]
        assert "require_alias=true" in server.requests[0].path
    assert clock.slept == []


def test_nothing_is_sent_for_nothing() -> None:
    """An empty bulk request is an error of its own."""
    with serving() as server:
        assert deliver(server, FakeClock(), ids=[]) == []
        assert server.requests == []


@pytest.mark.parametrize(("max_actions", "max_bytes"), [(2, 10_000), (100, 200)])
def test_requests_are_bounded(max_actions: int, max_bytes: int) -> None:
    """By count and by bytes, in order."""
    with serving() as server:
        outcomes = deliver(server, FakeClock(), max_actions=max_actions, max_bytes=max_bytes)
        assert outcomes == [WRITTEN] * 4
        assert server.batches == [["a", "b"], ["c", "d"]]


def test_a_document_above_the_bound_goes_alone() -> None:
    """The bound is there to group, not to refuse."""
    with serving() as server:
        assert deliver(server, FakeClock(), max_bytes=1) == [WRITTEN] * 4
        assert server.batches == [["a"], ["b"], ["c"], ["d"]]


def test_only_failed_items_are_sent_again_in_halves() -> None:
    """A full queue takes some; the others come back as smaller batches."""
    clock = FakeClock()
    busy = (429, "es_rejected_execution_exception")
    with serving(items({"a": busy, "b": busy, "d": busy})) as server:
        assert deliver(server, clock) == [WRITTEN] * 4
        assert server.batches == [IDS, ["a", "b"], ["d"]]
    assert len(clock.slept) == 1


def test_busy_server_is_given_time_and_halves() -> None:
    """429 for the whole request: wait as long as it says, then send half as much."""
    clock = FakeClock()
    with serving(error(429, "es_rejected_execution_exception", Retry_After="7")) as server:
        assert deliver(server, clock) == [WRITTEN] * 4
        assert server.batches == [IDS, ["a", "b"], ["c", "d"]]
    assert clock.slept == [7.0]


def test_too_large_is_halved_at_once() -> None:
    """413 says nothing of load: there is nothing to wait for."""
    clock = FakeClock()
    with serving(page(413)) as server:
        assert deliver(server, clock) == [WRITTEN] * 4
        assert server.batches == [IDS, ["a", "b"], ["c", "d"]]
    assert clock.slept == []


def test_single_document_too_large_is_rejected() -> None:
    """It will never fit; its neighbours do."""

    def answer(request: Request) -> Reply:
        return page(413)(request) if "b" in request.ids else accept(request)

    with serving(otherwise=answer) as server:
        outcomes = deliver(server, FakeClock())
    assert [outcome.result for outcome in outcomes] == ["written", "rejected", "written", "written"]
    assert "413" in outcomes[1].error


def test_one_action_that_spoils_the_request_is_found() -> None:
    """A request refused as a whole is bisected: one culprit, no victims."""
    refuse = error(400, "action_request_validation_exception", "id is too long")

    def answer(request: Request) -> Reply:
        return refuse(request) if "c" in request.ids else accept(request)

    clock = FakeClock()
    with serving(otherwise=answer) as server:
        outcomes = deliver(server, clock)
    assert outcomes == [
        WRITTEN,
        WRITTEN,
        Outcome("rejected", "action_request_validation_exception", "id is too long"),
        WRITTEN,
    ]
    assert clock.slept == []


@pytest.mark.parametrize(
    "answer",
    [
        page(502),
        page(503),
        page(504),
        page(200),
        error(503, "process_cluster_event_timeout_exception"),
        error(500, "never_heard_of_exception"),
        truncated,
        hang_up,
        reshaped(lambda whole: whole[:-1]),
        reshaped(lambda whole: [*whole, whole[-1]]),
        reshaped(lambda whole: whole[::-1]),
        reshaped(lambda _: []),
    ],
    ids=["502", "503", "504", "200", "timeout", "500", "truncated", "cut", "missing", "surplus", "reordered", "none"],
)
def test_unreadable_answers_are_asked_again(answer: Answer) -> None:
    """What became of the batch is unknown; nothing may be taken for written, nothing blamed on a document."""
    clock = FakeClock()
    with serving(answer) as server:
        assert deliver(server, clock) == [WRITTEN] * 4
        assert server.batches == [IDS, IDS]
    assert len(clock.slept) == 1


def test_conflict_after_a_lost_answer_is_marked() -> None:
    """The version that stands may be our own first attempt: the caller has to look."""
    conflict = (409, "version_conflict_engine_exception")
    with serving(truncated, items({"a": conflict})) as server:
        outcomes = deliver(server, FakeClock())
    assert outcomes[0].result == "stale"
    assert outcomes[0].unsure
    with serving(items({"a": conflict})) as server:
        assert not deliver(server, FakeClock())[0].unsure


@pytest.mark.parametrize(
    "answer",
    [
        error(401, "security_exception", "missing credentials"),
        error(403, "security_exception", "no rights"),
        error(429, "cluster_block_exception", "flood stage"),
        items(dict.fromkeys(IDS, (403, "cluster_block_exception"))),
        items(dict.fromkeys(IDS, (400, "index_closed_exception"))),
        items(dict.fromkeys(IDS, (404, "index_not_found_exception"))),
        page(503),
    ],
)
def test_a_refusing_index_ends_the_run_and_blames_no_document(answer: Answer) -> None:
    """A state is no document's fault: the writer pauses, and gives up with the reason."""
    clock = FakeClock()
    with serving(otherwise=answer) as server, pytest.raises(IndexUnavailable, match=r"gave up after 900 s: \w+"):
        deliver(server, clock)
    assert sum(clock.slept) == pytest.approx(900)
    assert max(clock.slept) <= 60


def test_unreachable_index_is_unavailable() -> None:
    """Nobody listens: the writer waits, then says who did not answer."""
    clock = FakeClock()
    with serving() as server:
        pass
    with pytest.raises(IndexUnavailable, match="refused"):
        deliver(server, clock)


def test_unencodable_document_is_rejected_alone() -> None:
    """JSON cannot carry a lone surrogate."""
    with serving() as server, connect(IndexSettings(url=server.url)) as client:
        writer = BulkWriter(client=client, retries=policy(FakeClock()), max_actions=10, max_bytes=1000)
        sources = [{"title": "a"}, {"title": "\ud800"}, {"title": "c"}]
        outcomes = writer.write(
            [Action(alias="t-write", id=str(n), version=1, source=source) for n, source in enumerate(sources)]
        )
        assert server.batches == [["0", "2"]]
    assert [outcome.result for outcome in outcomes] == ["written", "rejected", "written"]
