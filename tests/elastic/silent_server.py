"""A server that takes every request and answers none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentServer:
    """Where it is; `asked` once a request is there, `left` once whoever sent one has hung up."""

    url: str
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def silence() -> AsyncIterator[SilentServer]:
    """Serve silence on loopback; at the end everybody has to have hung up."""
    open_until: list[asyncio.Future[None]] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_until.append(closed := asyncio.get_running_loop().create_future())
        await reader.readuntil(b"\r\n\r\n")
        silent.asked.set()
        while await reader.read(65_536):
            pass
        silent.left.set()
        writer.close()
        await writer.wait_closed()
        closed.set_result(None)

    listening = await asyncio.start_server(take, "127.0.0.1", 0)
    silent = SilentServer(url=f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
    try:
        yield silent
    finally:
        listening.close()
        await asyncio.gather(*open_until)
