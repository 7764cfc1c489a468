"""A transport of httpx's that connects to checked addresses alone, at the lowest place that every connection passes."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from functools import cache

import httpcore
import httpx

from ingest.network.resolving import Resolve, resolve_checked
from ingest.network.settings import NetworkSettings


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


class CheckedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport over a pool whose connections are checked; proxies of the environment are not used."""

    def __init__(self, resolve: Resolve, settings: NetworkSettings) -> None:
        super().__init__(verify=_tls(), trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_tls(),
            max_connections=settings.max_connections,
            max_keepalive_connections=settings.max_connections,
            keepalive_expiry=5.0,
            network_backend=CheckedBackend(resolve, settings),
        )


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)
