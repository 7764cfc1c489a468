"""CSV files: a row is a document, and a map says which column is what."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import orjson

from ingest.errors import DocumentError, SettingsError
from ingest.model import Payload
from ingest.sources.compression import read_chunks
from ingest.sources.lines import split_lines
from ingest.sources.reader import Place, split_ending
from ingest.sources.settings import SourcesSettings

FIELDS = ("id", "url", "title", "publisher", "source", "published_at", "fetched_at", "authors", "text", "html")
DELIMITERS = ",;\t|"


def read_table(path: str, columns: Mapping[str, str], delimiter: str, settings: SourcesSettings) -> Iterator[Payload]:
    """Yield a payload for each row, as the line of JSON that it stands for; its origin is `path:line`.

    `columns` gives a document's fields their columns. Raises SettingsError for a field that no document has; a row with
    too few cells, a header without a column, and what cannot be read become payloads with their problem.
    """
    if unknown := sorted(set(columns) - set(FIELDS)):
        raise SettingsError(f"columns: no document has {', '.join(unknown)}; known are {', '.join(FIELDS)}")
    csv.field_size_limit(settings.max_line_bytes)
    place = Place(path, Path(path).name)
    try:
        with Path(path).open("rb") as stream:
            yield from _read(
                place, read_chunks(stream, split_ending(place.source)[1], settings), (columns, delimiter), settings
            )
    except OSError as error:
        yield place.problem(error.strerror or str(error))


def _read(
    place: Place, chunks: Iterable[bytes], layout: tuple[Mapping[str, str], str], settings: SourcesSettings
) -> Iterator[Payload]:
    columns, delimiter = layout
    lines = _decode_lines(chunks, settings)
    rows: Iterator[list[str]] = iter(())
    number = 1
    try:
        first = next(lines, "")
        reader = csv.reader(_chain(first, lines), delimiter=delimiter or guess_delimiter(first), strict=True)
        rows = iter(reader)
        header = [name.strip() for name in next(rows, [])]
        missing = [column for column in columns.values() if column not in header]
        if missing:
            yield place.problem(f"no column is called {', '.join(missing)}; there are {', '.join(header)[:300]}", 1)
            return
        places = {name: header.index(column) for name, column in columns.items()}
        number = reader.line_num + 1
        for row in rows:
            if row:
                yield _row(place, row, places, number)
            number = reader.line_num + 1
    except (csv.Error, DocumentError) as error:
        yield place.problem(str(error), number)


def _row(place: Place, row: list[str], places: Mapping[str, int], line: int) -> Payload:
    if len(row) <= max(places.values()):
        return place.problem(f"the row has only {len(row)} cells", line)
    said = {name: row[column] for name, column in places.items() if row[column].strip()}
    said.setdefault("text" if "text" in places else "html", "")
    return place.payload(orjson.dumps(said), "application/json", line)


def guess_delimiter(header: str) -> str:
    """Give the separator that stands most often in a header."""
    return max(DELIMITERS, key=header.count)


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _decode_lines(chunks: Iterable[bytes], settings: SourcesSettings) -> Iterator[str]:
    """Yield a file's lines with their ends, in UTF-8 or else in windows-1252, as spreadsheets write them."""
    for number, line in split_lines(chunks, settings.max_line_bytes):
        if line is None:
            raise csv.Error(f"line {number} is longer than {settings.max_line_bytes:,} bytes")
        bare = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        try:
            yield bare.decode("utf-8") + "\n"
        except UnicodeDecodeError:
            yield bare.decode("cp1252", "replace") + "\n"
