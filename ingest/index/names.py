"""The names of indices and aliases, built and parsed here alone.

`articles` is read, `articles-write` is written, `articles-v1-20220128t130500z` is the index behind both. For comments
it is `article-comments` and so on, for what articles said before `article-versions`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

Kind = Literal["articles", "article-comments", "article-versions"]

KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
STAMP = "%Y%m%dt%H%M%Sz"
CONCRETE = re.compile(
    r"(?P<prefix>.*?)(?P<kind>articles|article-comments|article-versions)-v(?P<version>\d+)-(?P<stamp>\d{8}t\d{6}z)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class ConcreteName:
    """What the name of a concrete index says: mapping version and time of creation (UTC, to the second)."""

    prefix: str
    kind: Kind
    version: int
    created: datetime

    def __str__(self) -> str:
        return f"{self.prefix}{self.kind}-v{self.version}-{self.created.astimezone(UTC).strftime(STAMP)}"


def read_alias(kind: Kind, prefix: str = "") -> str:
    """Name the alias that is searched."""
    return f"{prefix}{kind}"


def write_alias(kind: Kind, prefix: str = "") -> str:
    """Name the alias that is written through."""
    return f"{prefix}{kind}-write"


def role_alias(kind: Kind, role: str, prefix: str = "") -> str:
    """Name the alias of an index that is being built, by its role; without a role the one that is written through."""
    return f"{prefix}{kind}-{role}" if role else write_alias(kind, prefix)


def concrete_pattern(kind: Kind, prefix: str = "") -> str:
    """Give the wildcard that covers every concrete index of this kind, of any mapping version."""
    return f"{prefix}{kind}-v*"


def parse_concrete(name: str) -> ConcreteName:
    """Read the name of a concrete index; raise ValueError where it is none of ours."""
    match = CONCRETE.fullmatch(name)
    if match is None:
        raise ValueError(f"not the name of an index of ours: {name}")
    created = datetime.strptime(match["stamp"], STAMP).replace(tzinfo=UTC)
    return ConcreteName(match["prefix"], KINDS[match["kind"]], int(match["version"]), created)
