"""What a route asks of its caller."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request

from ingest.api.gate import CHALLENGE
from ingest.jobs import ADMIN, READ, WRITE, AsyncReader, Caller
from ingest.settings import Settings


def require(scope: str) -> Any:
    """Make a dependency: 401 for nobody in particular, 403 for a key without the scope."""

    async def check(request: Request) -> Caller:
        caller: Caller = request.state.caller
        if caller.may(scope):
            return caller
        if caller.id is None:
            raise HTTPException(401, f"this needs a key with the scope {scope}", {"www-authenticate": CHALLENGE})
        raise HTTPException(403, f"the key {caller.name!r} has not the scope {scope}")

    return Depends(check)


async def find_reader(request: Request) -> AsyncReader:
    """Give what the application reads with."""
    opened: AsyncReader = request.app.state.reader
    return opened


async def find_settings(request: Request) -> Settings:
    """Give the settings."""
    settings: Settings = request.app.state.settings
    return settings


Reads = require(READ)
Writes = require(WRITE)
Administers = require(ADMIN)
Reading = Annotated[AsyncReader, Depends(find_reader)]
Configured = Annotated[Settings, Depends(find_settings)]
