"""A capitalised word in its surroundings, and what a text has named so far."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

CAPITALISED = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-ž](?:\w+|(?:\.[A-Z])+\.?|)")
NEXT_CAPITAL = re.compile(r"[ \-–&]{1,3}(?=[A-ZÀ-ÖØ-Þ0-9])(\w+)")
"""A capitalised word right after a name: together they are another name."""

_OPENERS = """
In Near Outside Across Throughout Inside Around From To At And But When While As If Since After Before Although Though
Because For Between Northern Southern Eastern Western Central With On Today Yesterday Now So That This The
"""
OPENERS = frozenset(_OPENERS.split())
"""Words that open a sentence and are no part of the name after them."""

BEFORE = 48
"""Characters before a name that are looked at."""


@dataclass(slots=True)
class Found:
    """What a text has named so far, in its order, each once."""

    places: dict[str, str | None] = field(default_factory=dict)
    persons: dict[str, None] = field(default_factory=dict)
    organizations: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spot:
    """A capitalised word in its text, and the capitalised word right before it ('' where there is none)."""

    text: str
    word: str
    start: int
    neighbour: str

    def matches(self, name: str) -> bool:
        """Tell whether a whole name stands here."""
        end = self.start + len(name)
        return self.text.startswith(name, self.start) and not self.text[end : end + 1].isalnum()

    def words_before(self) -> list[str]:
        """Give the last two words before it, in its sentence and line."""
        before = self.text[max(0, self.start - BEFORE) : self.start].rpartition("\n")[2]
        return before.split(" ")[-3:-1] if before.endswith(" ") else []
