"""Watching the texts of the catalogue's sources while they go through, so that a site that changes is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ingest.model import Article, Dropped, DropReason
from ingest.settings import Settings
from ingest.sources.catalogue import load_sources
from ingest.sources.texts import Sighting, TextState
from ingest.state import Json, Records

TEXTS = "source-texts"
EMPTY = frozenset({DropReason.EMPTY, DropReason.NO_ARTICLE_TEXT})


class TextWatch:
    """Notes what cleaning made of the documents of known sources; `finish` remembers it."""

    def __init__(self, records: Records, names: Iterable[str]) -> None:
        self._records = records
        self._names = frozenset(names)
        self._seen: dict[str, list[Sighting]] = defaultdict(list)

    def note(self, article: Article) -> None:
        """Note an article that was cleaned."""
        name = article.page.document.payload.source
        if name in self._names:
            length = len(article.page.text)
            removed = sum(span.end - span.start for span in article.cleaning.spans)
            self._seen[name].append(Sighting(removed / length if article.cleaning.body.strip() else None))

    def note_dropped(self, dropped: Dropped) -> None:
        """Note a document that held no article."""
        if dropped.trace.source in self._names and dropped.reason in EMPTY:
            self._seen[dropped.trace.source].append(Sighting(None))

    def finish(self) -> None:
        """Remember what was noted."""

        def change(name: str, held: Json | None) -> Json:
            return TextState.from_json(held).after(self._seen[name]).to_json()

        if self._seen:
            self._records.update(TEXTS, sorted(self._seen), change)
        self._seen = defaultdict(list)


def watch_texts(records: Records, settings: Settings) -> TextWatch:
    """Make the watch over the catalogue's sources."""
    return TextWatch(records, [source.name for source in load_sources(settings.sources.file)])
