"""One request, by either client: sent again while waiting helps, so many at once, and no longer than somebody waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from ingest.awaiting import finish
from ingest.elastic.client import connect, connect_async
from ingest.elastic.retries import Retries
from ingest.elastic.sending import AsyncSender, Request, WaitingSender
from ingest.errors import IndexTimedOut, IndexUnavailable
from ingest.index.settings import IndexSettings
from tests.elastic.scripted_server import Reply, error, serving
from tests.elastic.silent_server import silence

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

COUNT = Request("POST", "/articles/_count", {"query": {"match_all": {}}})


def give_seven(_: object) -> Reply:
    """Answer."""
    return Reply(200, b'{"count": 7}')


def policy(patience: float) -> Retries:
    """Make a policy with short pauses."""
    return Retries(patience_seconds=patience, backoff_start_seconds=0.01, backoff_cap_seconds=0.02, target="the index")


def read_count(body: Any) -> int:
    """Read the answer."""
    return int(body["count"])


def ask_waiting(url: str, patience: float) -> int:
    """Ask by the client that waits."""
    with connect(IndexSettings(url=url)) as client:
        return finish(WaitingSender(client, policy(patience)).send(COUNT, read_count))


def ask_asynchronously(url: str, patience: float) -> int:
    """Ask by the asynchronous client."""

    async def ask() -> int:
        async with sending(url, patience) as sender:
            return await sender.send(COUNT, read_count)

    return asyncio.run(ask())


@asynccontextmanager
async def sending(
    url: str, patience: float = 0.0, seconds: float = 10.0, at_once: int = 1
) -> AsyncIterator[AsyncSender]:
    """Give a sender by the asynchronous client."""
    client = connect_async(IndexSettings(url=url, request_timeout_seconds=seconds), connections=at_once)
    sender = AsyncSender(client, policy(patience), at_once=at_once, turn_seconds=0.05)
    try:
        yield sender
    finally:
        await sender.close()


either = pytest.mark.parametrize("ask", [ask_waiting, ask_asynchronously])


@either
def test_what_waiting_mends_is_sent_again(ask: Callable[[str, float], int]) -> None:
    """The same request, until it is answered."""
    with serving(error(503, "unavailable_shards_exception"), error(429, "queue full"), give_seven) as server:
        assert ask(server.url, 5.0) == 7
        assert [(each.method, each.path) for each in server.requests] == [("POST", "/articles/_count")] * 3


@either
def test_whoever_has_no_patience_is_told_at_once(ask: Callable[[str, float], int]) -> None:
    """After one attempt."""
    with serving(error(503, "unavailable_shards_exception", "no shard")) as server:
        with pytest.raises(IndexUnavailable, match="no shard"):
            ask(server.url, 0.0)
        assert len(server.requests) == 1


def test_a_slow_answer_is_told_as_one() -> None:
    """So that a caller can tell it from a server that is away."""

    async def ask() -> None:
        async with silence() as silent, sending(silent.url, seconds=0.1) as sender:
            await sender.send(COUNT, read_count)

    with pytest.raises(IndexTimedOut, match="no answer in time"):
        asyncio.run(ask())


def test_a_turn_is_not_waited_for_for_ever() -> None:
    """One request at once: the second one gives up while the first still waits."""

    async def ask() -> None:
        async with silence() as silent, sending(silent.url) as sender:
            first = asyncio.create_task(sender.send(COUNT, read_count))
            await silent.asked.wait()
            try:
                await sender.send(COUNT, read_count)
            finally:
                first.cancel()

    with pytest.raises(IndexUnavailable, match="too many requests at once"):
        asyncio.run(ask())


def test_whoever_leaves_hangs_up_and_makes_room() -> None:
    """The server sees it at once, and the next one has a turn."""

    async def ask() -> bool:
        async with silence() as silent, sending(silent.url) as sender, asyncio.timeout(10):
            first = asyncio.create_task(sender.send(COUNT, read_count))
            await silent.asked.wait()
            first.cancel()
            await silent.left.wait()
            silent.asked.clear()
            second = asyncio.create_task(sender.send(COUNT, read_count))
            await silent.asked.wait()
            second.cancel()
            await asyncio.wait({first, second})
            return first.cancelled() and second.cancelled()

    assert asyncio.run(ask())
