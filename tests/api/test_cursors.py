"""Cursors that several callers are given at the same moment."""

from __future__ import annotations

import asyncio
import secrets
import time

import pytest

from ingest.jobs import AsyncReader, open_async_reader, reading
from ingest.settings import Settings

CALLERS = 4
SEARCH = [("duplicates", "show"), ("size", "1")]


def invent_secret(_: Settings) -> bytes:
    """Stand for a secret that can be kept nowhere, and takes a while to find out."""
    time.sleep(0.05)
    return secrets.token_bytes(32)


def test_the_first_callers_share_one_secret(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is the process's own, each of them would make one, and only the last one's cursor would go on."""
    monkeypatch.setattr(reading, "find_secret", invent_secret)

    async def walk(reader: AsyncReader) -> list[int]:
        pages = await asyncio.gather(*(reader.search(SEARCH) for _ in range(CALLERS)))
        following = [await reader.search([*SEARCH, ("cursor", page["next"])]) for page in pages]
        return [len(page["hits"]) for page in following]

    async def read() -> list[int]:
        reader = open_async_reader(settings)
        try:
            return await walk(reader)
        finally:
            await reader.close()

    assert asyncio.run(read()) == [1] * CALLERS
