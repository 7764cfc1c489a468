"""What every answer carries: a request id and security headers. It is counted, and no error leaves as a trace."""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.api.metrics import Metrics
from ingest.api.problems import to_problem
from ingest.api.settings import ApiSettings

REQUEST_ID = "x-request-id"
# No inline script or style, nothing from elsewhere, no frame around it, forms only to ourselves.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
LOG = logging.getLogger("ingest.api.access")


class Envelope:
    """The outermost layer: nothing that goes out passes it by."""

    def __init__(self, app: ASGIApp, settings: ApiSettings, metrics: Metrics) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and complete its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = name_request(Headers(scope=scope).get(REQUEST_ID))
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), 0

        async def complete(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                add_headers(MutableHeaders(scope=message), request_id, status)
            await send(message)

        try:
            await self._app(scope, receive, complete)
        except Exception as error:
            if status:
                LOG.exception("an answer broke off", extra={"request_id": request_id})
                raise
            await to_problem(error, self._settings)(scope, receive, complete)
        finally:
            self._note(scope, status, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route: Any = scope.get("route")
        path = getattr(route, "path", "unmatched")
        self._metrics.note_request(scope["method"], path, status, seconds)
        LOG.info("%s %s %s %.3f s %s", scope["method"], path, status, seconds, scope["state"]["request_id"])


def name_request(given: str | None) -> str:
    """Take over the id that a caller gave where it is harmless, else make one."""
    return given if given and _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)


def add_headers(headers: MutableHeaders, request_id: str, status: int) -> None:
    """Add what every answer carries; an answer that says nothing of caching is not to be kept."""
    headers[REQUEST_ID] = request_id
    for name, value in SECURITY_HEADERS.items():
        headers.setdefault(name, value)
    if status >= 400:
        headers["cache-control"] = "no-store"
    headers.setdefault("cache-control", "no-store")
