"""A search to take along: exported as NDJSON or CSV, or as a feed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from anyio import CancelScope
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from ingest import jobs
from ingest.api.access import Configured, Reading, Reads
from ingest.api.answers import answer, encode_json
from ingest.api.documentation import number, one_of, parameter, responses, search_parameters
from ingest.api.schemas import JsonFeed
from ingest.jobs import AsyncReader, Feed, RunningExport
from ingest.settings import Settings

NDJSON, CSV = "application/x-ndjson", "text/csv; charset=utf-8"
ATOM, JSON_FEED = "application/atom+xml", "application/feed+json"
NAMES = {"type": "string", "pattern": "^(id|url|title|body)(,(id|url|title|body)){0,3}$"}
OWN = [
    parameter("format", one_of("ndjson", "csv"), "What each article is written as.", "csv"),
    parameter("limit", number(1, 1_000_000), "Most articles; `next` at the end goes on.", 5000),
    parameter("fields", NAMES, "Fields of each article, between commas; these, or any of docs/fields.md.", "id,body"),
]
router = APIRouter(prefix="/v1", tags=["taking along"], dependencies=[Reads])


class Streamed(StreamingResponse):
    """An export as it is written; it is ended as soon as the caller has left."""

    def __init__(self, export: RunningExport, media_type: str, headers: Mapping[str, str]) -> None:
        super().__init__(aiter(export), media_type=media_type, headers=headers)
        self._export = export

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the pieces."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await self._export.leave()


def streamed(*media_types: str) -> dict[str, Any]:
    """Declare an answer of other kinds than JSON."""
    return {"description": "Good.", "content": {each: {"schema": {"type": "string"}} for each in media_types}}


def declare(*media_types: str, problems: tuple[int, ...] = (400, 410)) -> dict[int | str, dict[str, Any]]:
    """Declare the answers of a route that gives text."""
    told = responses(None, *problems)
    told[200] = streamed(*media_types)
    return told


def declare_feed() -> dict[int | str, dict[str, Any]]:
    """Declare the answers of the feed in JSON."""
    told = declare(JSON_FEED)
    told[200]["content"][JSON_FEED]["schema"] = JsonFeed.model_json_schema()
    return told


@router.get(
    "/export",
    responses=declare(NDJSON, "text/csv"),
    response_class=Response,
    openapi_extra={"parameters": [*search_parameters(paged=False)["parameters"], *OWN]},
)
async def export(request: Request, opened: Reading, settings: Configured) -> Response:
    """Give every hit of a search, the newest first, a line or a row each.

    NDJSON ends with `{"count", "complete", "next", "error"}`; in CSV the column `next` holds a cursor in the last row
    where there is more. Send `next` as `cursor` to go on.
    """
    asked = jobs.read_export(request.query_params.multi_items(), settings.api.max_export_articles)
    name = f'attachment; filename="articles.{asked.format}"'
    headers = {"content-disposition": name, "cache-control": "no-store"}
    running = await jobs.begin_export(asked, opened)
    return Streamed(running, NDJSON if asked.format == "ndjson" else CSV, headers)


@router.get(
    "/feed.atom", responses=declare(ATOM), response_class=Response, openapi_extra=search_parameters(paged=False)
)
async def feed_atom(request: Request, opened: Reading, settings: Configured) -> Response:
    """Give the newest articles of a search as an Atom feed."""
    return answer(request, jobs.write_atom(await find_feed(request, opened, settings)), ATOM)


@router.get("/feed.json", responses=declare_feed(), openapi_extra=search_parameters(paged=False))
async def feed_json(request: Request, opened: Reading, settings: Configured) -> Response:
    """Give the newest articles of a search as a JSON Feed."""
    return answer(request, encode_json(jobs.write_json(await find_feed(request, opened, settings))), JSON_FEED)


async def find_feed(request: Request, opened: AsyncReader, settings: Settings) -> Feed:
    """Search for a feed; its links lead to this server as its readers know it."""
    base = (settings.api.public_url or str(request.base_url)).rstrip("/")
    return await jobs.read_feed(request.query_params.multi_items(), opened, base, settings.api.feed_articles)
