"""Which web addresses may be fetched, and which network addresses connected to. Pure: no name is resolved here."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

import idna

from ingest.errors import AddressRefused, SettingsError
from ingest.network.settings import NetworkSettings

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_URL_CHARACTERS = 2048
PORTS = {"http": 80, "https": 443}
# From the IANA special-purpose registries; the first that fits names the reason. What else is not global is refused.
REFUSED: tuple[tuple[str, Network], ...] = tuple(
    (reason, ipaddress.ip_network(network))
    for reason, networks in {
        "unspecified": ("0.0.0.0/8", "::/128"),
        "loopback": ("127.0.0.0/8", "::1/128"),
        "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
        "link-local": ("169.254.0.0/16", "fe80::/10"),
        "carrier-grade NAT": ("100.64.0.0/10",),
        "IPv4-mapped": ("::ffff:0:0/96", "::ffff:0:0:0/96"),
        "IPv4-compatible": ("::/96",),
        "NAT64": ("64:ff9b::/96", "64:ff9b:1::/48"),
        "6to4": ("2002::/16", "192.88.99.0/24"),
        "Teredo": ("2001::/32",),
        "multicast": ("224.0.0.0/4", "ff00::/8"),
        "reserved": ("192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "100::/64", "5f00::/16"),
        "documentation": ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"),
    }.items()
    for network in networks
)
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\\]")
_ASCII_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# A host whose last label is a number is an IPv4 address (WHATWG URL, section 3.5), in whatever strange form.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True, slots=True)
class Target:
    """A checked web address: `url` is in ASCII, `host` a name in punycode or an IP address without brackets."""

    url: str
    scheme: str
    host: str
    port: int

    @property
    def origin(self) -> str:
        """Scheme, host and port: what politeness and robots.txt go by."""
        return f"{self.scheme}://{bracket(self.host)}:{self.port}"


def check_url(url: str, settings: NetworkSettings) -> Target:
    """Give a web address in its checked form; raise AddressRefused saying what is wrong with it."""
    if len(url) > MAX_URL_CHARACTERS:
        raise AddressRefused(f"{url[:60]}...: the address is longer than {MAX_URL_CHARACTERS:,} characters")
    if found := _FORBIDDEN.search(url):
        raise AddressRefused(f"{url!r}: {found[0]!r} has no place in an address")
    parts, port = _split(url)
    scheme = parts.scheme.lower()
    if scheme not in PORTS:
        raise AddressRefused(f"{url}: only http and https are fetched")
    if "@" in parts.netloc:
        raise AddressRefused(f"{parts.scheme}://...@{parts.hostname}: an address with a user name is not fetched")
    port = port or PORTS[scheme]
    if port not in settings.allowed_ports:
        allowed = ", ".join(str(number) for number in settings.allowed_ports)
        raise AddressRefused(f"{url}: port {port} is not one of {allowed}")
    host = _check_host(parts.hostname or "", url)
    netloc = bracket(host) if port == PORTS[scheme] else f"{bracket(host)}:{port}"
    checked = SplitResult(scheme, netloc, parts.path or "/", parts.query, "").geturl()
    return Target(checked, scheme, host, port)


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused(f"{url}: not a web address: {error}") from error
    return parts, port


def bracket(host: str) -> str:
    """Write a host as it stands in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def _check_host(host: str, url: str) -> str:
    if ":" in host:
        return _check_ipv6(host, url)
    name = _to_ascii(host.removesuffix("."), url)
    if not name or len(name) > 253:
        raise AddressRefused(f"{url}: no host name")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _check_ipv4(name, url)
    if not all(_ASCII_LABEL.fullmatch(label) for label in labels):
        raise AddressRefused(f"{url}: {host!r} is not a host name")
    return name


def _check_ipv4(name: str, url: str) -> str:
    try:
        return str(ipaddress.IPv4Address(name))  # takes dotted decimal without leading zeros, nothing else
    except ValueError as error:
        raise AddressRefused(f"{url}: a network address must be written as four plain numbers") from error


def _check_ipv6(host: str, url: str) -> str:
    try:
        address = ipaddress.IPv6Address(host)
    except ValueError as error:
        raise AddressRefused(f"{url}: not a network address") from error
    if address.scope_id is not None:
        raise AddressRefused(f"{url}: a network address with a zone is not fetched")
    return str(address)


def _to_ascii(host: str, url: str) -> str:
    lower = host.lower()
    if lower.isascii() and "xn--" not in lower:
        return lower
    try:
        return idna.encode(lower, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise AddressRefused(f"{url}: {host!r} is not a valid international host name: {error}") from error


def check_address(address: str, settings: NetworkSettings) -> str | None:
    """Say why a network address may not be connected to; None where it may."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "not a network address"
    if any(parsed in network for network in _allowed(settings.allowed_networks) if network.version == parsed.version):
        return None
    return _refuse(parsed)


def _refuse(address: Address) -> str | None:
    for reason, network in REFUSED:
        if address.version == network.version and address in network:
            return reason
    return None if address.is_global else "not public"


@lru_cache(maxsize=8)
def _allowed(networks: Sequence[str]) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(network) for network in networks)
    except ValueError as error:
        raise SettingsError(f"network.allowed_networks: {error}") from error
