"""Pushing documents in: answered when their bytes are safe in the lake."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Request, Response
from starlette.concurrency import run_in_threadpool

from ingest import jobs
from ingest.api.access import Writes
from ingest.api.documentation import responses
from ingest.api.schemas import Accepted
from ingest.jobs import Caller, Push

JSON_LINES = "application/x-ndjson"
EXAMPLE = {
    "id": "desk-17",
    "url": "https://ledger.example/ferry",
    "publisher": "Meridian Ledger",
    "published_at": "2023-05-03",
    "text": "Night ferry to Sund is cancelled\n\nThe night ferry will not sail before Monday.",
}
TEXT = {"type": ["string", "null"], "maxLength": 2000}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "minLength": 1},
        "html": {"type": "string", "minLength": 1},
        **dict.fromkeys(("id", "title", "publisher", "source", "published_at", "fetched_at"), TEXT),
        "url": {"type": ["string", "null"], "format": "uri", "maxLength": 2048},
        "authors": {"type": ["array", "null"], "items": {"type": "string", "maxLength": 300}, "maxItems": 20},
    },
    "required": ["text"],
}
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": SCHEMA, "example": EXAMPLE},
            JSON_LINES: {"schema": {"type": "string"}, "example": orjson.dumps(EXAMPLE).decode()},
        },
    }
}
router = APIRouter(tags=["documents"])
Key = Annotated[
    str | None, Header(max_length=255, description="The same key gives the same answer again.", examples=["batch-7"])
]


@router.post(
    "/v1/documents",
    status_code=202,
    responses=responses(Accepted, 413, 422, success=202, description="Safe in the lake; indexed soon after."),
    openapi_extra=BODY,
)
async def push(request: Request, caller: Annotated[Caller, Writes], idempotency_key: Key = None) -> Response:
    """Take one document as a JSON object, or one a line, each as in a JSON line of input."""
    lines = request.headers.get("content-type", "").partition(";")[0].strip() == JSON_LINES
    asked = Push(
        body=await request.body(),
        by=f"{caller.name} ({caller.id})",
        lines=lines,
        idempotency_key=idempotency_key,
    )
    answer = await run_in_threadpool(jobs.push, asked, request.app.state.settings)
    request.app.state.metrics.note_pushed(answer["accepted"])
    if request.app.state.indexer is not None:
        request.app.state.indexer.wake()
    return Response(orjson.dumps(answer), 202, media_type="application/json")
