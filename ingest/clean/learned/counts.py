"""What is remembered of one publisher: its last documents, and which lines stood in which of them. Bounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ingest.clean.learned.settings import LearnSettings
from ingest.clean.learned.sightings import PLACES, Place, SeenLine, Sighting

_FEWEST_SHARED = 3
_SHARED_SHARE = 0.6
_MOST_TEXTS = 3
_SHORT_KEY = 6
_ENCLOSED, _TITLE = 4, 8


class CountedDocument(NamedTuple):
    """A document in the window; `share` is that of its body in percent, -1 for unknown; a copy counts for nothing."""

    number: int
    id: str
    day: int
    share: int
    prose: int
    is_copy: bool


class Occurrence(NamedTuple):
    """A line in one document: where it stood, what took it (a place in `fates`, 0 for nothing), its neighbours."""

    document: int
    bits: int
    fate: int
    digits: str
    before: str
    after: str

    @property
    def place(self) -> Place:
        """Where it stood."""
        return PLACES[self.bits & 3]

    @property
    def is_enclosed(self) -> bool:
        """Whether both neighbours were cut."""
        return bool(self.bits & _ENCLOSED)

    @property
    def is_title(self) -> bool:
        """Whether it was the headline."""
        return bool(self.bits & _TITLE)


@dataclass(slots=True)
class PublisherCounts:
    """The window of one publisher.

    `fates` are classes and rules that took lines, as `class rule`; the first is empty, for what stays. `texts` holds,
    of lines in two or more documents, up to three wordings with the document of each.
    """

    following: int = 0
    documents: list[CountedDocument] = field(default_factory=list)
    fates: list[str] = field(default_factory=lambda: [""])
    lines: dict[str, list[Occurrence]] = field(default_factory=dict)
    texts: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    @property
    def originals(self) -> list[CountedDocument]:
        """The documents that count."""
        return [document for document in self.documents if not document.is_copy]

    def add(self, sighting: Sighting, day: int, settings: LearnSettings) -> bool:
        """Count a document once, however often it comes; tell whether it was new.

        A copy of another (it shares most of its paragraphs) is remembered, and nothing of it is counted: several
        captures of one article must not make its paragraphs repeat.
        """
        if any(document.id == sighting.document for document in self.documents):
            return False
        prose = [line.key for line in sighting.lines if line.is_prose]
        is_copy = self._is_copy(prose)
        number, self.following = self.following, self.following + 1
        share = -1 if sighting.share is None else round(100 * sighting.share)
        self.documents.append(CountedDocument(number, sighting.document, day, share, len(prose), is_copy))
        if not is_copy:
            for line in sighting.lines:
                self._add_line(number, line, settings)
        return True

    def trim(self, day: int, settings: LearnSettings) -> None:
        """Forget what has left the window, and lines beyond the bound: those seen once longest ago first."""
        first = day - settings.window_days
        self.documents = [each for each in self.documents if each.day > first][-settings.window_documents :]
        held = {document.number for document in self.documents}
        lines = {key: [o for o in found if o.document in held] for key, found in self.lines.items()}
        kept = sorted(
            ((key, found) for key, found in lines.items() if found),
            key=lambda item: (len(item[1]) > 1, item[1][-1].document),
            reverse=True,
        )[: settings.max_lines_per_publisher]
        self.lines = dict(kept)
        self.texts = {key: texts for key, texts in self.texts.items() if len(self.lines.get(key, ())) > 1}

    def fate_of_neighbour(self, short_key: str) -> str:
        """Tell what most often takes a neighbour, by the key that an occurrence holds; empty for nothing."""
        return self.fate_of(next((found for key, found in self.lines.items() if key.startswith(short_key)), ()))

    def fate_of(self, occurrences: Sequence[Occurrence]) -> str:
        """Tell what most often takes a line; empty where nothing does."""
        taken = Counter(occurrence.fate for occurrence in occurrences if occurrence.fate)
        return self.fates[taken.most_common(1)[0][0]] if taken else ""

    def _is_copy(self, prose: Sequence[str]) -> bool:
        shared = Counter(o.document for key in prose for o in self.lines.get(key, ()))
        lengths = {document.number: document.prose for document in self.documents}
        return any(
            count >= max(_FEWEST_SHARED, _SHARED_SHARE * min(len(prose), lengths.get(number, 0)))
            for number, count in shared.items()
        )

    def _add_line(self, number: int, line: SeenLine, settings: LearnSettings) -> None:
        found = self.lines.setdefault(line.key, [])
        bits = PLACES.index(line.place) | _ENCLOSED * line.is_enclosed | _TITLE * line.is_title
        around = line.before[:_SHORT_KEY], line.after[:_SHORT_KEY]
        found.append(Occurrence(number, bits, self._number_fate(line.taken), line.digits, *around))
        if len(found) > 1 and len(line.text) <= settings.max_line_chars:
            texts = self.texts.setdefault(line.key, [])
            # What JSON cannot carry is not what anybody would accept.
            texts.append((number, line.text.encode("utf-8", "replace").decode()))
            del texts[:-_MOST_TEXTS]

    def _number_fate(self, fate: str) -> int:
        if fate not in self.fates:
            self.fates.append(fate)
        return self.fates.index(fate)


def to_json(counts: PublisherCounts) -> dict[str, Any]:
    """Give the record that is kept of a publisher."""
    return {
        "following": counts.following,
        "documents": [list(document) for document in counts.documents],
        "fates": counts.fates,
        "lines": {key: [list(occurrence) for occurrence in found] for key, found in counts.lines.items()},
        "texts": {key: [list(text) for text in texts] for key, texts in counts.texts.items()},
    }


def from_json(record: Mapping[str, Any] | None) -> PublisherCounts:
    """Read a record back; None is a publisher that is not known yet."""
    if record is None:
        return PublisherCounts()
    return PublisherCounts(
        following=record["following"],
        documents=[CountedDocument(*document) for document in record["documents"]],
        fates=list(record["fates"]),
        lines={key: [Occurrence(*each) for each in found] for key, found in record["lines"].items()},
        texts={key: [(number, text) for number, text in texts] for key, texts in record["texts"].items()},
    )


def count_sightings(
    record: Mapping[str, Any] | None, sightings: Sequence[Sighting], day: int, settings: LearnSettings
) -> tuple[PublisherCounts, bool]:
    """Count documents of one publisher into its record; tell whether any was new. The record stays as it is."""
    counts = from_json(record)
    changed = [counts.add(sighting, day, settings) for sighting in sightings]
    if any(changed):
        counts.trim(day, settings)
    return counts, any(changed)


def group_sightings(sightings: Sequence[Sighting]) -> Iterator[tuple[str, list[Sighting]]]:
    """Group sightings by their publisher, each group in order."""
    groups: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        groups.setdefault(sighting.publisher, []).append(sighting)
    yield from groups.items()
