"""What is counted of one cleaned document: its lines with their places and fates, and its share of body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.clean.guard import body_share
from ingest.clean.learned.normal import digest_digits, digest_line
from ingest.clean.learned.settings import LearnSettings
from ingest.clean.lines import Line, fold, split_lines
from ingest.model import Cleaning, Span

Place = Literal["head", "inside", "tail"]
_BY_HAND = "hand."
PLACES: tuple[Place, ...] = ("head", "inside", "tail")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLine:
    """A line where it stood first in a document; of one too long to be proposed, `text` is the beginning.

    `taken` is the class and the rule that took it, empty where it stays; `before` and `after` are its neighbours' keys,
    empty at the document's edges. `is_enclosed`: both neighbours are cut or an edge. `is_title`: it is the headline.
    """

    key: str
    text: str
    place: Place
    taken: str
    digits: str
    before: str
    after: str
    is_enclosed: bool
    is_title: bool
    is_prose: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One document of a publisher; `share` is that of its body (0 to 1), None where there was too little to tell."""

    publisher: str
    document: str
    share: float | None
    lines: tuple[SeenLine, ...]


def sight(publisher: str, document: str, text: str, cleaning: Cleaning, settings: LearnSettings) -> Sighting:
    """Note what a document shows; a flagged one by what would have been cut of it."""
    # What a person cut from one article is not what the next one will lose.
    cuts = [span for span in cleaning.suggested_spans or cleaning.spans if not span.rule.startswith(_BY_HAND)]
    lines = split_lines(text)
    taken = _fates(lines, cuts)
    title = fold(cleaning.title or "")
    prose = [at for at, line in enumerate(lines) if line.is_prose and not taken[at]]
    keys = [digest_line(line.text) for line in lines]
    seen: dict[str, SeenLine] = {}
    for at in _chosen(len(lines), settings.max_lines_per_document):
        if keys[at] not in seen and any(map(str.isalnum, lines[at].text)):
            seen[keys[at]] = SeenLine(
                key=keys[at],
                text=lines[at].text[: settings.max_line_chars + 1],
                place=_place(at, prose),
                taken=taken[at],
                digits=digest_digits(lines[at].text),
                before=keys[at - 1] if at else "",
                after=keys[at + 1] if at + 1 < len(keys) else "",
                is_enclosed=_is_enclosed(at, taken),
                is_title=lines[at].text == title,
                is_prose=lines[at].is_prose,
            )
    return Sighting(publisher=publisher, document=document, share=body_share(text, cuts), lines=tuple(seen.values()))


def _fates(lines: Sequence[Line], cuts: Sequence[Span]) -> list[str]:
    """Give, by line, the class and the rule of the span that takes it; empty where it stays in part or whole."""
    fates: list[str] = []
    at = 0
    for line in lines:
        while at < len(cuts) and cuts[at].end <= line.start:
            at += 1
        covered = at < len(cuts) and cuts[at].start <= line.start
        reach, ahead = line.start, at
        while covered and reach < line.end and ahead < len(cuts) and cuts[ahead].start <= reach:
            reach = cuts[ahead].end
            ahead += 1
        fates.append(f"{cuts[at].span_class.value} {cuts[at].rule}" if covered and reach >= line.end else "")
    return fates


def _chosen(count: int, most: int) -> list[int]:
    if count <= most:
        return list(range(count))
    half = most // 2
    return [*range(most - half), *range(count - half, count)]


def _place(at: int, prose: Sequence[int]) -> Place:
    """Tell where a line stands to the prose that stays: before all of it, after all of it, or inside."""
    follows, precedes = bool(prose) and prose[0] < at, bool(prose) and prose[-1] > at
    if follows == precedes:
        return "inside"
    return "tail" if follows else "head"


def _is_enclosed(at: int, taken: Sequence[str]) -> bool:
    around = [taken[near] for near in (at - 1, at + 1) if 0 <= near < len(taken)]
    return bool(around) and all(around)
