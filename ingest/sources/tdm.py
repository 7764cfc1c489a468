"""The TDM file of a host, `/.well-known/tdmrep.json`: for which of its addresses the right to mine them is reserved.

The TDM Reservation Protocol, final report of the W3C's community group, section "TDM File on the Origin Server".
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import orjson

PATH = "/.well-known/tdmrep.json"
MAX_RULES = 500
MAX_LOCATION = 2_048
_VALUES = {0: False, 1: True, "0": False, "1": True}
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")

Rule = tuple[str, bool | None]
"""A pattern of paths in their one spelling, and whether what matches is reserved; None where the file says neither."""


@dataclass(frozen=True, slots=True)
class TdmFile:
    """The rules of a host in their order; none where there is no such file, or one that cannot be read."""

    rules: tuple[Rule, ...] = ()

    @classmethod
    def parse(cls, content: bytes) -> TdmFile:
        """Read a file; what is no rule in it is passed over."""
        try:
            held = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError:
            return cls()
        entries = held if isinstance(held, list) else [held]  # one rule without its brackets is meant, too
        return cls(tuple(_read_rules(entries[:MAX_RULES])))

    def reserves(self, url: str) -> bool | None:
        """Tell whether an address is reserved, by the first pattern that it matches; None where nothing is said."""
        if not self.rules:
            return None
        parts = urlsplit(url)
        path = _spell((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        # In an address these stand for themselves, in a pattern they would not.
        literal = path.replace("*", "%2A").replace("$", "%24")
        return next((reserved for location, reserved in self.rules if _matches(location, literal)), None)


def _read_rules(entries: list[Any]) -> Iterator[Rule]:
    for entry in entries:
        location = entry.get("location") if isinstance(entry, dict) else None
        if isinstance(location, str) and location.strip() and len(location) <= MAX_LOCATION:
            value = entry.get("tdm-reservation")
            yield _spell(location.strip()), _VALUES.get(value) if isinstance(value, int | str) else None


def _matches(pattern: str, path: str) -> bool:
    """Tell whether a path begins as a pattern says: `*` is anything, `$` at the end is the end; linear in the path."""
    is_whole = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    place = len(first)
    last = others.pop() if others and is_whole else None
    for piece in others:
        found = path.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    if last is not None:
        return path.endswith(last) and len(path) - len(last) >= place
    return not is_whole or place == len(path)


def _spell(path: str) -> str:
    """Give the one spelling of a path: escaped is what must be (RFC 3986), in capitals, and nothing else."""

    def spell(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return character if character in _UNRESERVED else found[0].upper()

    return quote(_ESCAPE.sub(spell, path), safe=string.punctuation, errors="surrogatepass")
