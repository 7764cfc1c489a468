"""One request and its bounded answer, over checked and recorded redirects. Politeness and retries are the caller's."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import BinaryIO, Self, TypeAlias
from urllib.parse import urljoin

import httpx

from ingest.errors import AddressRefused, FetchFailed, LimitExceeded
from ingest.network.addresses import Target, check_url
from ingest.network.body import ACCEPTED, Body
from ingest.network.resolving import Resolve, SystemResolver
from ingest.network.settings import NetworkSettings
from ingest.network.transport import CheckedTransport

REDIRECTS = frozenset({301, 302, 303, 307, 308})
Permit: TypeAlias = Callable[[Target], Awaitable[None]]
"""Raises where an address, fit to be fetched, shall not be."""

SECRETS = frozenset({"authorization", "cookie", "proxy-authorization"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for; `max_bytes` and `max_seconds` are the settings' where they are None.

    The content goes `into` a file, where one is given, in the place of what that held.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    follow: bool = True
    max_bytes: int | None = None
    max_seconds: float | None = None
    into: BinaryIO | None = None


@dataclass(frozen=True, slots=True)
class Redirect:
    """One hop: the address that was asked, the status that it answered with, and where it pointed."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A server's answer; `url` is where it came from in the end, `headers` have lower-case names."""

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    redirects: tuple[Redirect, ...] = ()
    seconds: float = 0.0
    transferred_bytes: int = 0

    @property
    def permanent(self) -> bool:
        """Whether every redirect on the way was a permanent one, and there was one."""
        return bool(self.redirects) and all(hop.status in {301, 308} for hop in self.redirects)


class Fetcher:
    """Fetches by checked connections, several at once; an asynchronous context manager.

    `resolve` stands in for the system's resolver in tests.
    """

    def __init__(self, settings: NetworkSettings, resolve: Resolve | None = None) -> None:
        self.settings = settings
        self._system = None if resolve else SystemResolver()
        transport = CheckedTransport(resolve or self._system or SystemResolver(), settings)
        timeout = httpx.Timeout(settings.read_timeout_seconds, connect=settings.connect_timeout_seconds, pool=None)
        headers = {"User-Agent": settings.full_user_agent, "Accept-Encoding": ACCEPTED, "Accept": "*/*"}
        self._client = httpx.AsyncClient(
            transport=transport, timeout=timeout, headers=headers, trust_env=False, follow_redirects=False
        )

    async def fetch(self, request: Request, permit: Permit | None = None) -> Answer:
        """Give the answer to a request, whatever its status; `permit` is waited for before a redirect is followed.

        Raises AddressRefused for an address that may not be fetched, LimitExceeded for an answer that is too large or
        too slow or redirects too often, FetchFailed where there is none.
        """
        started = time.perf_counter()
        limit = request.max_seconds or self.settings.max_fetch_seconds
        try:
            async with asyncio.timeout(limit) as clock:
                answer = await self._follow(request, permit and _stopping(clock, permit))
        except TimeoutError as error:
            raise LimitExceeded(f"{request.url}: no whole answer within {limit:g} seconds") from error
        return replace(answer, seconds=time.perf_counter() - started)

    async def _follow(self, request: Request, permit: Permit | None) -> Answer:
        hops: list[Redirect] = []
        while True:
            target = check_url(request.url, self.settings)
            answer = await self._exchange(request, target)
            location = answer.headers.get("location") if answer.status in REDIRECTS and request.follow else None
            if not location:
                return replace(answer, redirects=tuple(hops))
            onward = _join(target.url, location)
            hops.append(Redirect(target.url, answer.status, onward))
            if len(hops) > self.settings.max_redirects:
                raise LimitExceeded(f"{hops[0].url}: more than {self.settings.max_redirects} redirects")
            following = check_url(onward, self.settings)
            if permit is not None:
                await permit(following)
            request = _redirect(request, answer.status, target, following)

    async def _exchange(self, request: Request, target: Target) -> Answer:
        try:
            async with self._client.stream(
                request.method, target.url, headers=dict(request.headers), content=request.content
            ) as response:
                return await self._read(request, response)
        except httpx.TimeoutException as error:
            raise FetchFailed(f"{target.url}: the server takes too long ({type(error).__name__})") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FetchFailed(f"{target.url}: {error or type(error).__name__}") from error
        except (FetchFailed, LimitExceeded) as error:
            raise type(error)(f"{target.url}: {error}") from error

    async def _read(self, request: Request, response: httpx.Response) -> Answer:
        encoding = response.headers.get("content-encoding", "").strip().lower()
        held = request.into or io.BytesIO()
        held.seek(0)
        held.truncate()
        body = Body(encoding, request.max_bytes or self.settings.max_answer_bytes, self.settings, held.write)
        if request.method != "HEAD":
            async for chunk in response.aiter_raw():
                body.feed(chunk)
        body.finish()
        return Answer(
            url=str(response.url),
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            content=held.getvalue() if isinstance(held, io.BytesIO) else b"",
            transferred_bytes=body.taken,
        )

    async def __aenter__(self) -> Self:
        """Give the fetcher itself."""
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close its connections."""
        await self._client.__aexit__(kind, error, trace)
        if self._system is not None:
            self._system.close()


def _join(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError as error:
        raise AddressRefused(f"{base}: redirects to no address: {error}") from error


def _stopping(clock: asyncio.Timeout, permit: Permit) -> Permit:
    """Let a limit of time stand still while permission is waited for."""

    async def wait(following: Target) -> None:
        now, until = asyncio.get_running_loop().time, clock.when()
        began = now()
        clock.reschedule(None)
        await permit(following)
        clock.reschedule(until and until + now() - began)

    return wait


def _redirect(request: Request, status: int, before: Target, after: Target) -> Request:
    """Make the next request as browsers do, and keep secrets from another origin."""
    headers = dict(request.headers)
    if after.origin != before.origin:
        headers = {name: value for name, value in headers.items() if name.lower() not in SECRETS}
    becomes_get = status == 303 or (status in {301, 302} and request.method == "POST")
    if becomes_get and request.method != "HEAD":
        return replace(request, url=after.url, method="GET", headers=headers, content=None)
    return replace(request, url=after.url, headers=headers)


def fetch_now(request: Request, settings: NetworkSettings, resolve: Resolve | None = None) -> Answer:
    """Fetch one thing from code that is not asynchronous; see `Fetcher.fetch`."""

    async def run() -> Answer:
        async with Fetcher(settings, resolve) as fetcher:
            return await fetcher.fetch(request)

    return asyncio.run(run())
