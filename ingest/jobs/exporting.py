"""Exports: every hit of a search as NDJSON or CSV, page by page in bounded memory; it goes on from where it was cut."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from ingest.awaiting import finish_each
from ingest.errors import BroadsheetError, IndexUnavailable, RequestError, UsageError
from ingest.jobs.export_formats import Format, Page, open_writer
from ingest.jobs.parquet import write_parquet
from ingest.jobs.reading import AsyncReader
from ingest.jobs.searching import Reader
from ingest.settings import Settings

Pairs = Sequence[tuple[str, str]]

FIELDS = (
    *("id", "given_id", "url", "title", "publisher", "published_at", "date_precision", "language", "author", "section"),
    *("keyword", "kind", "place", "person", "organization", "rights_holder", "source", "cluster_id", "cluster_kind"),
    *("canonical", "quality", "word_count", "comment_count", "indexed_at", "body"),
)
# The parameters of an export that are none of a search.
OWN = frozenset({"format", "limit"})
PAGE = 1000
# The first page is short: its cursor names every article of it.
FIRST_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is exported: a search's parameters, in which format, at most how many articles."""

    parameters: Pairs
    format: Format = "ndjson"
    limit: int = 1_000_000

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of each article, in order."""
        named = [name.strip() for key, text in self.parameters if key == "fields" for name in text.split(",")]
        return tuple(dict.fromkeys(name for name in named if name)) or FIELDS


def read_export(parameters: Iterable[tuple[str, str]], most: int) -> Export:
    """Read an export from an address's parameters; raise RequestError where one cannot be meant."""
    given = list(parameters)
    own = {name: text for name, text in given if name in OWN}
    form = own.get("format", "ndjson")
    if form not in get_args(Format):
        raise RequestError(f"format: {form!r} is none of {', '.join(get_args(Format))}", "format")
    limit = own.get("limit", str(most))
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:12]) <= most:
        raise RequestError(f"limit: {limit!r} is not a number from 1 to {most}", "limit")
    searched = tuple((name, text) for name, text in given if name not in OWN)
    return Export(parameters=searched, format="csv" if form == "csv" else "ndjson", limit=int(limit))


def export_file(path: Path, parameters: Pairs, settings: Settings) -> dict[str, Any]:
    """Write what a search finds into a file, by its ending; the file appears when it is complete.

    Raises UsageError for another ending than .parquet, .ndjson, .jsonl and .csv, and where the folder is missing.
    """
    kind = {".parquet": "parquet", ".ndjson": "ndjson", ".jsonl": "ndjson", ".csv": "csv"}.get(path.suffix.lower())
    if kind is None or not path.absolute().parent.is_dir():
        raise UsageError(f"{path}: name a file in a folder that is there, ending in .parquet, .ndjson or .csv")
    with closing(Reader(settings)) as reader:
        if kind == "parquet":
            count = write_parquet(path, parameters, reader)
        else:
            asked = Export(parameters=parameters, format="csv" if kind == "csv" else "ndjson", limit=sys.maxsize)
            count = write_text(path, asked, reader)
    return {"file": str(path), "articles": count}


def write_text(path: Path, asked: Export, reader: Reader) -> int:
    """Write an export in text; give how many articles. An index that goes away ends it with an error."""
    count = 0
    part = path.with_name(f".{path.name}.part")
    walk, writer = Walk(asked, reader.asynchronous), open_writer(asked.format, asked.fields)
    try:
        with part.open("wb") as file:
            for page in finish_each(walk.pages()):
                if page.error is not None:
                    raise IndexUnavailable(page.error)
                count += len(page.hits)
                file.write(writer.write(page))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


class Walk:
    """The pages of an export, up to its limit; it knows what is held for them."""

    def __init__(self, asked: Export, reader: AsyncReader) -> None:
        self._reader = reader
        self._came_with = dict(asked.parameters).get("cursor")
        self._left = self._limit = asked.limit
        # By date unless asked otherwise: an order that needs nothing to be held on the embedded index.
        order = dict(asked.parameters).get("sort", "newest")
        fixed = [pair for pair in asked.parameters if pair[0] not in ("cursor", "fields", "sort")]
        self._fixed = [*fixed, ("sort", order), ("fields", ",".join(asked.fields))]
        self._held: str | None = None

    async def pages(self) -> AsyncGenerator[Page, None]:
        """Yield pages; where the index goes away after the first, the last page says so."""
        cursor = self._came_with
        while True:
            size = min(PAGE if cursor else FIRST_PAGE, self._left)
            try:
                page = await self._reader.page(self._go_on(cursor), size)
            except BroadsheetError as error:
                if self._left == self._limit:
                    raise
                self._held = None
                yield Page([], cursor, is_last=True, error=str(error))
                return
            cursor, self._left = page["next"], self._left - len(page["hits"])
            is_last = cursor is None or self._left <= 0
            self._held = None if is_last else cursor
            yield Page(page["hits"], cursor, is_last)
            if is_last:
                return

    async def leave(self) -> None:
        """Let go, before the end, of what is held; a cursor that the caller came with can be used again."""
        if self._held is None or self._came_with:
            return
        # An index that is away will let go by itself.
        with suppress(BroadsheetError):
            await self._reader.leave(self._go_on(self._held))
        self._held = None

    def _go_on(self, cursor: str | None) -> list[tuple[str, str]]:
        return [*self._fixed, *([("cursor", cursor)] if cursor else [])]


class RunningExport:
    """An export whose first page is there; iterated, it gives its pieces.

    NDJSON ends with a line `{"count", "complete", "next", "error"}`. In CSV the column `next` is empty but in the last
    row of an export that is not complete. `next` is the cursor with which the same export goes on.
    """

    def __init__(self, asked: Export, walk: Walk, first: Page, others: AsyncGenerator[Page, None]) -> None:
        self._writer = open_writer(asked.format, asked.fields)
        self._walk = walk
        self._first = first
        self._others = others

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        """Give the pieces, one a page."""
        yield self._writer.write(self._first)
        async for page in self._others:
            yield self._writer.write(page)

    async def leave(self) -> None:
        """End it; whoever leaves before the end calls this, then nothing is held for it any more."""
        await self._others.aclose()
        await self._walk.leave()


async def begin_export(asked: Export, reader: AsyncReader) -> RunningExport:
    """Begin an export: the first page is fetched with the call, so that a mistake is told at once."""
    walk = Walk(asked, reader)
    pages = walk.pages()
    return RunningExport(asked, walk, await anext(pages), pages)
