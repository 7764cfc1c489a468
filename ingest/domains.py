"""Whose site an address is on."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

SECOND_LEVELS = frozenset(
    {"ac", "co", "com", "edu", "gen", "go", "gob", "gouv", "gov", "gv", "mil", "ne", "net", "or", "org"}
)
"""Labels under which countries register names (`co.uk`, `com.au`, `or.jp`)."""

HOST = re.compile(r"(?:\w(?:[\w-]{0,61}\w)?\.)+[^\W\d_][\w-]{1,62}")


def registrable_domain(url: str) -> str | None:
    """Give the registered domain (`news.example.co.uk` gives `example.co.uk`); None for IP addresses and nonsense."""
    try:
        host = (urlsplit(url[:2_048]).hostname or "").rstrip(".")
    except ValueError:
        return None
    if len(host) > 253 or not HOST.fullmatch(host):
        return None
    labels = host.split(".")
    deep = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVELS
    return ".".join(labels[-3:] if deep else labels[-2:])
