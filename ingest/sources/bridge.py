"""Asynchronous work feeding code that is not: it goes on in a thread of its own while what it gave is worked on."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

Emitter = Callable[[T], Awaitable[None]]


class _End(Generic[T]):
    """The last thing that comes: how the work ended."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def stream(work: Callable[[Emitter[T]], Awaitable[None]], capacity: int) -> Iterator[T]:
    """Yield what `work` emits, in order; at most `capacity` items wait, then the work waits.

    What the work raises is raised here. Closing the generator cancels the work and waits for its end.
    """
    handed: queue.Queue[T | _End[T]] = queue.Queue()
    loop = asyncio.new_event_loop()
    room = asyncio.Semaphore(capacity)

    async def emit(item: T) -> None:
        await room.acquire()
        handed.put(item)

    async def run() -> None:
        await work(emit)

    task = loop.create_task(run())
    thread = threading.Thread(target=_drive, args=(loop, task, handed), name="collect", daemon=True)
    thread.start()
    try:
        while not isinstance(item := handed.get(), _End):
            loop.call_soon_threadsafe(room.release)
            yield item
        if item.error is not None:
            raise item.error
    finally:
        if thread.is_alive():
            loop.call_soon_threadsafe(task.cancel)
        thread.join()
        loop.close()


def _drive(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None], handed: queue.Queue[T | _End[T]]) -> None:
    error: BaseException | None = None
    try:
        loop.run_until_complete(task)
    except BaseException as raised:  # noqa: BLE001 - raised again where the items are taken
        error = raised
    try:
        for left in asyncio.all_tasks(loop):
            left.cancel()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        handed.put(_End(error))
