"""An event: what its articles have in common, when it was told, and by whom."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field
from typing import Any

from ingest.events.settings import EventSettings
from ingest.events.terms import Vector

SECONDS_PER_DAY = 86_400
UNNAMED = ""


@dataclass(slots=True)
class Event:
    """Articles of one language about one event; times are seconds since 1970.

    `centroid` is the sum of its articles' vectors, cut to the heaviest terms. `members` are the articles' ids in the
    order in which they joined, as many as are listed; `size` counts them all.
    """

    id: str
    language: str
    first: float
    last: float
    centroid: Vector = field(default_factory=dict)
    members: list[str] = field(default_factory=list)
    publishers: list[str] = field(default_factory=list)
    size: int = 0

    @property
    def is_shared(self) -> bool:
        """Tell whether several publishers told it; an unnamed one counts as one more."""
        return self.size > 1 and (len(self.publishers) > 1 or UNNAMED in self.publishers)

    def join(self, article_id: str, vector: Vector, at: float, publisher: str | None, settings: EventSettings) -> None:
        """Take an article in; one that is listed already changes nothing."""
        if article_id in self.members:
            return
        self.size += 1
        self.first, self.last = min(self.first, at), max(self.last, at)
        if len(self.members) < settings.max_members:
            self.members.append(article_id)
        name = publisher or UNNAMED
        if name not in self.publishers and len(self.publishers) < settings.max_members:
            self.publishers.append(name)
        for term, weight in vector.items():
            self.centroid[term] = self.centroid.get(term, 0.0) + weight
        if len(self.centroid) > settings.terms_per_event:
            heaviest = sorted(self.centroid.items(), key=lambda pair: (-pair[1], pair[0]))
            self.centroid = dict(heaviest[: settings.terms_per_event])

    def similarity(self, vector: Vector, at: float, settings: EventSettings) -> float:
        """Give the cosine of an article and the event, less the further apart in time they are; 0 to 1."""
        away = max(0.0, at - self.last, self.first - at) / SECONDS_PER_DAY
        if away > settings.max_days:
            return 0.0
        product = sum(weight * self.centroid.get(term, 0.0) for term, weight in vector.items())
        length = math.sqrt(sum(weight * weight for weight in self.centroid.values()))
        return float(product / length * 0.5 ** (away / settings.half_life_days)) if length else 0.0

    def to_json(self) -> dict[str, Any]:
        """Give its record."""
        return {
            "language": self.language,
            "first": self.first,
            "last": self.last,
            "size": self.size,
            "members": list(self.members),
            "publishers": list(self.publishers),
            "centroid": {term: round(weight, 5) for term, weight in self.centroid.items()},
        }


def read_event(event_id: str, record: dict[str, Any]) -> Event:
    """Read an event from its record."""
    return Event(
        id=event_id,
        language=record["language"],
        first=record["first"],
        last=record["last"],
        centroid={sys.intern(term): weight for term, weight in record["centroid"].items()},
        members=list(record["members"]),
        publishers=list(record["publishers"]),
        size=record["size"],
    )
