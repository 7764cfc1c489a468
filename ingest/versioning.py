"""What a write does to an article's history: the version that it makes, and the earlier ones that change with it.

A capture that says what the one before it said makes no version, whatever its chrome. See `index/history.py` for where
a capture belongs, and `index/corrections.py` for what a correction is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ingest.index.corrections import classify
from ingest.index.document import VERSION_FIELDS
from ingest.index.history import Period, Sighting, digest_text, find_periods, place_sighting
from ingest.index.protocol import Document
from ingest.model import RawDocument

Fetch = Callable[[Sequence[str]], Mapping[str, Document]]


@dataclass(frozen=True, slots=True)
class Revision:
    """An article's document with its place in the history, and the other versions that change with it.

    `is_news` is False where the history stays as it is.
    """

    document: Document
    others: Mapping[str, Document | None]
    is_news: bool


def revise(raw: RawDocument, new: Document, standing: Document | None, fetch: Fetch) -> Revision:
    """Put a document into its article's history.

    `standing` is the article as the index holds it, `fetch` gets other versions by their ids. Where the index holds a
    newer capture, the document given back is the standing one, with the history that it has now.
    """
    sighting = Sighting(raw.capture, digest_text(new["title"], new["body"]), new.get("captured_at"))
    known = read_history(standing)
    history = place_sighting(known, sighting)
    before, after = find_periods(raw.id, known), find_periods(raw.id, history)
    texts = _Texts(raw.capture, new, standing, before, fetch)
    changed = {after[place].id: place for place in range(len(after)) if _frame(after, place) not in _frames(before)}
    changed.pop(after[-1].id, None)
    others = {key: _place(texts, after, place) for key, place in changed.items()}
    gone = {earlier.id for earlier in before} - {later.id for later in after}
    current = {**_place(texts, after, len(after) - 1), "history": [each.to_json() for each in history]}
    return Revision(current, {**others, **dict.fromkeys(gone)}, is_news=history != known)


def read_history(document: Document | None) -> list[Sighting]:
    """Read the sightings that an article's document keeps."""
    return [Sighting(*entry) for entry in (document or {}).get("history") or ()]


class _Texts:
    """The document that each period of a history stands for."""

    def __init__(
        self, capture: int, new: Document, standing: Document | None, before: Sequence[Period], fetch: Fetch
    ) -> None:
        self._capture = capture
        self._new = new
        self._standing = standing
        self._before = before
        self._fetch = fetch

    def get(self, period: Period) -> Document:
        """Give the document of the period's last capture: the new one, or what the index holds of it."""
        held = self._find(period)
        if self._standing is None or held is None or period.last == self._capture:
            return self._new
        return self._standing if held is self._before[-1] else self._fetch([held.id]).get(held.id, self._new)

    def _find(self, period: Period) -> Period | None:
        """Find the period that was known of these captures, of several the one that says the same."""
        over = [each for each in self._before if each.first <= period.last and period.first <= each.last]
        return max(over, key=lambda each: each.digest == period.digest, default=None)


def _frames(periods: Sequence[Period]) -> set[tuple[object, ...]]:
    return {_frame(periods, place) for place in range(len(periods))}


def _frame(periods: Sequence[Period], place: int) -> tuple[object, ...]:
    """Give all that a version's document says beside its text, and what its correction depends on."""
    own = periods[place]
    return place, own.id, own.digest, own.valid_from, _end(periods, place), periods[place - 1].digest if place else None


def _end(periods: Sequence[Period], place: int) -> str | None:
    return periods[place + 1].valid_from if place + 1 < len(periods) else None


def _place(texts: _Texts, periods: Sequence[Period], place: int) -> Document:
    """Give a version's document its place in the history."""
    text = {name: value for name, value in texts.get(periods[place]).items() if name not in VERSION_FIELDS}
    before = texts.get(periods[place - 1]) if place else None
    correction = classify((before["title"], before["body"]), (text["title"], text["body"])) if before else []
    return {
        **text,
        "version": place + 1,
        "version_id": periods[place].id,
        "valid_from": periods[place].valid_from,
        "valid_to": _end(periods, place),
        "correction": list(correction),
    }
