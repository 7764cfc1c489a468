"""Errors as `application/problem+json` (RFC 9457): what was wrong, never a trace."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ingest.api.settings import ApiSettings
from ingest.errors import (
    ArticleMissing,
    BroadsheetError,
    CursorExpired,
    DocumentError,
    IndexTimedOut,
    LimitExceeded,
    MappingMismatch,
    QueryMissing,
    RequestError,
    StorageFull,
    Unavailable,
    UsageError,
)

MEDIA_TYPE = "application/problem+json"
# The first that fits counts; what is not here is our own fault.
STATUSES: tuple[tuple[type[BroadsheetError], HTTPStatus], ...] = (
    (ArticleMissing, HTTPStatus.NOT_FOUND),
    (QueryMissing, HTTPStatus.NOT_FOUND),
    (CursorExpired, HTTPStatus.GONE),
    (MappingMismatch, HTTPStatus.SERVICE_UNAVAILABLE),
    (UsageError, HTTPStatus.BAD_REQUEST),
    (IndexTimedOut, HTTPStatus.GATEWAY_TIMEOUT),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (LimitExceeded, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (DocumentError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (StorageFull, HTTPStatus.INSUFFICIENT_STORAGE),
)
COME_AGAIN = frozenset({HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
LOG = logging.getLogger(__name__)


def problem(status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> Response:
    """Make a problem document; `more` are members of its own. Escaped: it may quote what UTF-8 cannot hold."""
    told = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail, **more}
    return Response(json.dumps(told), status.value, {"cache-control": "no-store", **(headers or {})}, MEDIA_TYPE)


def describe(error: Exception) -> tuple[HTTPStatus, str]:
    """Say what an error is to whoever asked; of what nobody foresaw, nothing but that."""
    if isinstance(error, HTTPException):
        return HTTPStatus(error.status_code), str(error.detail)
    status = next((s for kind, s in STATUSES if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR)
    return status, "unexpected; the log says more" if status is HTTPStatus.INTERNAL_SERVER_ERROR else str(error)


def to_problem(error: Exception, settings: ApiSettings) -> Response:
    """Make the problem document of any error; what nobody foresaw is logged, and told without its text."""
    status, detail = describe(error)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        LOG.error("unexpected", exc_info=error)
    headers = {"retry-after": str(settings.retry_after_seconds)} if status in COME_AGAIN else {}
    pointers = point_at(error)
    return problem(status, detail, headers, **({"errors": pointers} if pointers else {}))


def point_at(error: Exception) -> list[dict[str, Any]]:
    """Say which parameter of the request an error is about, and which character of it (from 1)."""
    if not isinstance(error, RequestError):
        return []
    place = {} if error.character is None else {"character": error.character}
    return [{"parameter": error.parameter, **place, "detail": str(error)}]


def add_problems(app: FastAPI, settings: ApiSettings, show: Callable[[Request, Response], Response]) -> None:
    """Answer every error with a problem document; `show` may make a page of it for a person."""

    async def on_error(request: Request, error: Exception) -> Response:
        return show(request, to_problem(error, settings))

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - what this handler is registered for
        return show(request, problem(*describe(error), error.headers))

    async def on_invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - what this handler is registered for
        wrong = [{"parameter": ".".join(map(str, each["loc"][1:])), "detail": each["msg"]} for each in error.errors()]
        told = "; ".join(f"{each['parameter']}: {each['detail']}" for each in wrong)
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, told, errors=wrong)

    app.add_exception_handler(BroadsheetError, on_error)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)
