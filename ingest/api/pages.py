"""The web page: search, an article, operations, the API's own documentation; and the two files they use."""

from __future__ import annotations

from http import HTTPStatus

import orjson
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from ingest import jobs
from ingest.api import article_page, operations_page, search_page
from ingest.api.access import Configured, Reading, Reads
from ingest.api.answers import FINGERPRINTED, answer
from ingest.api.page_state import PageState
from ingest.api.rendering import STATIC, read_asset, render
from ingest.jobs import WRITE

HTML = "text/html; charset=utf-8"
METHODS = ["GET", "HEAD"]
router = APIRouter(include_in_schema=False)


def page(request: Request, name: str, **values: object) -> Response:
    """Answer with a filled template."""
    return answer(request, render(name, **values).encode("utf-8", "replace"), HTML)


@router.api_route("/", methods=METHODS, dependencies=[Reads])
async def search(request: Request, opened: Reading, settings: Configured) -> Response:
    """Show the search page; its address is its state."""
    state = PageState.read(request.query_params.multi_items())
    may_save = request.state.caller.may(WRITE)
    values = await search_page.build_page(state, opened)
    saved = await run_in_threadpool(jobs.list_queries, settings)
    return page(request, "search.html", saved=saved, may_save=may_save, **values)


@router.api_route("/articles/{any_id:path}", methods=METHODS, dependencies=[Reads])
async def article(
    any_id: str,
    request: Request,
    opened: Reading,
    *,
    removed: bool = False,
    as_of: str | None = None,
) -> Response:
    """Show an article, and with `removed` what was cut from its original."""
    values = await article_page.build_page(any_id, opened, removed=removed, as_of=as_of or None)
    return page(request, "article.html", **values)


@router.api_route("/operations", methods=METHODS, dependencies=[Reads])
def operations(request: Request, settings: Configured) -> Response:
    """Show what ran, what left on the way and what waits for a person."""
    return page(request, "operations.html", **operations_page.build_page(settings))


@router.api_route("/docs", methods=METHODS)
def documentation(request: Request) -> Response:
    """Show what the OpenAPI document says, for people."""
    return page(request, "documentation.html", api=request.app.openapi(), title="API")


@router.api_route("/static/{name}", methods=METHODS)
def asset(name: str) -> Response:
    """Give a file of the page."""
    if name not in STATIC:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Response(read_asset(name)[0], media_type=STATIC[name], headers=FINGERPRINTED)


def show_problem(request: Request, problem: Response) -> Response:
    """Make a page of a problem for a person with a browser; a program gets it as it is."""
    if request.url.path.startswith("/v1/") or "text/html" not in request.headers.get("accept", ""):
        return problem
    told = orjson.loads(problem.body)
    headers = {name: value for name, value in problem.headers.items() if not name.startswith("content-")}
    shown = render("problem.html", problem=told, title=told["title"])
    return Response(shown, problem.status_code, headers, HTML)
