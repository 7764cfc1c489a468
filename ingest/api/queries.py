"""Saved queries: listed by whoever may read, saved and removed by keys that may write, told of by an administrator."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from ingest import jobs
from ingest.api.access import Administers, Configured, Reads, Writes
from ingest.api.answers import answer_json, encode_json
from ingest.api.documentation import responses
from ingest.api.schemas import SavedQueries, SavedQuery
from ingest.jobs import AlertTarget, Caller

router = APIRouter(prefix="/v1/queries", tags=["saved queries"])

ID = Annotated[str, Path(pattern="^[0-9a-f]{12}$", description="Id of a saved query.", examples=["0f3c9a1b2c3d"])]


class NewQuery(BaseModel):
    """A search to be saved: its name, and its parameters as in the page's address."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, pattern=r"\S", examples=["Harbour strike"])
    query: str = Field(default="", max_length=4000, examples=["q=harbour&filter.publisher=Ledger&sort=newest"])


class NewAlert(BaseModel):
    """Where to tell what is new."""

    model_config = ConfigDict(extra="forbid")

    webhook: str = Field(
        max_length=2048,
        examples=["https://desk.example/hooks/broadsheet"],
        json_schema_extra={"pattern": r"^https?://([a-z][a-z0-9]{0,20}\.){1,5}[a-z]{2,20}(/[!-~]*)?$"},
    )


@router.get("", dependencies=[Reads], responses=responses(SavedQueries))
def list_all(request: Request, settings: Configured) -> Response:
    """List the saved queries by their names."""
    return answer_json(request, {"queries": jobs.list_queries(settings)})


@router.post("", status_code=201, responses=responses(SavedQuery, 400, 413, 422, success=201))
def save(new: NewQuery, settings: Configured, caller: Annotated[Caller, Writes]) -> Response:
    """Save a search."""
    parameters = parse_qsl(new.query.removeprefix("?"), keep_blank_values=False)
    saved = jobs.save_query(new.name, parameters, settings, by=caller.name)
    return Response(encode_json(saved), 201, media_type="application/json")


@router.get("/{query_id}", dependencies=[Reads], responses=responses(SavedQuery, 404, 422))
def show(query_id: ID, request: Request, settings: Configured) -> Response:
    """Give a saved query."""
    return answer_json(request, jobs.show_query(query_id, settings))


@router.delete("/{query_id}", dependencies=[Writes], status_code=204, responses=responses(None, 404, 422, success=204))
def remove(query_id: ID, settings: Configured) -> Response:
    """Remove a saved query with its alert."""
    jobs.remove_query(query_id, settings)
    return Response(status_code=204)


@router.put("/{query_id}/alert", dependencies=[Administers], responses=responses(SavedQuery, 404, 413, 422))
def set_alert(query_id: ID, new: NewAlert, settings: Configured) -> Response:
    """Tell a webhook what is new to a saved query from now on; the secret that signs the messages is told this once."""
    saved = jobs.set_alert(query_id, AlertTarget(webhook=new.webhook), settings)
    return Response(encode_json(saved), media_type="application/json")


@router.delete(
    "/{query_id}/alert", dependencies=[Administers], status_code=204, responses=responses(None, 404, 422, success=204)
)
def clear_alert(query_id: ID, settings: Configured) -> Response:
    """Tell nothing any more."""
    jobs.clear_alert(query_id, settings)
    return Response(status_code=204)
