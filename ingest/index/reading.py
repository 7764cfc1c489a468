"""What a search asks of an index, for callers who wait and for servers who must not; one index serves as the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Protocol, TypeVar

from ingest.index.protocol import Document, Index

Answer = TypeVar("Answer")


class IndexReader(Protocol):
    """The reading half of an `Index`, asked without keeping anybody else waiting.

    The methods that `Index` has are the same here; they raise what they raise there. A call that is cancelled asks
    nothing more.
    """

    async def documents(self, ids: Sequence[str]) -> Mapping[str, Document]:
        """Fetch whole documents by minted id."""
        ...

    async def find(self, any_id: str) -> Document | None:
        """Fetch one document by its minted or its given id."""
        ...

    async def comments(self, article_id: str) -> Sequence[Document]:
        """Fetch an article's comments in the order of the thread."""
        ...

    async def versions(self, version_ids: Sequence[str]) -> Mapping[str, Document]:
        """Fetch whole versions by `version_id`."""
        ...

    async def search(self, query: Document, *, versions: bool = False) -> Document:
        """Run a query of `search.query`, and give the body of the answer."""
        ...

    async def snapshot(self, query: Document, *, seconds: int, versions: bool = False) -> str | None:
        """Hold the index as it is for a walk; None where its order needs no hold."""
        ...

    async def release(self, snapshot: str) -> None:
        """Hold a snapshot no longer."""
        ...

    async def aside(self, work: Callable[[], Answer]) -> Answer:
        """Do what would keep others waiting: reading files and records, computing for long."""
        ...

    async def close(self) -> None:
        """Let go of connections and threads."""
        ...


class Runner(Protocol):
    """Where calls run that block."""

    async def run(self, work: Callable[[], Answer]) -> Answer:
        """Run one."""
        ...

    def close(self) -> None:
        """Let go of threads."""
        ...


class Here:
    """Runs calls where they are made: for callers who wait (see `awaiting`)."""

    async def run(self, work: Callable[[], Answer]) -> Answer:
        """Run one at once."""
        return work()

    def close(self) -> None:
        """Hold nothing."""


class Threads:
    """Runs so many calls at once, on threads; the others wait for their turn. One that has begun is run to its end."""

    def __init__(self, at_once: int) -> None:
        self._pool = ThreadPoolExecutor(at_once, "reading")

    async def run(self, work: Callable[[], Answer]) -> Answer:
        """Run one on a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(copy_context().run, work))

    def close(self) -> None:
        """Let go of the threads once they are idle."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class BlockingReader:
    """An `IndexReader` over an `Index`, whose calls run where the runner runs them."""

    def __init__(self, index: Index, runner: Runner) -> None:
        self._index = index
        self._runner = runner

    async def documents(self, ids: Sequence[str]) -> Mapping[str, Document]:
        """Fetch whole documents by minted id."""
        return await self._runner.run(partial(self._index.documents, ids))

    async def find(self, any_id: str) -> Document | None:
        """Fetch one document by its minted or its given id."""
        return await self._runner.run(partial(self._index.find, any_id))

    async def comments(self, article_id: str) -> Sequence[Document]:
        """Fetch an article's comments in the order of the thread."""
        return await self._runner.run(partial(self._index.comments, article_id))

    async def versions(self, version_ids: Sequence[str]) -> Mapping[str, Document]:
        """Fetch whole versions by `version_id`."""
        return await self._runner.run(partial(self._index.versions, version_ids))

    async def search(self, query: Document, *, versions: bool = False) -> Document:
        """Run a query of `search.query`, and give the body of the answer."""
        return await self._runner.run(partial(self._index.search, query, versions=versions))

    async def snapshot(self, query: Document, *, seconds: int, versions: bool = False) -> str | None:
        """Hold the index as it is for a walk; None where its order needs no hold."""
        return await self._runner.run(partial(self._index.snapshot, query, seconds=seconds, versions=versions))

    async def release(self, snapshot: str) -> None:
        """Hold a snapshot no longer."""
        await self._runner.run(partial(self._index.release, snapshot))

    async def aside(self, work: Callable[[], Answer]) -> Answer:
        """Do what would keep others waiting."""
        return await self._runner.run(work)

    async def close(self) -> None:
        """Close the index, and let go of threads."""
        await self._runner.run(self._index.close)
        self._runner.close()


def read_here(index: Index) -> IndexReader:
    """Give what reads an index for a caller who waits for each answer; it holds nothing of its own."""
    return BlockingReader(index, Here())
