"""Coroutines that never wait, run without a loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from ingest.awaiting import finish, finish_each


async def double(number: int) -> int:
    """Give twice a number, without waiting."""
    return 2 * number


async def count(closed: list[bool]) -> AsyncGenerator[int, None]:
    """Count without end; note when that is closed."""
    number = 0
    try:
        while True:
            number = await double(number) + 1
            yield number
    finally:
        closed.append(True)


def test_what_never_waits_is_done_at_once() -> None:
    """And what it raises is raised."""
    assert finish(double(21)) == 42
    with pytest.raises(TypeError):
        finish(double(None))  # type: ignore[arg-type]


def test_what_has_to_wait_is_told() -> None:
    """Instead of waiting for a loop that is not there."""
    with pytest.raises(RuntimeError, match="has to wait"):
        finish(asyncio.sleep(0))


def test_items_come_one_by_one_and_their_source_is_closed() -> None:
    """As soon as nobody wants any more."""
    closed: list[bool] = []
    numbers = finish_each(count(closed))
    assert [next(numbers), next(numbers), next(numbers)] == [1, 3, 7]
    assert closed == []
    numbers.close()
    assert closed == [True]
