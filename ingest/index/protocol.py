"""What the pipeline and the search ask of an index, whatever stands behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the index holds under one id: its external version (capture x 2^16 + generation) and its fingerprint."""

    version: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Write:
    """One article to be written whole, with its comments, under an external version.

    The keys of `document` are those of `index_mappings/articles.json`, of each comment those of `comments.json`.
    Comments that an earlier version of the article had and this one has not are removed with the write. `history` are
    the article's other versions that change with it, whole by their `version_id`; None for one that is no more. The
    version that `document` itself is, by its own `version_id`, is written with it.
    """

    id: str
    version: int
    document: Document
    comments: tuple[Document, ...] = ()
    history: Mapping[str, Document | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scanned:
    """An article as the index holds it, with its external version."""

    version: int
    document: Document


SURVEYED = ("id", "fingerprint", "comment_count", "version")


@dataclass(frozen=True, slots=True)
class Surveyed:
    """What tells whether two indices hold the same of an article; comments and versions are counts."""

    id: str
    stamp: int
    fingerprint: str
    comments: int
    versions: int


def survey(stamp: int, source: Document) -> Surveyed:
    """Read it from an article's document, of whatever mapping version, and its external version."""
    counts = source.get("comment_count") or 0, source.get("version") or 0
    return Surveyed(source["id"], stamp, source.get("fingerprint") or "", *counts)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one write, in the order of the writes.

    `written`: acknowledged, and it survives a crash. `stale`: the index already holds this version or a newer one.
    `rejected`: the index refuses this document for good; `error` is its error type and `message` names the field.
    `erased`: a person had the document erased, and it is not to come back.
    """

    id: str
    outcome: Literal["written", "stale", "rejected", "erased"]
    error: str = ""
    message: str = ""


class Index(Protocol):
    """An index of articles and their comments.

    Every method raises IndexUnavailable where the index cannot answer, IndexLocked where another writer holds it.
    """

    def prepare(self) -> None:
        """Create what is missing (indices, aliases); raise MappingMismatch where another mapping version stands."""

    def standing(self, ids: Sequence[str]) -> Mapping[str, Standing]:
        """Look up versions and fingerprints by minted id, up to the last acknowledged write; absent ids are absent."""
        ...

    def documents(self, ids: Sequence[str]) -> Mapping[str, Document]:
        """Fetch whole documents by minted id, up to the last acknowledged write; absent ids are absent."""
        ...

    def scan(self) -> Iterator[Scanned]:
        """Yield every article that a search sees, in the order of ids and in bounded memory.

        What is written while it goes on may be seen or not.
        """
        ...

    def survey(self) -> Iterator[Surveyed]:
        """Yield, as `scan` does, only what tells whether two indices hold the same."""
        ...

    def totals(self) -> tuple[int, int, int]:
        """Count the articles, comments and versions that a search sees."""
        ...

    def find(self, any_id: str) -> Document | None:
        """Fetch one document by its minted or its given id."""
        ...

    def comments(self, article_id: str) -> Sequence[Document]:
        """Fetch an article's comments in the order of the thread."""
        ...

    def versions(self, version_ids: Sequence[str]) -> Mapping[str, Document]:
        """Fetch whole versions by `version_id`, up to the last acknowledged write; absent ones are absent."""
        ...

    def write(self, writes: Sequence[Write]) -> list[Receipt]:
        """Write articles whole; one receipt a write, in order; returns once they are durable."""
        ...

    def remove(self, ids: Sequence[str]) -> None:
        """Remove articles with their comments and versions, durably; absent ones are ignored."""

    def refresh(self) -> None:
        """Make every acknowledged write visible to `search`."""

    def search(self, query: Document, *, versions: bool = False) -> Document:
        """Run a query of `search.query` (a subset of the Elasticsearch search body) and give the body of the answer.

        It runs over the articles as they stand, or over every version that any of them had.
        """
        ...

    def snapshot(self, query: Document, *, seconds: int, versions: bool = False) -> str | None:
        """Hold the index as it is for that long, for a walk over a query's hits; None where its order needs no hold.

        Give it to `search` as `pit`, with `search_after` the `sort` of the last hit. Once nothing is held any more,
        `search` raises CursorExpired.
        """

    def release(self, snapshot: str) -> None:
        """Hold a snapshot no longer; one that is held no more is no error."""

    def close(self) -> None:
        """Let go of connections and locks."""
