"""The application: what it reads with, its routes, its health."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool

from ingest import __version__, jobs
from ingest.api.articles import router
from ingest.api.problems import add_problems
from ingest.errors import LimitExceeded
from ingest.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """Make the application; the index is opened with the first request that needs it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.reader = jobs.Reader(settings)
        app.state.settings = settings
        try:
            yield
        finally:
            app.state.reader.close()

    app = FastAPI(title="Broadsheet", version=__version__, lifespan=lifespan)
    add_problems(app, settings.api)
    app.include_router(router)

    @app.post("/v1/clean", tags=["cleaning"], openapi_extra=CLEAN_BODY)
    async def clean(request: Request) -> dict[str, Any]:
        """Clean one document, with `text` or `html` as in a JSON line of input; nothing is kept."""
        body = await read_body(request, settings.api.max_body_bytes)
        return await run_in_threadpool(jobs.clean_one, body, settings)

    @app.get("/livez", tags=["health"])
    def live() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "ok"}

    @app.get("/readyz", tags=["health"])
    def ready(request: Request) -> dict[str, Any]:
        """Say that the index answers, and how many articles it holds."""
        return {"status": "ok", "articles": request.app.state.reader.count()}

    return app


CLEAN_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"type": "object"},
                "example": {"text": "The ferry sails again.\n\nCopyright Harbour Courier 2021", "url": None},
            }
        },
    }
}


async def read_body(request: Request, max_bytes: int) -> bytes:
    """Read a request's body; raise LimitExceeded as soon as it is longer than it may be."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > max_bytes:
            raise LimitExceeded(f"the body is longer than {max_bytes} bytes")
    return bytes(body)
