"""One tantivy index on disk: documents in and out by term, commits, searchers. It knows nothing of articles."""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import tantivy
from tantivy import DocAddress, Query, Searcher, TextAnalyzerBuilder, Tokenizer

from ingest.errors import IndexUnavailable, MappingMismatch, StorageFull
from ingest.index.backends.tantivy_schema import SOURCE, SPACES, VERSION, MappedSchema
from ingest.index.mapping import IndexMapping
from ingest.index.protocol import Document

WRITER_THREADS = 1
WRITER_HEAP_BYTES = 50_000_000
# The least that tantivy takes for a thread: enough for what is written beside the articles.
SMALL_HEAP_BYTES = 15_000_000
SCANNED = 1000
# tantivy's list of the segments of the last commit.
META_FILE = "meta.json"


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as it was put in, with its version."""

    version: int
    document: Document


class Collection:
    """The documents of one mapping in one folder, which is made where it is missing."""

    def __init__(
        self, folder: Path, mapping: IndexMapping, heap_bytes: int = WRITER_HEAP_BYTES, *, as_stored: bool = False
    ) -> None:
        """Open or make; with `as_stored` it must be there, and is only read and removed from, under its own schema."""
        self.mapped = MappedSchema(mapping)
        self._folder = folder
        self._heap_bytes = heap_bytes
        with told(folder):
            if as_stored:
                self._index = tantivy.Index.open(str(folder))
            else:
                folder.mkdir(parents=True, exist_ok=True)
                self._index = _open(folder, self.mapped.schema)
            self._schema = self._index.schema
            self._index.register_tokenizer(SPACES, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
            self._index.config_reader("manual")
        self._writer: tantivy.IndexWriter | None = None
        self._changed = False

    def searcher(self) -> Searcher:
        """Give a view of everything committed so far, by whatever process."""
        with told(self._folder):
            self._index.reload()
            return self._index.searcher()

    def commit_name(self) -> str:
        """Name the last commit: the same for every process, another after a write or a merge."""
        with told(self._folder):
            return hashlib.sha256((self._folder / META_FILE).read_bytes()).hexdigest()[:24]

    def look_up(self, field: str, values: Sequence[str], *, most: int | None = None) -> list[Stored]:
        """Fetch the documents that have one of these values in a keyword field, in the order of their ids."""
        if not values:
            return []
        query = Query.term_set_query(self._schema, field, list(values))
        searcher = self.searcher()
        with told(self._folder):
            # tantivy makes room for as many hits as it is asked for.
            limit = most or max(1, count_hits(searcher, query))
            hits = searcher.search(query, limit=limit, count=False, order_by_field="id", order=tantivy.Order.Asc).hits
            return [self.fetch(searcher, address) for _, address in hits]

    def scan(self, field: str) -> Iterator[Stored]:
        """Yield every document that is committed now, in the order of a keyword field."""
        searcher = self.searcher()
        for offset in range(0, searcher.num_docs, SCANNED):
            with told(self._folder):
                found = searcher.search(
                    Query.all_query(),
                    SCANNED,
                    count=False,
                    offset=offset,
                    order_by_field=field,
                    order=tantivy.Order.Asc,
                )
                page = [self.fetch(searcher, address) for _, address in found.hits]
            yield from page

    def fetch(self, searcher: Searcher, address: DocAddress) -> Stored:
        """Read one stored document."""
        stored: dict[str, Any] = searcher.doc(address).to_dict()
        return Stored(stored[VERSION][0], orjson.loads(bytes(stored[SOURCE][0])))

    def put(self, document: tantivy.Document) -> None:
        """Add a document to the next commit."""
        with self._or_nothing():
            self._write().add_document(document)

    def remove(self, field: str, value: str) -> None:
        """Remove, with the next commit, the documents that have this value in a keyword field."""
        with self._or_nothing():
            self._write().delete_documents_by_term(field, value)

    def commit(self) -> None:
        """Make what was put and removed durable; after an error nothing of it is."""
        if not self._changed:
            return
        with self._or_nothing():
            self._write().commit()
        self._changed = False

    def discard(self) -> None:
        """Forget what was put and removed since the last commit, and the writer, which an error may have broken."""
        self._writer = None
        self._changed = False

    def close(self) -> None:
        """Let running merges end and give up the writer; what was not committed is lost."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with told(self._folder):
                writer.rollback()
                writer.wait_merging_threads()

    @contextmanager
    def _or_nothing(self) -> Iterator[None]:
        try:
            with told(self._folder):
                yield
        except BaseException:
            self.discard()
            raise

    def _write(self) -> tantivy.IndexWriter:
        if self._writer is None:
            with told(self._folder):
                self._writer = self._index.writer(self._heap_bytes, WRITER_THREADS)
                # A writer killed in its commit leaves a file of deletions under the name that the next commit wants.
                self._writer.garbage_collect_files()
        self._changed = True
        return self._writer


def _open(folder: Path, schema: tantivy.Schema) -> tantivy.Index:
    try:
        return tantivy.Index(schema, path=str(folder))
    except ValueError as error:
        if "schema" in str(error).lower():
            raise MappingMismatch(f"{folder}: was made with other fields; ingest into a new folder") from error
        raise


def count_hits(searcher: Searcher, query: Query) -> int:
    """Count what a query finds."""
    result: Any = searcher.search(query, limit=1, count=True)  # the library's types leave `count` out
    return int(result.count)


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turn what tantivy and the file system raise into our own errors, naming the folder."""
    try:
        yield
    except (OSError, ValueError) as error:
        if _says_full(error) or _has_no_room(folder, error):
            raise StorageFull(f"{folder}: no space left for the index") from error
        raise IndexUnavailable(f"{folder}: {error}") from error


def _says_full(error: OSError | ValueError) -> bool:
    code = getattr(error, "errno", None)
    return "No space left" in str(error) or code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _has_no_room(folder: Path, error: OSError | ValueError) -> bool:
    """Tell a writer thread that a full disk ended: tantivy does not pass its reason on."""
    return "writer was killed" in str(error) and shutil.disk_usage(folder).free < WRITER_HEAP_BYTES
