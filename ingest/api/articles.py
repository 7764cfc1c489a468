"""Articles: searching them, and one article with what belongs to it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request

from ingest import jobs
from ingest.jobs import Reader

router = APIRouter(prefix="/v1/articles", tags=["articles"])

ID = Annotated[str, Path(description="Minted or given id of an article.", max_length=2048)]


def reader(request: Request) -> Reader:
    """Give what the application reads with."""
    opened: Reader = request.app.state.reader
    return opened


Reading = Annotated[Reader, Depends(reader)]


@router.get("")
def search(request: Request, opened: Reading) -> dict[str, Any]:
    """Search, by `q`, `in`, `filter.<field>`, `exclude.<field>`, `from`, `to`, `as_of` ..."""
    return opened.search(request.query_params.multi_items())


@router.get("/{any_id}")
def show(
    any_id: ID, opened: Reading, as_of: Annotated[str | None, Query(description="The version that stood then.")] = None
) -> dict[str, Any]:
    """Give one article, or the version of it that stood at a time."""
    return opened.show(any_id, jobs.View(as_of=as_of))


@router.get("/{any_id}/versions")
def versions(any_id: ID, opened: Reading) -> dict[str, Any]:
    """Give what an article said before, oldest first, with the word diffs of title and body from each to the next."""
    shown = opened.show(any_id, jobs.View(versions=True))
    return {"id": shown["id"], "versions": shown["versions"]}


@router.get("/{any_id}/comments")
def comments(any_id: ID, opened: Reading) -> dict[str, Any]:
    """Give the readers' comments of an article in the order of the thread."""
    shown = opened.show(any_id, jobs.View(comments=True))
    return {"id": shown["id"], "comments_complete": shown["comments_complete"], "comments": shown["comments"]}


@router.get("/{any_id}/cleaning")
def cleaning(any_id: ID, opened: Reading) -> dict[str, Any]:
    """Give the original text of an article and every span that was removed from it, with its class and rule."""
    return opened.show_cleaning(any_id)


@router.get("/{any_id}/cluster")
def cluster(any_id: ID, opened: Reading) -> dict[str, Any]:
    """Give the copies of an article: the members of its cluster, the canonical one first."""
    return opened.show_cluster(any_id)


@router.get("/{any_id}/event")
def event(any_id: ID, request: Request) -> dict[str, Any]:
    """Give the event that an article tells of, with the articles of all publishers; `event` is null for none."""
    return jobs.show_event(any_id, request.app.state.settings)
