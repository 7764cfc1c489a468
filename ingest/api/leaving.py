"""Callers who leave: what they asked for is not looked for any longer."""

from __future__ import annotations

import asyncio

from anyio import CancelScope
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A change that has begun is finished, whoever still waits for it.
READING = frozenset({"GET", "HEAD"})


class Leaving:
    """Cancels a reading request as soon as its caller has left; it then ends without an answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and listen meanwhile."""
        if scope["type"] != "http" or scope["method"] not in READING:
            await self._app(scope, receive, send)
            return
        with CancelScope() as work:
            heard: asyncio.Queue[Message] = asyncio.Queue()
            listener = asyncio.create_task(listen(receive, heard, work))

            async def tell(message: Message) -> None:
                if message["type"] == "http.response.body" and not message.get("more_body"):
                    # Once all is said, a server takes the caller for gone.
                    listener.cancel()
                await send(message)

            try:
                await self._app(scope, heard.get, tell)
            finally:
                listener.cancel()


async def listen(receive: Receive, heard: asyncio.Queue[Message], work: CancelScope) -> None:
    """Hand on what comes from the caller, and end the work when he leaves."""
    while True:
        message = await receive()
        heard.put_nowait(message)
        if message["type"] == "http.disconnect":
            work.cancel()
            return
