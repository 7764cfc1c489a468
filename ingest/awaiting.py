"""Coroutines for callers who wait: what is written once for a server that serves many is run here at a stretch.

A coroutine waits only where something below it does. Over calls that answer at once it never waits, and needs no loop.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Coroutine, Generator
from typing import Any, TypeVar

Answer = TypeVar("Answer")
Item = TypeVar("Item")


def finish(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run a coroutine that never waits to its end, and give what it gives; RuntimeError where it does wait."""
    try:
        work.send(None)
    except StopIteration as done:
        answer: Answer = done.value
        return answer
    work.close()
    raise RuntimeError(f"{work} has to wait, and nothing wakes it here")


def finish_each(items: AsyncGenerator[Item, None]) -> Generator[Item]:
    """Yield what an asynchronous generator yields that never waits; closed before the end, it closes that as well."""
    try:
        while True:
            try:
                item = finish(items.__anext__())
            except StopAsyncIteration:
                return
            yield item
    finally:
        finish(items.aclose())
