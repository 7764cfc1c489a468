"""Errors as `application/problem+json` (RFC 9457): what was wrong, never a trace."""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from ingest.api.settings import ApiSettings
from ingest.errors import (
    ArticleMissing,
    BroadsheetError,
    DocumentError,
    LimitExceeded,
    MappingMismatch,
    Unavailable,
    UsageError,
)

MEDIA_TYPE = "application/problem+json"
# The first that fits counts; what is not here is our own fault.
STATUSES: tuple[tuple[type[BroadsheetError], HTTPStatus], ...] = (
    (ArticleMissing, HTTPStatus.NOT_FOUND),
    (MappingMismatch, HTTPStatus.SERVICE_UNAVAILABLE),
    (UsageError, HTTPStatus.BAD_REQUEST),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (LimitExceeded, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (DocumentError, HTTPStatus.UNPROCESSABLE_ENTITY),
)
LOG = logging.getLogger(__name__)


def problem(status: HTTPStatus, detail: str, *, retry_after_seconds: int | None = None) -> JSONResponse:
    """Make a problem document."""
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    headers = {} if retry_after_seconds is None else {"retry-after": str(retry_after_seconds)}
    return JSONResponse(body, status.value, headers, MEDIA_TYPE)


def add_problems(app: FastAPI, settings: ApiSettings) -> None:
    """Answer every error with a problem document; where the index is away, say when to come again."""

    async def on_error(_: Request, error: Exception) -> JSONResponse:
        status = next((s for kind, s in STATUSES if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR)
        if status is HTTPStatus.INTERNAL_SERVER_ERROR:
            LOG.error("unexpected", exc_info=error)
            return problem(status, "unexpected; the log says more")
        away = status is HTTPStatus.SERVICE_UNAVAILABLE
        return problem(status, str(error), retry_after_seconds=settings.retry_after_seconds if away else None)

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
