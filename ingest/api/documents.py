"""Documents that are sent: cleaned and given back, or pushed in and answered when their bytes are safe in the lake."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from ingest import jobs
from ingest.api.access import Configured, Reads, Writes
from ingest.api.answers import encode_json
from ingest.api.documentation import responses
from ingest.api.schemas import Accepted, CleanLine
from ingest.jobs import Caller, Push

JSON, JSON_LINES = "application/json", "application/x-ndjson"
# What curl says of a body unless it is told; nothing here takes forms.
UNTOLD = "application/x-www-form-urlencoded"
EXAMPLE = {
    "id": "desk-17",
    "url": "https://ledger.example/ferry",
    "publisher": "Meridian Ledger",
    "published_at": "2023-05-03",
    "text": "Night ferry to Sund is cancelled\n\nThe night ferry will not sail before Monday.",
}
TEXT = {"type": ["string", "null"]}
# What a line of input may say; other keys are let pass.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        **dict.fromkeys(("text", "html", "title", "publisher", "source", "published_at", "fetched_at"), TEXT),
        "id": {"type": ["string", "integer", "null"]},
        "url": {**TEXT, "maxLength": 2048},
        "authors": {"type": ["string", "array", "null"], "items": {"type": "string"}},
    },
    "anyOf": [{"required": [name], "properties": {name: {"type": "string"}}} for name in ("text", "html")],
}
ONE = {JSON: {"schema": SCHEMA, "example": EXAMPLE}}
LINES = {JSON_LINES: {"schema": {"type": "string", "pattern": r"\S"}, "example": orjson.dumps(EXAMPLE).decode()}}
SHAPES = (413, 415, 422)

router = APIRouter()
Key = Annotated[
    str | None, Header(max_length=255, description="The same key gives the same answer again.", examples=["batch-7"])
]


def take(content: dict[str, Any]) -> dict[str, Any]:
    """Declare the body of a request that a route reads by itself, by media type."""
    return {"requestBody": {"required": True, "content": content}}


async def read_body(request: Request, *media_types: str) -> tuple[bytes, str]:
    """Give a body with its media type, the first one where none is told; refuse another one, and no body at all."""
    told = request.headers.get("content-type", UNTOLD).partition(";")[0].strip().lower()
    if told == UNTOLD:
        told = media_types[0]
    if told not in media_types:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"{told!r} is not {' or '.join(media_types)}")
    body = await request.body()
    if not body.strip():
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "the body holds no document")
    return body, told


@router.post(
    "/v1/clean",
    tags=["cleaning"],
    dependencies=[Reads],
    responses=responses(CleanLine, *SHAPES),
    openapi_extra=take(ONE),
)
async def clean(request: Request, settings: Configured) -> Response:
    """Clean one document, with `text` or `html` as in a JSON line of input; nothing is kept."""
    body, _ = await read_body(request, JSON)
    line = await run_in_threadpool(jobs.clean_one, body, settings)
    return Response(encode_json(line), media_type=JSON)


@router.post(
    "/v1/documents",
    tags=["documents"],
    status_code=202,
    responses=responses(Accepted, *SHAPES, success=202, description="Safe in the lake; indexed soon after."),
    openapi_extra=take({**ONE, **LINES}),
)
async def push(
    request: Request, settings: Configured, caller: Annotated[Caller, Writes], idempotency_key: Key = None
) -> Response:
    """Take one document as a JSON object, or one a line, each as in a JSON line of input."""
    body, media_type = await read_body(request, JSON, JSON_LINES)
    asked = Push(
        body=body,
        by=f"{caller.name} ({caller.id})",
        lines=media_type == JSON_LINES,
        idempotency_key=idempotency_key,
    )
    answer = await run_in_threadpool(jobs.push, asked, settings)
    request.app.state.metrics.note_pushed(answer["accepted"])
    if request.app.state.indexer is not None:
        request.app.state.indexer.wake()
    return Response(encode_json(answer), 202, media_type=JSON)
