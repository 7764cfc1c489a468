"""Articles: searching them, and one article with what belongs to it. An id may be minted or given, even a URL."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from ingest import jobs
from ingest.api.access import Reading, Reads
from ingest.api.answers import answer_json
from ingest.api.documentation import DATE, NO_CONTROLS, responses, search_parameters
from ingest.api.schemas import (
    Article,
    Cleaning,
    ClusterMembers,
    Comments,
    EventMembers,
    SearchAnswer,
    SimilarArticles,
    Suggestions,
    Versions,
)
from ingest.jobs import SEARCH_LIMITS

router = APIRouter(prefix="/v1/articles", tags=["articles"], dependencies=[Reads])

ID = Annotated[
    str,
    Path(
        description="Minted or given id of an article.",
        min_length=1,
        max_length=2048,
        examples=["f17ca377437d45190e840a6d922ae4b5"],
    ),
]
AsOf = Annotated[
    str | None,
    Query(description="The version that stood then.", examples=["2026-01-01"], json_schema_extra={"pattern": DATE}),
]
Size = Annotated[int | None, Query(description="How many.", ge=1, le=SEARCH_LIMITS.max_size, examples=[10])]
suggestions = APIRouter(prefix="/v1/suggest", tags=["articles"], dependencies=[Reads])


@suggestions.get("", responses=responses(Suggestions, 400, 422))
async def suggest(
    request: Request,
    opened: Reading,
    q: Annotated[
        str,
        Query(
            description="What is being typed.",
            max_length=SEARCH_LIMITS.max_query_characters,
            examples=["harb"],
            json_schema_extra={"pattern": NO_CONTROLS},
        ),
    ] = "",
    size: Size = None,
) -> Response:
    """Give completions of what is being typed, or where there are none the words that were probably meant."""
    return answer_json(request, await opened.suggest(q, size))


@router.get("", responses=responses(SearchAnswer, 400, 410), openapi_extra=search_parameters())
async def search(request: Request, opened: Reading) -> Response:
    """Search; nothing found is 200 with an empty list."""
    return answer_json(request, await opened.search(request.query_params.multi_items()))


@router.get("/{any_id:path}/versions", responses=responses(Versions, 404, 422))
async def versions(any_id: ID, request: Request, opened: Reading) -> Response:
    """Give what an article said before, oldest first, with the word diffs of title and body from each to the next."""
    shown = await opened.show(any_id, jobs.View(versions=True))
    return answer_json(request, {"id": shown["id"], "versions": shown["versions"]})


@router.get("/{any_id:path}/comments", responses=responses(Comments, 404, 422))
async def comments(any_id: ID, request: Request, opened: Reading) -> Response:
    """Give the readers' comments of an article in the order of the thread."""
    shown = await opened.show(any_id, jobs.View(comments=True))
    return answer_json(request, {name: shown[name] for name in ("id", "comments_complete", "comments")})


@router.get("/{any_id:path}/cleaning", responses=responses(Cleaning, 400, 404, 422))
async def cleaning(any_id: ID, request: Request, opened: Reading) -> Response:
    """Give the original text of an article and every span that was removed from it, with its class and rule."""
    return answer_json(request, await opened.show_cleaning(any_id))


@router.get("/{any_id:path}/similar", responses=responses(SimilarArticles, 404, 422))
async def similar(any_id: ID, request: Request, opened: Reading, size: Size = None) -> Response:
    """Give the articles most like this one, best first, its copies left out."""
    return answer_json(request, await opened.show_similar(any_id, size))


@router.get("/{any_id:path}/cluster", responses=responses(ClusterMembers, 404, 422))
async def cluster(any_id: ID, request: Request, opened: Reading) -> Response:
    """Give the copies of an article: the members of its cluster, the canonical one first."""
    return answer_json(request, await opened.show_cluster(any_id))


@router.get("/{any_id:path}/event", responses=responses(EventMembers, 404, 422))
async def event(any_id: ID, request: Request, opened: Reading) -> Response:
    """Give the event that an article tells of, with the articles of all publishers; `event` is null for none."""
    return answer_json(request, await opened.show_event(any_id))


@router.get("/{any_id:path}", responses=responses(Article, 400, 404, 422))
async def show(any_id: ID, request: Request, opened: Reading, as_of: AsOf = None) -> Response:
    """Give one article, or the version of it that stood at a time."""
    shown: dict[str, Any] = await opened.show(any_id, jobs.View(as_of=as_of))
    return answer_json(request, shown)
