"""A transport of httpx's that connects to checked addresses alone, at the lowest place that every connection passes."""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Iterable
from functools import cache

import httpcore
import httpx

from ingest.network.resolving import Resolve, resolve_checked
from ingest.network.settings import NetworkSettings

POOLS = 16
KEPT_CONNECTIONS = 4
"""Idle connections that a pool keeps."""


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to what a name was resolved to and checked as, never to the name."""

    def __init__(self, resolve: Resolve, settings: NetworkSettings) -> None:
        self._resolve = resolve
        self._settings = settings
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers; raise AddressRefused where one of them is forbidden."""
        addresses = await resolve_checked(host, port, self._resolve, self._settings)
        for address in addresses[:-1]:
            try:
                return await self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._plain.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)


class CheckedTransport(httpx.AsyncBaseTransport):
    """httpx's own transports over pools whose connections are checked; proxies of the environment are not used.

    A pool looks at all its connections at each request: with many hosts several small pools cost much less than one.
    """

    def __init__(self, resolve: Resolve, settings: NetworkSettings) -> None:
        backend = CheckedBackend(resolve, settings)
        self._transports = [_make_transport(backend) for _ in range(POOLS)]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request by the pool of its host."""
        place = zlib.crc32(request.url.raw_host) % POOLS
        return await self._transports[place].handle_async_request(request)

    async def aclose(self) -> None:
        """Close all connections."""
        for transport in self._transports:
            await transport.aclose()


def _make_transport(backend: CheckedBackend) -> httpx.AsyncHTTPTransport:
    transport = httpx.AsyncHTTPTransport(verify=_tls(), trust_env=False)
    transport._pool = httpcore.AsyncConnectionPool(
        ssl_context=_tls(),
        max_connections=None,  # the callers bound how much is asked at once
        max_keepalive_connections=KEPT_CONNECTIONS,
        keepalive_expiry=5.0,
        network_backend=backend,
    )
    return transport


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
