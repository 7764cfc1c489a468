"""Generations of an embedded index: folders within its folder, one of which the layout names."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import IndexUnavailable, UsageError
from ingest.index.backends.tantivy import LOCK_FILE, SCHEME, TantivyIndex
from ingest.index.backends.tantivy_layout import GENERATION, place_of, present_layout, read_layout, write_layout
from ingest.index.backends.tantivy_lock import WriterLock
from ingest.index.generations import Generation
from ingest.index.mapping import Change, Difference
from ingest.index.protocol import Index
from ingest.index.settings import IndexSettings

KINDS = {"articles": "articles", "comments": "article-comments", "versions": "article-versions"}


class TantivyGenerations:
    """`Generations` in a folder. A hold is the writer's lock: a build goes on beside a writer, the switch does not."""

    def __init__(self, settings: IndexSettings) -> None:
        self._settings = settings
        self._folder = Path(settings.url.removeprefix(SCHEME))

    def current(self) -> Generation:
        """Read from the layout which generation serves."""
        layout = self._layout()
        versions = {"format": layout["format"], "articles": layout["articles"], "comments": layout["comments"]}
        return Generation({"folder": str(layout.get(GENERATION, ""))}, versions)

    def compare(self) -> list[Difference]:
        """Compare versions: a schema takes no new fields, so that any other version is another index."""
        theirs, ours = self._layout(), present_layout()
        other: Change = "none" if theirs["format"] == ours["format"] else "reindex"
        return [
            Difference(kind, other if theirs[name] == ours[name] else "reindex", int(theirs[name]), int(ours[name]))
            for kind, name in (
                ("articles", "articles"), ("article-comments", "comments"), ("article-versions", "articles"),
            )
        ]  # fmt: skip

    def add_fields(self) -> None:
        """Never asked for: no difference is additive here."""
        raise UsageError(f"{self._folder}: an embedded index takes no new fields; reindex it")

    def create(self) -> Generation:
        """Make an empty folder of this moment."""
        name = f"generation-{datetime.now(UTC):%Y%m%dt%H%M%S%fz}"
        (self._folder / name / "articles").mkdir(parents=True)
        return Generation({"folder": name}, present_layout())

    def exists(self, generation: Generation) -> bool:
        """Tell whether its articles are there."""
        return (self._place(generation) / "articles").is_dir()

    def open_source(self) -> Index:
        """Read what serves, whatever it was made for."""
        return TantivyIndex(self._settings, write=False, any_version=True)

    def open_target(self, generation: Generation) -> Index:
        """Write to another generation under a lock of its own."""
        other = dict(generation.versions) != present_layout()
        return TantivyIndex(self._settings, write=True, any_version=other, generation=generation.names["folder"])

    @contextmanager
    def hold_writes(self) -> Iterator[None]:
        """Hold the writer's lock; raise IndexLocked where a writer does not let go."""
        lock = WriterLock(self._folder / LOCK_FILE)
        lock.acquire(self._settings.lock_wait_seconds)
        try:
            yield
        finally:
            lock.release()

    def let_write(self) -> None:
        """Do nothing: the system frees a dead process's lock."""

    def switch(self, generation: Generation) -> None:
        """Name another generation in the layout; readers see it with their next look."""
        name = generation.names["folder"]
        write_layout(self._folder, dict(generation.versions) | ({GENERATION: name} if name else {}))

    def drop(self, generation: Generation) -> None:
        """Remove a folder that does not serve."""
        if generation.names == self.current().names:
            return
        place = self._place(generation)
        if place != self._folder:
            shutil.rmtree(place, ignore_errors=True)
            return
        for name in KINDS:
            shutil.rmtree(place / name, ignore_errors=True)

    def close(self) -> None:
        """Do nothing: nothing is held."""

    def _place(self, generation: Generation) -> Path:
        return place_of(self._folder, {GENERATION: generation.names["folder"]})

    def _layout(self) -> dict[str, int]:
        layout = read_layout(self._folder)
        if layout is None:
            raise IndexUnavailable(f"{self._folder}: holds no index; ingest something first")
        return layout
