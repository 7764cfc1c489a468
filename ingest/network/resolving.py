"""Host names to network addresses, once a connection, all of them checked; the checked one is the one connected to."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

from ingest.errors import AddressRefused, FetchFailed
from ingest.network.addresses import check_address
from ingest.network.settings import NetworkSettings

Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the network addresses of a host and port; raises OSError where there are none."""

RESOLVER_THREADS = 32


class SystemResolver:
    """The operating system's resolver, in threads of its own: one slow name holds up no other."""

    def __init__(self, threads: int = RESOLVER_THREADS) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Resolve a name."""
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._executor, _look_up, host, port)
        return list(dict.fromkeys(found))

    def close(self) -> None:
        """Let go of the threads; those that still wait end by themselves."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


async def resolve_checked(host: str, port: int, resolve: Resolve, settings: NetworkSettings) -> list[str]:
    """Give the addresses of a host, every one of which may be connected to.

    Raises AddressRefused where one of them may not: a name with a public and a private address is an attack.
    """
    addresses = [host] if _is_literal(host) else await _resolve(host, port, resolve)
    for address in addresses:
        if reason := check_address(address, settings):
            raise AddressRefused(f"{host}: {address} may not be connected to ({reason})")
    return addresses


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


async def _resolve(host: str, port: int, resolve: Resolve) -> list[str]:
    try:
        addresses = list(await resolve(host, port))
    except OSError as error:
        raise FetchFailed(f"{host}: the name cannot be resolved: {error.strerror or error}") from error
    if not addresses:
        raise FetchFailed(f"{host}: the name has no address")
    return addresses
