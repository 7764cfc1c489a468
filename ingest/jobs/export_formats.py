"""The formats of an export, each written page by page: NDJSON, and CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import orjson

Format = Literal["ndjson", "csv"]

# What a spreadsheet would take for a formula where a cell begins with it, in the forms that it folds as well.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
NEXT = "next"


@dataclass(frozen=True, slots=True)
class Page:
    """Articles of an export; `next` goes on after them, and `error` says why it had to end here."""

    hits: Sequence[Mapping[str, Any]]
    next: str | None
    is_last: bool
    error: str | None = None


class Writer(Protocol):
    """Writes pages in one format."""

    def write(self, page: Page) -> bytes:
        """Write the next page."""
        ...


def open_writer(form: Format, fields: Sequence[str]) -> Writer:
    """Choose the writer of a format."""
    return CsvWriter(fields) if form == "csv" else NdjsonWriter(fields)


class NdjsonWriter:
    """Writes a line an article, and one at the end that says whether this was all."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._fields = fields
        self._count = 0

    def write(self, page: Page) -> bytes:
        """Write the next page."""
        self._count += len(page.hits)
        lines = [orjson.dumps({name: hit.get(name) for name in self._fields}) for hit in page.hits]
        if page.is_last:
            end = {"count": self._count, "complete": page.next is None, NEXT: page.next, "error": page.error}
            lines.append(orjson.dumps(end))
        return b"\n".join([*lines, b""])


class CsvWriter:
    """Writes a row an article; the last one waits for the next page, since it may have to carry the cursor."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._fields = fields
        self._held: list[Mapping[str, Any]] = []
        self._out = io.StringIO()
        self._writer = csv.writer(self._out, lineterminator="\r\n")
        self._writer.writerow([*fields, NEXT])

    def write(self, page: Page) -> bytes:
        """Write the next page."""
        hits = [*self._held, *page.hits]
        self._held = hits[-1:]
        self._writer.writerows([*to_row(hit, self._fields), ""] for hit in hits[:-1])
        if page.is_last:
            self._writer.writerows([*to_row(hit, self._fields), page.next or ""] for hit in self._held)
        written = self._out.getvalue().encode("utf-8", "replace")
        self._out.seek(0)
        self._out.truncate()
        return written


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
