"""How the texts of a source usually are, and whether they have drifted: shares of chrome and of empty pages. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

USUAL_RATE, RECENT_RATE = 0.02, 0.2
"""How much one document moves the slow and the quick average."""

MIN_DOCUMENTS = 30
"""Fewer say nothing of what is usual."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One document: which share of its text was chrome, None where there was no text."""

    chrome: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextState:
    """What is remembered of a source's texts."""

    documents: int = 0
    usual_chrome: float = 0.0
    recent_chrome: float = 0.0
    usual_empty: float = 0.0
    recent_empty: float = 0.0

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | None) -> TextState:
        """Read what `to_json` gave."""
        known = {each.name for each in fields(cls)}
        return cls(**{key: held for key, held in (value or {}).items() if key in known})

    def to_json(self) -> dict[str, Any]:
        """Give the record that is kept."""
        return asdict(self)

    def after(self, sightings: Iterable[Sighting]) -> TextState:
        """Give the state after some more documents."""
        state = self
        for sighting in sightings:
            state = state._after(sighting)
        return state

    def _after(self, sighting: Sighting) -> TextState:
        empty = float(sighting.chrome is None)
        chrome = (self.recent_chrome, self.usual_chrome) if sighting.chrome is None else (sighting.chrome,) * 2
        return TextState(
            documents=self.documents + 1,
            recent_chrome=self._move(self.recent_chrome, chrome[0], RECENT_RATE),
            usual_chrome=self._move(self.usual_chrome, chrome[1], USUAL_RATE),
            recent_empty=self._move(self.recent_empty, empty, RECENT_RATE),
            usual_empty=self._move(self.usual_empty, empty, USUAL_RATE),
        )

    def _move(self, average: float, value: float, rate: float) -> float:
        """Move an average; the first documents weigh as in a plain mean, so that it does not start at nothing."""
        return round(average + max(rate, 1 / (self.documents + 1)) * (value - average), 6)

    def drifts(self, share: float) -> list[str]:
        """Say what has changed by more than a share."""
        if self.documents < MIN_DOCUMENTS:
            return []
        told = []
        if abs(self.recent_chrome - self.usual_chrome) > share:
            told.append(f"chrome {self.usual_chrome:.0%} of the text usually, {self.recent_chrome:.0%} of late")
        if self.recent_empty - self.usual_empty > share:
            told.append(f"{self.usual_empty:.0%} of pages without an article usually, {self.recent_empty:.0%} of late")
        return told
