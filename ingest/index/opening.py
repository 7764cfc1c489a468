"""Choosing the backend that an index's URL names."""

from __future__ import annotations

from ingest.errors import SettingsError
from ingest.index import backends
from ingest.index.backups import Backups
from ingest.index.generations import Generations
from ingest.index.protocol import Index
from ingest.index.reading import BlockingReader, IndexReader, Threads
from ingest.index.settings import IndexSettings

TANTIVY = "tantivy:"
HTTP = ("http://", "https://")


def open_index(settings: IndexSettings, *, write: bool) -> Index:
    """Open the index behind `settings.url`; call `prepare` next.

    With `write` the caller is a writer: it may create the index, locks it where the backend knows one writer only, and
    waits long for an index that is away. A reader gives up soon. Backends are imported only when they are asked for.
    Raises SettingsError where the URL names no backend.
    """
    if settings.url.startswith(HTTP):
        return backends.ElasticsearchIndex(settings, write=write)
    if settings.url.startswith(TANTIVY) and settings.url != TANTIVY:
        return backends.TantivyIndex(settings, write=write)
    raise refuse(settings)


def open_reader(settings: IndexSettings, *, at_once: int) -> IndexReader:
    """Open the index for a server that reads from it, so many calls at once; on the loop that uses it.

    Raises SettingsError where the URL names no backend.
    """
    if settings.url.startswith(HTTP):
        return backends.ElasticsearchReader(settings, at_once=at_once)
    return BlockingReader(open_index(settings, write=False), Threads(at_once))


def open_generations(settings: IndexSettings) -> Generations:
    """Open what a reindex works with; SettingsError where the URL names no backend."""
    if settings.url.startswith(HTTP):
        return backends.ElasticsearchGenerations(settings)
    if settings.url.startswith(TANTIVY) and settings.url != TANTIVY:
        return backends.TantivyGenerations(settings)
    raise refuse(settings)


def open_backups(settings: IndexSettings) -> Backups:
    """Open what makes snapshots of the index; SettingsError where the URL names no backend."""
    if settings.url.startswith(HTTP):
        return backends.ElasticsearchBackups(settings)
    if settings.url.startswith(TANTIVY) and settings.url != TANTIVY:
        return backends.TantivyBackups(settings)
    raise refuse(settings)


def refuse(settings: IndexSettings) -> SettingsError:
    """Say that a URL names no backend."""
    return SettingsError(f"index.url: {settings.url!r} is neither tantivy:PATH nor http(s)://host:port")
