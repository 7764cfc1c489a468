"""Errors as `application/problem+json` (RFC 9457): what was wrong, never a trace."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from ingest.api.settings import ApiSettings
from ingest.errors import (
    ArticleMissing,
    BroadsheetError,
    CursorExpired,
    DocumentError,
    LimitExceeded,
    MappingMismatch,
    RequestError,
    Unavailable,
    UsageError,
)

MEDIA_TYPE = "application/problem+json"
# The first that fits counts; what is not here is our own fault.
STATUSES: tuple[tuple[type[BroadsheetError], HTTPStatus], ...] = (
    (ArticleMissing, HTTPStatus.NOT_FOUND),
    (CursorExpired, HTTPStatus.GONE),
    (MappingMismatch, HTTPStatus.SERVICE_UNAVAILABLE),
    (UsageError, HTTPStatus.BAD_REQUEST),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (LimitExceeded, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (DocumentError, HTTPStatus.UNPROCESSABLE_ENTITY),
)
LOG = logging.getLogger(__name__)


def problem(
    status: HTTPStatus,
    detail: str,
    *,
    retry_after_seconds: int | None = None,
    errors: Sequence[Mapping[str, Any]] = (),
) -> JSONResponse:
    """Make a problem document; `errors` say which parameter is at fault, and at which character of it."""
    body: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    body |= {"errors": list(errors)} if errors else {}
    headers = {} if retry_after_seconds is None else {"retry-after": str(retry_after_seconds)}
    return JSONResponse(body, status.value, headers, MEDIA_TYPE)


def point_at(error: Exception) -> list[dict[str, Any]]:
    """Say which parameter of the request an error is about, and which character of it (from 1)."""
    if not isinstance(error, RequestError):
        return []
    place = {} if error.character is None else {"character": error.character}
    return [{"parameter": error.parameter, **place, "detail": str(error)}]


def add_problems(app: FastAPI, settings: ApiSettings) -> None:
    """Answer every error with a problem document; where the index is away, say when to come again."""

    async def on_error(_: Request, error: Exception) -> JSONResponse:
        status = next((s for kind, s in STATUSES if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR)
        if status is HTTPStatus.INTERNAL_SERVER_ERROR:
            LOG.error("unexpected", exc_info=error)
            return problem(status, "unexpected; the log says more")
        away = status is HTTPStatus.SERVICE_UNAVAILABLE
        retry = settings.retry_after_seconds if away else None
        return problem(status, str(error), retry_after_seconds=retry, errors=point_at(error))

    async def on_http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101 - what this handler is registered for
        answer = problem(HTTPStatus(error.status_code), str(error.detail))
        answer.headers.update(error.headers or {})
        return answer

    async def on_invalid(_: Request, error: Exception) -> JSONResponse:
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))

    app.add_exception_handler(BroadsheetError, on_error)
    app.add_exception_handler(Exception, on_error)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(RequestValidationError, on_invalid)
