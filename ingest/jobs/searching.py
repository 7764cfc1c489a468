"""Searching the index and looking at one article, for callers who wait: commands, jobs, Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from ingest.awaiting import finish
from ingest.errors import ArticleMissing
from ingest.index.opening import open_index
from ingest.index.protocol import Document, Index
from ingest.index.reading import read_here
from ingest.jobs.originals import take_payload
from ingest.jobs.reading import AsyncReader, View
from ingest.lake import open_lake
from ingest.settings import Settings


class Reader:
    """What `AsyncReader` is, for one caller who waits; its `asynchronous` reader never does (see `awaiting`)."""

    def __init__(self, settings: Settings) -> None:
        self._index = open_index(settings.index, write=False)
        self.asynchronous = AsyncReader(settings, read_here(self._index))

    def search(self, parameters: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """Search; parameters are those of the API, the answer is its body. UsageError where one cannot be read."""
        return finish(self.asynchronous.search(parameters))

    def walk(self, parameters: Iterable[tuple[str, str]], page_size: int = 1000) -> Iterator[dict[str, Any]]:
        """Yield every hit of a search once, as pages `{"hits", "next"}`; `cursor` goes on from a page."""
        given = list(parameters)
        cursor = dict(given).get("cursor")
        fixed = [pair for pair in given if pair[0] != "cursor"]
        while True:
            asked = [*fixed, *([("cursor", cursor)] if cursor else [])]
            page = finish(self.asynchronous.page(asked, page_size))
            yield page
            cursor = page["next"]
            if cursor is None:
                return

    def fetch(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Give whole articles by their minted ids, with their comments; those that are gone are left out."""
        return finish(self.asynchronous.fetch(ids))

    def show(self, any_id: str, view: View | None = None) -> dict[str, Any]:
        """Give one article by its minted or given id; ArticleMissing where there is none, or none stood then."""
        return finish(self.asynchronous.show(any_id, view))

    def show_event(self, any_id: str) -> dict[str, Any]:
        """Give the event that an article tells of, with its articles; `event` is None for none."""
        return finish(self.asynchronous.show_event(any_id))

    def close(self) -> None:
        """Let go of connections."""
        self._index.close()


def search(parameters: Iterable[tuple[str, str]], settings: Settings) -> dict[str, Any]:
    """Search as the API does; see AsyncReader.search."""
    with closing(Reader(settings)) as reader:
        return reader.search(parameters)


def show(any_id: str, settings: Settings, view: View | None = None) -> dict[str, Any]:
    """Give one article by its minted or given id; see AsyncReader.show."""
    with closing(Reader(settings)) as reader:
        return reader.show(any_id, view)


def show_event(any_id: str, settings: Settings) -> dict[str, Any]:
    """Give the event that an article tells of; see AsyncReader.show_event."""
    with closing(Reader(settings)) as reader:
        return reader.show_event(any_id)


def show_raw(any_id: str, settings: Settings) -> bytes:
    """Give an article's bytes as they came, from the lake."""
    with open_to_read(settings) as index:
        document = find(index, any_id)
    with open_lake(settings.lake, create=False) as lake:
        return take_payload(lake, document).content


def find(index: Index, any_id: str) -> Document:
    """Fetch a document; raise ArticleMissing where there is none."""
    document = index.find(any_id)
    if document is None:
        raise ArticleMissing(f"{any_id}: no such article in the index")
    return document


@contextmanager
def open_to_read(settings: Settings) -> Iterator[Index]:
    """Open the index for reading."""
    index = open_index(settings.index, write=False)
    try:
        yield index
    finally:
        index.close()
