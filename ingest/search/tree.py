"""The tree of a query: what its text means, in nodes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Word:
    """A word, matched by its stem."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row, matched exactly."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a word."""

    text: str


@dataclass(frozen=True, slots=True)
class Value:
    """A field that must hold a value exactly."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class DateRange:
    """A date that must lie in a range; `start` is inclusive, `end` exclusive, None is open."""

    field: str
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class InTitle:
    """Something that must match in the title."""

    node: Word | Phrase | Prefix


@dataclass(frozen=True, slots=True)
class Not:
    """What must not match."""

    node: Node


@dataclass(frozen=True, slots=True)
class All:
    """Operands that must all match (AND)."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Operands of which one must match (OR)."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """Operands side by side: phrases and fields must match, negations must not, of the rest one does (better: more)."""

    nodes: tuple[Node, ...]


Node = Word | Phrase | Prefix | Value | DateRange | InTitle | Not | All | Either | Sequence
