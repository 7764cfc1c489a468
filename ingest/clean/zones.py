"""Where in an article a line stands: head, body or tail. Zones overlap; a short text is all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.clean.lines import Line
from ingest.clean.matcher import Hit
from ingest.clean.rulepack import Zone

_EDGE_LINES = 6
_TEASER_CHARS = 240


@dataclass(frozen=True, slots=True)
class Zones:
    """By index: the first prose, the first line after the head, the tail's first; the article ends before `end`.

    `last_solid` is the last prose that stands beside other prose or is long, -1 where there is none.
    """

    first_prose: int
    head_end: int
    tail_start: int
    end: int
    last_solid: int

    def hold(self, index: int, zone: Zone) -> bool:
        """Tell whether a line is in a zone."""
        if zone == "any":
            return True
        if zone == "head":
            return index < self.head_end
        if zone == "tail":
            return index >= self.tail_start
        return self.head_end <= index < self.tail_start


def measure_zones(lines: Sequence[Line], hits: Mapping[int, Sequence[Hit]], end: int) -> Zones:
    """Measure the zones of the lines before `end`, where a comment thread may begin.

    The head reaches to the first prose that no rule takes, at least six lines; the tail begins in the second half,
    or six lines before the end.
    """
    article = lines[:end]
    prose = [
        line.index for line in article if line.is_prose and not any(hit.is_whole for hit in hits.get(line.index, ()))
    ]
    half = (article[0].start + article[-1].end) // 2 if article else 0
    second = next((line.index for line in article if line.start >= half), end)
    head_end = max(prose[0] + 1 if prose else end, min(_EDGE_LINES, end))
    tail_start = min(second, max(0, end - _EDGE_LINES))
    return Zones(prose[0] if prose else end, head_end, tail_start, end, _last_solid(article, prose))


def _last_solid(article: Sequence[Line], prose: Sequence[int]) -> int:
    """Give the last prose that no list of teasers holds: there each is short and stands between titles."""
    places = set(prose)
    solid = (
        place
        for place in reversed(prose)
        if len(article[place]) > _TEASER_CHARS or not places.isdisjoint((place - 1, place + 1))
    )
    return next(solid, -1)
