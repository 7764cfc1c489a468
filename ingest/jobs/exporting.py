"""Exports: every hit of a search as NDJSON or CSV, page by page in bounded memory; it goes on from where it was cut."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import orjson

from ingest.errors import BroadsheetError, IndexUnavailable, RequestError, UsageError
from ingest.jobs.parquet import write_parquet
from ingest.jobs.searching import Reader
from ingest.settings import Settings

Format = Literal["ndjson", "csv"]
Pairs = Sequence[tuple[str, str]]

FIELDS = (
    *("id", "given_id", "url", "title", "publisher", "published_at", "date_precision", "language", "author", "section"),
    *("keyword", "kind", "place", "person", "organization", "rights_holder", "source", "cluster_id", "cluster_kind"),
    *("canonical", "quality", "word_count", "comment_count", "indexed_at", "body"),
)
# The parameters of an export that are none of a search.
OWN = frozenset({"format", "limit"})
# What a spreadsheet would take for a formula where a cell begins with it, in the forms that it folds as well.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
PAGE = 1000
# The first page is short: its cursor names every article of it.
FIRST_PAGE = 100
NEXT = "next"


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


def export(asked: Export, reader: Reader) -> Generator[bytes]:
    """Yield an export in pieces; the first page is fetched with the call, so that a mistake is told at once.

    NDJSON ends with a line `{"count", "complete", "next", "error"}`. In CSV the column `next` is empty but in the last
    row of an export that is not complete. `next` is the cursor with which the same export goes on. Whoever leaves
    before the end closes the generator: then nothing is held for it any more.
    """
    pages = walk(asked, reader)
    first = next(pages)
    return write_pages(chain(first, pages), asked)


def write_pages(pages: Generator[Page], asked: Export) -> Generator[bytes]:
    """Write pages in the format that was asked for; closed before the end, it closes the pages."""
    written = write_ndjson if asked.format == "ndjson" else write_csv
    with closing(pages):
        yield from written(pages, asked.fields)


@dataclass(frozen=True, slots=True)
class Page:
    """Articles of an export; `next` goes on after them, and `error` says why it had to end here."""

    hits: Sequence[Mapping[str, Any]]
    next: str | None
    is_last: bool
    error: str | None = None


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

    def counted() -> Iterator[Page]:
        nonlocal count
        for page in walk(asked, reader):
            if page.error is not None:
                raise IndexUnavailable(page.error)
            count += len(page.hits)
            yield page

    try:
        with part.open("wb") as file:
            file.writelines((write_ndjson if asked.format == "ndjson" else write_csv)(counted(), asked.fields))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def walk(asked: Export, reader: Reader) -> Generator[Page]:
    """Yield pages up to the limit; where the index goes away after the first, the last page says so.

    Closed in the middle it lets go of what it holds; a cursor that the caller came with can be used again.
    """
    fixed = [pair for pair in asked.parameters if pair[0] not in ("cursor", "fields", "sort")]
    cursor = dict(asked.parameters).get("cursor")
    # By date unless asked otherwise: an order that needs nothing to be held on the embedded index.
    order = dict(asked.parameters).get("sort", "newest")
    fixed += [("sort", order), ("fields", ",".join(asked.fields))]
    left, came_with = asked.limit, cursor
    while True:
        size = min(PAGE if cursor else FIRST_PAGE, left)
        try:
            page = next(reader.walk([*fixed, *([("cursor", cursor)] if cursor else [])], size))
        except BroadsheetError as error:
            if left == asked.limit:
                raise
            yield Page([], cursor, is_last=True, error=str(error))
            return
        cursor, left = page["next"], left - len(page["hits"])
        is_last = cursor is None or left <= 0
        try:
            yield Page(page["hits"], cursor, is_last)
        except GeneratorExit:
            if cursor and not came_with and not is_last:
                leave(reader, [*fixed, ("cursor", cursor)])
            raise
        if is_last:
            return


def leave(reader: Reader, parameters: Pairs) -> None:
    """Let go of what is held for a walk; an index that is away will do so by itself."""
    with suppress(BroadsheetError):
        reader.leave(parameters)


def chain(first: Page, others: Generator[Page]) -> Generator[Page]:
    """Give the page that was fetched already, then the others."""
    yield first
    yield from others


def write_ndjson(pages: Iterator[Page], fields: Sequence[str]) -> Iterator[bytes]:
    """Write a line an article, and one at the end that says whether this was all."""
    count = 0
    for page in pages:
        count += len(page.hits)
        lines = [orjson.dumps({name: hit.get(name) for name in fields}) for hit in page.hits]
        if page.is_last:
            end = {"count": count, "complete": page.next is None, NEXT: page.next, "error": page.error}
            lines.append(orjson.dumps(end))
        yield b"\n".join([*lines, b""])


def write_csv(pages: Iterator[Page], fields: Sequence[str]) -> Iterator[bytes]:
    """Write a row an article; the last one waits for the next page, since it may have to carry the cursor."""
    held: Mapping[str, Any] | None = None
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*fields, NEXT])
    for page in pages:
        hits = [*([held] if held is not None else []), *page.hits]
        held = hits.pop() if hits else None
        writer.writerows([*to_row(hit, fields), ""] for hit in hits)
        if page.is_last and held is not None:
            writer.writerow([*to_row(held, fields), page.next or ""])
        yield out.getvalue().encode("utf-8", "replace")
        out.seek(0)
        out.truncate()


def to_row(hit: Mapping[str, Any], fields: Sequence[str]) -> list[str]:
    """Give an article's cells."""
    return [to_cell(hit.get(name)) for name in fields]


def to_cell(value: Any) -> str:
    """Write a value so that no spreadsheet takes it for a formula."""
    if isinstance(value, list | tuple):
        value = "; ".join(str(each) for each in value)
    if value is None or isinstance(value, bool | int | float):
        return "" if value is None else str(value).lower()
    text = str(value)
    return f"'{text}" if text.lstrip(" \u00a0\ufeff\0").startswith(FORMULA) or text.startswith(FORMULA) else text
