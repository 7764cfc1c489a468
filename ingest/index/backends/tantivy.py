"""The embedded index: one folder, no server. A tantivy index each for articles, comments and versions.

There is one writer and many readers. tantivy knows no external versions: it stands in the document, and a write first
looks up what stands. Articles are committed last, so that an article's commit is what acknowledges a write.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import tantivy

from ingest.errors import IndexUnavailable
from ingest.index.backends.tantivy_collection import SMALL_HEAP_BYTES, Collection, told
from ingest.index.backends.tantivy_layout import (
    GENERATION,
    Layout,
    check_layout,
    place_of,
    present_layout,
    read_layout,
    write_layout,
)
from ingest.index.backends.tantivy_lock import WriterLock
from ingest.index.backends.tantivy_memory import release_freed_memory
from ingest.index.backends.tantivy_paging import Pager
from ingest.index.backends.tantivy_schema import RefusedError
from ingest.index.backends.tantivy_search import is_by_score, search_collection
from ingest.index.backends.tantivy_snapshots import Snapshots
from ingest.index.document import fill_stemmed, versions_of
from ingest.index.mapping import articles_mapping, comments_mapping
from ingest.index.protocol import Document, Receipt, Scanned, Standing, Surveyed, Write, survey
from ingest.index.settings import IndexSettings

SCHEME = "tantivy:"
LOCK_FILE = "writer.lock"
BUILDING_LOCK_FILE = "building.lock"


class _Collections(NamedTuple):
    articles: Collection
    comments: Collection
    versions: Collection
    snapshots: Snapshots
    past_snapshots: Snapshots


class TantivyIndex:
    """The Index protocol over a folder. Readers see every commit at once; a writer holds the folder until it closes."""

    def __init__(
        self, settings: IndexSettings, *, write: bool, any_version: bool = False, generation: str | None = None
    ) -> None:
        """Open; with `any_version` it also takes what was made for other mappings, to be copied.

        With a `generation` it is that one, whichever serves, under a lock of its own.
        """
        self._folder = Path(settings.url.removeprefix(SCHEME))
        self._any_version = any_version
        self._layout: Layout | None = None
        self._wait_seconds = settings.lock_wait_seconds
        self._writes = write
        self._generation = generation
        self._lock = WriterLock(self._folder / (LOCK_FILE if generation is None else BUILDING_LOCK_FILE))
        self._pager = Pager(self._folder)
        self._collections: _Collections | None = None
        # Threads that read share it: one opens what the others wait for.
        self._opening = threading.RLock()

    def prepare(self) -> None:
        """Open the folder, as a writer after taking its lock and making what is missing.

        Raises IndexLocked where another writer keeps it too long, MappingMismatch where the folder was made for another
        mapping version, IndexUnavailable where there is nothing to read.
        """
        if self._collections is not None:
            return
        if self._writes:
            with told(self._folder):
                self._folder.mkdir(parents=True, exist_ok=True)
                self._lock.acquire(self._wait_seconds)
        try:
            layout = self._find_layout()
            self._collections = self._open_collections(layout)
            if self._generation is None and read_layout(self._folder) is None:
                write_layout(self._folder, layout)
        except BaseException:
            self._lock.release()
            raise
        self._layout = layout
        if self._writes:
            self._pager.start()

    def _find_layout(self) -> Layout:
        if self._generation is not None:
            return present_layout() | {GENERATION: self._generation}
        held = read_layout(self._folder)
        if held is None and not self._writes:
            raise IndexUnavailable(f"{self._folder}: holds no index; ingest something first")
        if held is not None and not self._any_version:
            check_layout(self._folder, held)
        return held or present_layout()

    def _open_collections(self, layout: Layout) -> _Collections:
        place, stored = place_of(self._folder, layout), self._any_version
        articles = Collection(place / "articles", articles_mapping(), as_stored=stored)
        comments = Collection(place / "comments", comments_mapping(), SMALL_HEAP_BYTES, as_stored=stored)
        versions = Collection(place / "versions", articles_mapping(), SMALL_HEAP_BYTES, as_stored=stored)
        return _Collections(articles, comments, versions, Snapshots(articles), Snapshots(versions))

    def standing(self, ids: Sequence[str]) -> Mapping[str, Standing]:
        """Look up versions and fingerprints; see the protocol."""
        return {
            stored.document["id"]: Standing(stored.version, stored.document.get("fingerprint") or "")
            for stored in self._articles.look_up("id", ids, most=len(ids))
        }

    def documents(self, ids: Sequence[str]) -> Mapping[str, Document]:
        """Fetch whole documents; see the protocol."""
        return {stored.document["id"]: stored.document for stored in self._articles.look_up("id", ids, most=len(ids))}

    def scan(self) -> Iterator[Scanned]:
        """Yield every article, in the order of ids, as they were when this began."""
        return (Scanned(stored.version, stored.document) for stored in self._articles.scan("id"))

    def survey(self) -> Iterator[Surveyed]:
        """Yield what tells articles apart, in the order of ids, as they were when this began."""
        return (survey(stored.version, stored.document) for stored in self._articles.scan("id"))

    def totals(self) -> tuple[int, int, int]:
        """Count articles, comments and versions."""
        articles, comments, versions = (each.searcher().num_docs for each in self._open()[:3])
        return articles, comments, versions

    def find(self, any_id: str) -> Document | None:
        """Fetch one document by its minted or its given id."""
        for field in ("id", "given_id"):
            for stored in self._articles.look_up(field, [any_id], most=1):
                return stored.document
        return None

    def comments(self, article_id: str) -> Sequence[Document]:
        """Fetch an article's comments in the order of the thread."""
        found = [stored.document for stored in self._comments.look_up("article_id", [article_id])]
        return sorted(found, key=lambda comment: int(comment["position"]))

    def versions(self, version_ids: Sequence[str]) -> Mapping[str, Document]:
        """Fetch whole versions by `version_id`; absent ones are absent."""
        found = self._open().versions.look_up("version_id", version_ids, most=len(version_ids))
        return {stored.document["version_id"]: stored.document for stored in found}

    def write(self, writes: Sequence[Write]) -> list[Receipt]:
        """Write articles whole, all in one commit; see the protocol."""
        if not self._writes:
            raise IndexUnavailable(f"{self._folder}: the index was opened for reading")
        standing = {id_: held.version for id_, held in self.standing([write.id for write in writes]).items()}
        try:
            receipts = [self._write_one(write, standing) for write in writes]
            self._comments.commit()
            self._open().versions.commit()
            self._articles.commit()
        except BaseException:
            for collection in self._open()[:3]:
                collection.discard()
            raise
        release_freed_memory()
        return receipts

    def _write_one(self, write: Write, standing: dict[str, int]) -> Receipt:
        held = standing.get(write.id)
        if held is not None and held >= write.version:
            return Receipt(write.id, "stale")
        try:
            article = self._articles.mapped.to_tantivy(fill_stemmed(write.document, write.comments), write.version)
            comments = [self._comments.mapped.to_tantivy(comment, write.version) for comment in write.comments]
            versions = {key: self._to_version(document, write) for key, document in versions_of(write).items()}
        except RefusedError as error:
            return Receipt(write.id, "rejected", error.kind, str(error))
        if held is not None:
            self._articles.remove("id", write.id)
            self._comments.remove("article_id", write.id)
        for comment in comments:
            self._comments.put(comment)
        for key, version in versions.items():
            self._open().versions.remove("version_id", key)
            if version is not None:
                self._open().versions.put(version)
        self._articles.put(article)
        standing[write.id] = write.version
        return Receipt(write.id, "written")

    def _to_version(self, document: Document | None, write: Write) -> tantivy.Document | None:
        if document is None:
            return None
        return self._open().versions.mapped.to_tantivy(fill_stemmed(document), write.version)

    def remove(self, ids: Sequence[str]) -> None:
        """Remove articles with their comments and versions, all in one commit each; absent ones are ignored."""
        collections = self._open()
        for key in ids:
            collections.comments.remove("article_id", key)
            collections.versions.remove("id", key)
            collections.articles.remove("id", key)
        for collection in (collections.comments, collections.versions, collections.articles):
            collection.commit()

    def refresh(self) -> None:
        """Do nothing: every look at this index sees what was committed."""

    def search(self, query: Document, *, versions: bool = False) -> Document:
        """Run a query of `search.query`; UsageError where it is not in that subset."""
        opened, pit = self._open(), query.get("pit")
        with told(self._folder):
            held = None
            if pit is not None:
                snapshots = opened.past_snapshots if versions else opened.snapshots
                held = snapshots.get(pit["id"], float(str(pit.get("keep_alive", "60s")).removesuffix("s")))
            return search_collection(opened.versions if versions else opened.articles, query, held)

    def snapshot(self, query: Document, *, seconds: int, versions: bool = False) -> str | None:
        """Hold the last commit in this process where hits are sorted by score; orders by date need no hold."""
        if not is_by_score(query):
            return None
        opened = self._open()
        return (opened.past_snapshots if versions else opened.snapshots).take(seconds)

    def release(self, snapshot: str) -> None:
        """Do nothing: other walks over the same commit may go on; it is let go when its time is over."""

    def close(self) -> None:
        """Let merges end, and give the folder to the next writer."""
        if self._collections is not None:
            for collection in self._collections[:3]:
                collection.close()
        self._collections = None
        self._pager.stop()
        self._lock.release()

    @property
    def _articles(self) -> Collection:
        return self._open().articles

    @property
    def _comments(self) -> Collection:
        return self._open().comments

    def _open(self) -> _Collections:
        with self._opening:
            if self._collections is not None and not self._writes and read_layout(self._folder) != self._layout:
                self._collections = None  # another generation serves
            if self._collections is None:
                self.prepare()
            if self._collections is None:
                raise IndexUnavailable(f"{self._folder}: the index is closed")
            return self._collections
