"""The kinds of chart that dashboards are drawn with, each with the search that it stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.dashboards.panels import Chart, DataView, Json

NONE = "(none)"
BAR = {"type": "bar", "tooltip": True}
# Bars of a list of values: few values make no bars as thick as the panel.
ROW_BAR = {**BAR, "height": {"expr": "min(24, 0.9 * bandwidth('y'))"}}
COLUMN_BAR = {**BAR, "width": {"expr": "min(48, 0.9 * bandwidth('x'))"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a chart is about: its id, its title and the documents."""

    id: str
    title: str
    view: DataView

    def chart(self, aggregations: Mapping[str, Any], rows: str, spec: Mapping[str, Any]) -> Chart:
        """Draw aggregations."""
        body = {"size": 0, "track_total_hits": True, "aggs": dict(aggregations)}
        return Chart(id=self.id, title=self.title, view=self.view, body=body, rows=f"aggregations{rows}", spec=spec)


def count_values(
    subject: Subject, field: str, *, size: int = 15, missing: str | None = None, query: Json | None = None
) -> Chart:
    """Draw a bar for each of a field's commonest values: the number of documents that have it.

    A `query` of its own makes the chart deaf to the dashboard's.
    """
    terms: Json = {"field": field, "size": size}
    if missing is not None:
        terms["missing"] = missing
    encoding = {"y": rank("key", "doc_count"), "x": amount("x", "doc_count", "documents")}
    chart = subject.chart({"values": {"terms": terms}}, ".values.buckets", {"mark": ROW_BAR, "encoding": encoding})
    return replace(chart, body={**chart.body, "query": query}) if query else chart


def count_over_time(subject: Subject, field: str, *, split: int = 10, missing: str | None = NONE) -> Chart:
    """Draw documents over time, stacked by a field's commonest values in each period."""
    assert subject.view.time_field is not None  # noqa: S101 - a chart over time of documents with one
    terms = {"field": field, "size": split, **({"missing": missing} if missing else {})}
    by_time = {
        "auto_date_histogram": {"field": subject.view.time_field, "buckets": 60},
        "aggs": {"parts": {"terms": terms}},
    }
    spec = {
        "transform": [
            {"flatten": ["parts.buckets"], "as": ["part"]},
            {"calculate": "datum.part.key_as_string || datum.part.key", "as": "value"},
        ],
        "mark": {**BAR, "size": 8},
        "encoding": {
            "x": {"field": "key", "type": "temporal", "title": None},
            "y": amount("y", "part.doc_count", "documents"),
            "color": {"field": "value", "type": "nominal", "title": field},
        },
    }
    return subject.chart({"times": by_time}, ".times.buckets", spec)


def tell_numbers(subject: Subject, aggregations: Mapping[str, Any], values: Mapping[str, str]) -> Chart:
    """Write single numbers beside each other: a label for each, and a Vega expression over the aggregations.

    No label is the name of an aggregation: it would take its place before the next expression is computed.
    """
    computed = [{"calculate": expression, "as": label} for label, expression in values.items()]
    spec = {
        "transform": [*computed, {"fold": list(values), "as": ["label", "number"]}],
        "mark": {"type": "text", "fontSize": 30, "fontWeight": "bold"},
        "encoding": {
            "x": {
                "field": "label",
                "type": "nominal",
                "sort": list(values),
                "title": None,
                "axis": {"orient": "top", "labelAngle": 0, "labelFontSize": 13, "ticks": False, "domain": False},
            },
            "text": {"field": "number", "type": "nominal"},
        },
        "config": {"view": {"stroke": None}},
    }
    return subject.chart(aggregations, "", spec)


def sums(fields: Sequence[str]) -> Json:
    """Sum fields, each under its own name with dashes for dots."""
    return {name_sum(field): {"sum": {"field": field}} for field in fields}


def name_sum(field: str) -> str:
    """Name the aggregation of a field's sum: a dot would be a path in Vega."""
    return field.replace(".", "-")


def rank(field: str, by: str) -> Json:
    """Give the axis of names, the largest first."""
    return {
        "field": field,
        "type": "nominal",
        "sort": {"field": by, "order": "descending"},
        "title": None,
        "axis": {"labelLimit": 220},
    }


def amount(channel: str, field: str, title: str, **more: Any) -> Json:
    """Give the axis of a count, `x` or `y`: its ticks are whole numbers."""
    length = {"x": "width", "y": "height"}[channel]
    ticks = {"expr": f"max(1, min(ceil({length} / 40), domain('{channel}')[1]))"}
    return {"field": field, "type": "quantitative", "title": title, "axis": {"tickCount": ticks}, **more}


def measure(field: str, title: str, **more: Any) -> Json:
    """Give the axis of a number that need not be whole."""
    return {"field": field, "type": "quantitative", "title": title, **more}


def share(field: str, title: str) -> Json:
    """Give the axis of a share."""
    return measure(field, title, axis={"format": "%"})
