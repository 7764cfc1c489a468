"""The gate before every route: who asks, how often they may, and how much they may send."""

from __future__ import annotations

import base64
import binascii
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ingest.api.limits import Allowance, RateLimiter
from ingest.api.metrics import Metrics
from ingest.api.problems import problem, to_problem
from ingest.api.settings import ApiSettings
from ingest.errors import BroadsheetError, LimitExceeded
from ingest.jobs import READ, Caller, KeyRing

HEALTH = frozenset({"/livez", "/readyz", "/metrics"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CHALLENGE = 'Bearer realm="Broadsheet", Basic realm="Broadsheet", charset="UTF-8"'
BAD_KEY = "the key is unknown, revoked or expired"


class Gate:
    """Puts the caller into `scope["state"]`; health checks pass unasked."""

    def __init__(self, app: ASGIApp, settings: ApiSettings, ring: KeyRing, metrics: Metrics) -> None:
        self._app = app
        self._settings = settings
        self._ring = ring
        self._metrics = metrics
        self._limiter = RateLimiter(settings.rate_limit_window_seconds)
        self._nobody = Caller(id=None, name="anonymous", scopes=frozenset({READ} if settings.anonymous_read else ()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on where it may."""
        if scope["type"] != "http" or scope["path"] in HEALTH:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        address = find_address(scope, headers, self._settings.trusted_proxies)
        token = read_token(headers)
        try:
            caller = self._nobody if token is None else await self._identify(token, address)
        except BroadsheetError as error:
            await to_problem(error, self._settings)(scope, receive, send)
            return
        allowance = self._take(caller, address)
        if allowance.wait_seconds:
            await self._refuse("rate", HTTPStatus.TOO_MANY_REQUESTS, allowance, (scope, receive, send))
        elif caller is None:
            await self._refuse("key", HTTPStatus.UNAUTHORIZED, allowance, (scope, receive, send))
        elif is_forged(scope["method"], headers, self._settings.allowed_origins):
            await self._refuse("origin", HTTPStatus.FORBIDDEN, allowance, (scope, receive, send))
        else:
            scope.setdefault("state", {})["caller"] = caller
            await self._pass(allowance, (scope, receive, send))

    async def _identify(self, token: str, address: str) -> Caller | None:
        """Look a key up, unless wrong ones came from its address too often: guessing must not cost us look-ups."""
        limit = self._settings.rate_limit_anonymous_requests
        if self._limiter.take(f"guesses {address}", limit, cost=0).wait_seconds:
            return None
        return await run_in_threadpool(self._ring.find, token)

    def _take(self, caller: Caller | None, address: str) -> Allowance:
        if caller is None:
            return self._limiter.take(f"guesses {address}", self._settings.rate_limit_anonymous_requests)
        if caller.id is None:
            return self._limiter.take(f"address {address}", self._settings.rate_limit_anonymous_requests)
        return self._limiter.take(f"key {caller.id}", self._settings.rate_limit_requests)

    async def _refuse(
        self, reason: str, status: HTTPStatus, allowance: Allowance, call: tuple[Scope, Receive, Send]
    ) -> None:
        self._metrics.note_refusal(reason)
        details = {
            "rate": f"more than {allowance.limit} requests in {allowance.window_seconds} s; "
            f"try again in {allowance.wait_seconds} s",
            "key": BAD_KEY,
            "origin": "a page of another site may not write",
        }
        challenge = {"www-authenticate": CHALLENGE} if status is HTTPStatus.UNAUTHORIZED else {}
        await problem(status, details[reason], allowance.headers() | challenge)(*call)

    async def _pass(self, allowance: Allowance, call: tuple[Scope, Receive, Send]) -> None:
        scope, receive, send = call
        limit = self._settings.max_body_bytes
        told = Headers(scope=scope).get("content-length", "")
        if told.isascii() and told.isdigit() and int(told) > limit:
            self._metrics.note_refusal("body")
            too_long = LimitExceeded(describe_limit(limit))
            await to_problem(too_long, self._settings)(scope, receive, with_allowance(send, allowance))
            return
        await self._app(scope, bounded(receive, limit), with_allowance(send, allowance))


def bounded(receive: Receive, limit: int) -> Receive:
    """Receive at most so many bytes of a body; LimitExceeded as soon as there are more."""
    taken = 0

    async def take() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise LimitExceeded(describe_limit(limit))
        return message

    return take


def describe_limit(limit: int) -> str:
    """Say how long a body may be."""
    return f"the body is longer than {limit} bytes"


def with_allowance(send: Send, allowance: Allowance) -> Send:
    """Add what is left of the limit to an answer."""

    async def complete(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in allowance.headers().items():
                headers.setdefault(name, value)
        await send(message)

    return complete


def read_token(headers: Headers) -> str | None:
    """Find a key: a bearer token, the password of a basic authorization (browsers ask for it), or `X-API-Key`."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return headers.get("x-api-key")


def find_address(scope: Scope, headers: Headers, trusted_proxies: tuple[str, ...]) -> str:
    """Say who calls: the peer, or behind proxies that are trusted the last address that is none of them."""
    peer = str((scope.get("client") or ("unknown", 0))[0])
    if peer not in trusted_proxies:
        return peer
    named = [part.strip() for part in headers.get("x-forwarded-for", "").split(",") if part.strip()]
    return next((address for address in reversed(named) if address not in trusted_proxies), peer)


def is_forged(method: str, headers: Headers, allowed_origins: tuple[str, ...]) -> bool:
    """Tell a change that another site's page asks for: browsers add stored passwords to such requests by themselves."""
    if method in SAFE_METHODS:
        return False
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc != headers.get("host") and origin not in allowed_origins
    return headers.get("sec-fetch-site") in {"cross-site", "same-site"}
