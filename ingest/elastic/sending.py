"""Requests to Elasticsearch, written once and sent by either client: the one that waits, or the asynchronous one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

from elasticsearch import AsyncElasticsearch, Elasticsearch

from ingest.elastic.retries import Retries, call, call_async
from ingest.errors import IndexUnavailable

HEADERS = {"accept": "application/json", "content-type": "application/json"}

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Request:
    """A request: its method, its path with the query string, and its body."""

    method: str
    path: str
    body: dict[str, Any] | None = field(default=None, repr=False)

    @property
    def parts(self) -> dict[str, Any]:
        """Give what a client's `perform_request` takes."""
        return {"method": self.method, "path": self.path, "headers": HEADERS, "body": self.body}


class Sender(Protocol):
    """Sends requests, again where waiting mends what is wrong (see `retries`)."""

    async def send(self, request: Request, read: Callable[[Any], Answer]) -> Answer:
        """Send a request and read the body of its answer; an AnswerError of `read` counts as one of the request."""
        ...


@dataclass(frozen=True, slots=True)
class WaitingSender:
    """Sends by the client that waits: its coroutines never do (see `awaiting`)."""

    client: Elasticsearch
    retries: Retries

    async def send(self, request: Request, read: Callable[[Any], Answer]) -> Answer:
        """Send a request and read the body of its answer."""
        return call(lambda: read(self.client.perform_request(**request.parts).body), self.retries)


class AsyncSender:
    """Sends so many requests at once by the asynchronous client; the others wait for their turn, but not for ever."""

    def __init__(self, client: AsyncElasticsearch, retries: Retries, *, at_once: int, turn_seconds: float) -> None:
        self._client = client
        self._retries = retries
        self._turns = asyncio.Semaphore(at_once)
        self._turn_seconds = turn_seconds

    async def send(self, request: Request, read: Callable[[Any], Answer]) -> Answer:
        """Send a request and read the body of its answer; IndexUnavailable where its turn does not come."""
        await self._take_turn()
        try:
            return await call_async(partial(self._ask, request, read), self._retries)
        finally:
            self._turns.release()

    async def _ask(self, request: Request, read: Callable[[Any], Answer]) -> Answer:
        answer = await self._client.perform_request(**request.parts)
        return read(answer.body)

    async def _take_turn(self) -> None:
        try:
            async with asyncio.timeout(self._turn_seconds):
                await self._turns.acquire()
        except TimeoutError as error:
            waited = f"too many requests at once, waited {self._turn_seconds:g} s for a turn"
            raise IndexUnavailable(f"{self._retries.target}: {waited}") from error

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()
