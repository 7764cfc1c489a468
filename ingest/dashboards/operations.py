"""Operations: the books of runs, what left and why, how long stages take, how far the index is behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ingest.dashboards.charts import BAR, ROW_BAR, Subject, amount, count_over_time, count_values, measure, rank
from ingest.dashboards.panels import CAPTURED, INDEXED, RECORDS, Chart, Dashboard, Json, Note, Table
from ingest.model import DropReason
from ingest.stage import STAGES

MOST_RUNS, MOST_SOURCES = 200, 500
BOOKS = "_source.record.books"
OUTCOMES = ("indexed", "updated", "unchanged", "failed")
STARTED: Json = {
    "field": "started",
    "type": "temporal",
    "title": None,
    "axis": {"format": "%-d %b %H:%M", "tickCount": 6, "labelOverlap": True},
}
RUN = {"field": "_source.record.run_id", "type": "nominal", "title": "run"}

NOTE = Note(
    id="operations-note",
    title="About these figures",
    text=(
        f"The books are those of the newest {MOST_RUNS} runs, whatever the time above. In = kept + dropped + failed, "
        "or the run has failed; what failed is in the quarantine. `broadsheet runs show ID` tells one run whole, "
        "`broadsheet quarantine list` what failed and why."
    ),
)


def draw_runs(name: str, title: str, fields: Sequence[str], spec: Mapping[str, Any]) -> Chart:
    """Draw what stands under the fields of the newest runs' books."""
    told = ["key", "record.run_id", "record.started_at", "record.state", "record.command", "record.seconds"]
    body = {
        "size": MOST_RUNS,
        "track_total_hits": True,
        "query": {"term": {"kind": "runs"}},
        "sort": [{"_seq_no": "desc"}],
        "_source": [*told, *fields],
    }
    return Chart(id=name, title=title, view=RECORDS, body=body, rows="hits.hits", spec=spec)


def start_of_run() -> Json:
    """Read when a run began."""
    return {"calculate": "toDate(datum._source.record.started_at)", "as": "started"}


def books() -> Chart:
    """Draw what became of each run's documents."""
    reasons = " + ".join(f"(datum.{BOOKS}.dropped.{each.value} || 0)" for each in DropReason)
    spec = {
        "transform": [
            {"filter": f"isValid(datum.{BOOKS})"},
            start_of_run(),
            *({"calculate": f"datum.{BOOKS}.{outcome}", "as": outcome} for outcome in OUTCOMES),
            {"calculate": reasons, "as": "dropped"},
            {"fold": [*OUTCOMES, "dropped"], "as": ["outcome", "documents"]},
        ],
        "mark": {**BAR, "size": 6},
        "encoding": {
            "x": STARTED,
            "y": amount("y", "documents", "documents"),
            "color": {"field": "outcome", "type": "nominal"},
            "detail": RUN,
        },
    }
    fields = [f"record.books.{name}" for name in (*OUTCOMES, "dropped", "seen")]
    return draw_runs("operations-books", "Books by run", fields, spec)


def drops() -> Chart:
    """Draw why documents were dropped."""
    paths = [f"{BOOKS}.dropped.{each.value}" for each in DropReason]
    spec = {
        "transform": [
            {"filter": f"isValid(datum.{BOOKS})"},
            {"fold": paths, "as": ["path", "documents"]},
            {"filter": "datum.documents > 0"},
            {"calculate": f"replace(datum.path, '{BOOKS}.dropped.', '')", "as": "reason"},
        ],
        "mark": ROW_BAR,
        "encoding": {
            "y": {"field": "reason", "type": "nominal", "title": None},
            "x": amount("x", "documents", "documents dropped", aggregate="sum"),
        },
    }
    return draw_runs("operations-drops", "Dropped, by reason", ["record.books.dropped"], spec)


def quarantine() -> Chart:
    """Draw how many documents each stage sent to the quarantine, run by run."""
    spec = {
        "transform": [
            *unfold_stages("failed", "documents"),
            {"filter": "datum.documents > 0"},
        ],
        "mark": {**BAR, "size": 6},
        "encoding": {
            "x": STARTED,
            "y": amount("y", "documents", "documents"),
            "color": {"field": "stage", "type": "nominal"},
            "detail": RUN,
        },
    }
    fields = [f"record.books.stages.{stage}.failed" for stage in STAGES]
    return draw_runs("operations-quarantine", "Into the quarantine, by stage", fields, spec)


def stage_times() -> Chart:
    """Draw how long each stage took for a thousand documents."""
    spec = {
        "transform": [
            *unfold_stages("in", "count"),
            {"filter": "datum.count > 0"},
            {"calculate": f"1000 * datum.{BOOKS}.stages[datum.stage].seconds / datum.count", "as": "seconds"},
        ],
        "mark": {"type": "line", "point": True, "tooltip": True},
        "encoding": {
            "x": STARTED,
            "y": measure("seconds", "seconds for 1,000 documents"),
            "color": {"field": "stage", "type": "nominal", "sort": list(STAGES)},
        },
    }
    fields = [f"record.books.stages.{stage}.{name}" for stage in STAGES for name in ("in", "seconds")]
    return draw_runs("operations-stage-times", "Time of stages", fields, spec)


def unfold_stages(count: str, name: str) -> list[Json]:
    """Make a row of each run and stage, with one of the stage's counts."""
    path = f"datum.{BOOKS}.stages"
    return [
        {"filter": f"isValid(datum.{BOOKS}) && isValid({path})"},
        start_of_run(),
        *({"calculate": f"isValid({path}.{stage}) ? {path}.{stage}.{count} : 0", "as": stage} for stage in STAGES),
        {"fold": list(STAGES), "as": ["stage", name]},
    ]


def states() -> Chart:
    """Draw how runs ended."""
    spec = {
        "transform": [start_of_run()],
        "mark": {"type": "point", "filled": True, "size": 80, "tooltip": True},
        "encoding": {
            "x": STARTED,
            "y": measure("_source.record.seconds", "seconds", scale={"type": "symlog"}),
            "color": {"field": "_source.record.state", "type": "nominal", "title": "state"},
            "shape": {"field": "_source.record.command", "type": "nominal", "title": "command"},
        },
    }
    return draw_runs("operations-runs", "Runs: how they ended and how long they took", [], spec)


def lag() -> Chart:
    """Draw the hours from capture and from publication to the index."""
    means = {name: {"avg": {"field": name}} for name in ("indexed_at", "captured_at")}
    dated = {
        "filter": {"exists": {"field": "published_at"}},
        "aggs": {name: {"avg": {"field": name}} for name in ("indexed_at", "published_at")},
    }
    times = {
        "auto_date_histogram": {"field": INDEXED.time_field, "buckets": 60},
        "aggs": {**means, "dated": dated},
    }
    spec = {
        "transform": [
            {"filter": "datum.doc_count > 0"},
            {"calculate": "(datum.indexed_at.value - datum.captured_at.value) / 3600000", "as": "capture"},
            {
                "calculate": "datum.dated.doc_count ?"
                " (datum.dated.indexed_at.value - datum.dated.published_at.value) / 3600000 : null",
                "as": "publication",
            },
            {"fold": ["capture", "publication"], "as": ["since", "hours"]},
            {"filter": "isValid(datum.hours)"},
        ],
        "mark": {"type": "line", "point": True, "tooltip": True},
        "encoding": {
            "x": {"field": "key", "type": "temporal", "title": None},
            "y": measure("hours", "mean hours", scale={"type": "symlog"}),
            "color": {"field": "since", "type": "nominal"},
        },
    }
    subject = Subject(id="operations-lag", title="Lag: from capture and publication to the index", view=INDEXED)
    return subject.chart({"times": times}, ".times.buckets", spec)


def sources() -> Chart:
    """Draw how often each source fails, and which share of its last items was new; an error names itself."""
    told = ("succeeded_at", "new_at", "score", "fresh", "error", "polls", "items", "new_items", "failed_items")
    body = {
        "size": MOST_SOURCES,
        "track_total_hits": True,
        "query": {"term": {"kind": "source"}},
        "sort": [{"key": "asc"}],
        "_source": ["key", *(f"record.{name}" for name in told)],
    }
    spec = {
        "transform": [
            {"calculate": "datum._source.record.error || 'well'", "as": "state"},
            {"calculate": "datum._source.record.score", "as": "score"},
        ],
        "mark": ROW_BAR,
        "encoding": {
            "y": rank("_source.key", "score"),
            "x": measure("score", "failure score"),
            "color": {"field": "state", "type": "nominal", "title": "last look"},
        },
    }
    return Chart(
        id="operations-sources", title="Sources: failure scores", view=RECORDS, body=body, rows="hits.hits", spec=spec
    )


NEWEST = Table(
    id="operations-newest",
    title="Written last",
    view=INDEXED,
    columns=("title", "source", "version", "code_version", "rules_version", "id"),
    sort=("indexed_at", "desc"),
)

OPERATIONS = Dashboard(
    id="operations",
    title="Operations",
    description="Books by run, drops by reason, quarantine, lag, sources, stage times.",
    since="now-30d",
    rows=(
        (5, ((48, NOTE),)),
        (14, ((32, books()), (16, drops()))),
        (14, ((24, states()), (24, quarantine()))),
        (14, ((24, stage_times()), (24, lag()))),
        (
            14,
            (
                (
                    32,
                    count_over_time(
                        Subject(id="operations-sources-over-time", title="Captures by source", view=CAPTURED),
                        "source",
                        split=20,
                    ),
                ),
                (
                    16,
                    count_values(
                        Subject(id="operations-code", title="Rules in the index", view=INDEXED), "rules_version"
                    ),
                ),
            ),
        ),
        (16, ((20, sources()), (28, NEWEST))),
    ),
)
