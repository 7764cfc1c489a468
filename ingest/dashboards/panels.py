"""What a dashboard is made of: charts over one search each, tables of documents, notes and controls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

COLUMNS = 48  # Kibana's grid


@dataclass(frozen=True, slots=True, kw_only=True)
class DataView:
    """Documents to look at: the alias that holds them, and the field of their time (None for all times)."""

    id: str
    title: str
    alias: str
    time_field: str | None


PUBLISHED = DataView(
    id="articles-published", title="Articles by publication", alias="articles", time_field="published_at"
)
CAPTURED = DataView(id="articles-captured", title="Articles by capture", alias="articles", time_field="captured_at")
INDEXED = DataView(id="articles-indexed", title="Articles by writing", alias="articles", time_field="indexed_at")
COMMENTS = DataView(id="comments", title="Comments", alias="article-comments", time_field=None)
RECORDS = DataView(id="records", title="Records beside the index", alias="article-state", time_field=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A Vega-Lite picture of the answer to one search.

    `body` is the search's body; `rows` the path to the list in its answer; `spec` what Vega-Lite draws of it. Without a
    query of its own the search follows the dashboard's time, query and filters.
    """

    id: str
    title: str
    view: DataView
    body: Mapping[str, Any]
    rows: str
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A saved search: documents as rows, the fields named as columns."""

    id: str
    title: str
    view: DataView
    columns: tuple[str, ...]
    sort: tuple[str, str]
    query: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text of our own, in Markdown. Nothing of an article ever stands in one."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A list of a field's values, to choose from."""

    title: str
    field: str
    view: DataView


Panel = Chart | Table | Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """Panels in rows from the top: a row is its height in grid steps and its panels with their widths (48 in all)."""

    id: str
    title: str
    description: str
    since: str = "now-10y"
    controls: tuple[Control, ...] = ()
    rows: tuple[tuple[int, tuple[tuple[int, Panel], ...]], ...] = field(default=())

    @property
    def panels(self) -> tuple[Panel, ...]:
        """Every panel, row by row."""
        return tuple(panel for _, row in self.rows for _, panel in row)
