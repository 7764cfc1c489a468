"""Duplicates: how many copies there are, of whom, and how soon."""

from __future__ import annotations

from ingest.dashboards.charts import (
    BAR,
    COLUMN_BAR,
    NONE,
    ROW_BAR,
    Subject,
    amount,
    count_over_time,
    measure,
    rank,
    share,
    tell_numbers,
)
from ingest.dashboards.panels import CAPTURED, Chart, Control, Dashboard, Json, Note, Table

MOST_CLUSTERS = 500
COPY = {"term": {"canonical": False}}

NOTE = Note(
    id="duplicates-note",
    title="About these figures",
    text=(
        "Times are those of capture. A copy is an article that is not its cluster's canonical one. *Who copies whom* "
        "and *Time from the first to a copy* go by the times of publication within the largest "
        f"{MOST_CLUSTERS} clusters: who is first is not always who wrote it."
    ),
)

NUMBERS = tell_numbers(
    Subject(id="duplicates-numbers", title="In this time", view=CAPTURED),
    {
        "total": {"value_count": {"field": "id"}},
        "copy": {"filter": COPY},
        "cluster": {"cardinality": {"field": "cluster_id"}},
    },
    {
        "articles": "datum.total.value",
        "copies": "datum.copy.doc_count",
        "clusters": "datum.cluster.value",
        "ratio": "datum.total.value ? format(datum.copy.doc_count / datum.total.value, '.1%') : '-'",
    },
)


def ratio_by_publisher() -> Chart:
    """Draw which share of a publisher's articles are copies."""
    publishers = {"terms": {"field": "publisher", "size": 20, "missing": NONE}, "aggs": {"copies": {"filter": COPY}}}
    spec = {
        "transform": [{"calculate": "datum.copies.doc_count / datum.doc_count", "as": "ratio"}],
        "mark": ROW_BAR,
        "encoding": {
            "y": rank("key", "ratio"),
            "x": share("ratio", "share of copies"),
            "color": {"field": "doc_count", "type": "quantitative", "title": "articles"},
        },
    }
    subject = Subject(id="duplicates-publishers", title="Share of copies by publisher", view=CAPTURED)
    return subject.chart({"publishers": publishers}, ".publishers.buckets", spec)


def clusters(parts: Json) -> Json:
    """Give the largest clusters of more than one article, with what is asked of each."""
    return {
        "clusters": {"terms": {"field": "cluster_id", "size": MOST_CLUSTERS, "min_doc_count": 2}, "aggs": parts},
    }


def sizes() -> Chart:
    """Draw how many clusters have how many articles."""
    spec = {
        "mark": COLUMN_BAR,
        "encoding": {
            "x": {
                "field": "doc_count",
                "type": "ordinal",
                "title": "articles in the cluster",
                "axis": {"labelAngle": 0, "labelOverlap": True},
            },
            "y": amount("y", "key", "clusters", aggregate="count"),
        },
    }
    subject = Subject(id="duplicates-sizes", title="Clusters by size", view=CAPTURED)
    return subject.chart(clusters({}), ".clusters.buckets", spec)


def who_copies_whom() -> Chart:
    """Draw, for each pair of publishers, the clusters in which one came first and the other later."""
    publishers = {
        "terms": {"field": "publisher", "size": 50, "missing": NONE},
        "aggs": {"first": {"min": {"field": "published_at"}}},
    }
    spec = {
        "transform": [
            {"flatten": ["publishers.buckets"], "as": ["publisher"]},
            {"filter": "isValid(datum.publisher.first.value)"},
            {"calculate": "datum.publisher.first.value", "as": "at"},
            {"calculate": "datum.publisher.key", "as": "copier"},
            {
                "window": [{"op": "first_value", "field": "copier", "as": "origin"}],
                "sort": [{"field": "at", "order": "ascending"}],
                "groupby": ["key"],
                "frame": [None, None],
            },
            {"filter": "datum.copier !== datum.origin"},
        ],
        "mark": {"type": "rect", "tooltip": True},
        "encoding": {
            "x": {"field": "origin", "type": "nominal", "title": "first", "axis": {"labelAngle": -30}},
            "y": {"field": "copier", "type": "nominal", "title": "later"},
            "color": {"aggregate": "count", "type": "quantitative", "title": "clusters"},
        },
    }
    subject = Subject(id="duplicates-who", title="Who copies whom", view=CAPTURED)
    return subject.chart(clusters({"publishers": publishers}), ".clusters.buckets", spec)


def time_to_copy() -> Chart:
    """Draw how long after a cluster's first article the others came."""
    times = {"terms": {"field": "published_at", "size": 50, "order": {"_key": "asc"}}}
    parts = {"first": {"min": {"field": "published_at"}}, "times": times}
    spec = {
        "transform": [
            {"flatten": ["times.buckets"], "as": ["time"]},
            {"calculate": "(datum.time.key - datum.first.value) / 3600000", "as": "hours"},
            {"filter": "datum.hours > 0"},
        ],
        "mark": BAR,
        "encoding": {
            "x": {"bin": {"maxbins": 30}, "field": "hours", "type": "quantitative", "title": "hours after the first"},
            "y": amount("y", "time.doc_count", "copies", aggregate="sum"),
        },
    }
    subject = Subject(id="duplicates-delay", title="Time from the first to a copy", view=CAPTURED)
    return subject.chart(clusters(parts), ".clusters.buckets", spec)


def agencies() -> Chart:
    """Draw whose wire texts which publishers run."""
    by_agency = {
        "terms": {"field": "wire_agency", "size": 20},
        "aggs": {"publishers": {"terms": {"field": "publisher", "size": 20, "missing": NONE}}},
    }
    spec = {
        "transform": [{"flatten": ["publishers.buckets"], "as": ["publisher"]}],
        "mark": ROW_BAR,
        "encoding": {
            "y": {"field": "key", "type": "nominal", "title": None},
            "x": amount("x", "publisher.doc_count", "articles"),
            "color": {"field": "publisher.key", "type": "nominal", "title": "publisher"},
        },
    }
    subject = Subject(id="duplicates-agencies", title="Wire texts by agency and publisher", view=CAPTURED)
    return subject.chart({"agencies": by_agency}, ".agencies.buckets", spec)


def similarity() -> Chart:
    """Draw how similar near copies are to what they copy."""
    near = {
        "filter": {"term": {"cluster_kind": "near"}},
        "aggs": {"values": {"histogram": {"field": "similarity", "interval": 0.05, "min_doc_count": 1}}},
    }
    spec = {
        "mark": {**BAR, "size": 14},
        "encoding": {
            "x": measure("key", "similarity", scale={"domain": [0, 1]}),
            "y": amount("y", "doc_count", "near copies"),
        },
    }
    subject = Subject(id="duplicates-similarity", title="How similar near copies are", view=CAPTURED)
    return subject.chart({"near": near}, ".near.values.buckets", spec)


COPIES = Table(
    id="duplicates-copies",
    title="Copies",
    view=CAPTURED,
    columns=("title", "publisher", "cluster_kind", "similarity", "wire_agency", "duplicate_of"),
    sort=("published_at", "desc"),
    query="canonical : false",
)

DUPLICATES = Dashboard(
    id="duplicates",
    title="Duplicates",
    description="Ratio, clusters, who copies whom, the time from the first to a copy.",
    controls=(
        Control(title="Publisher", field="publisher", view=CAPTURED),
        Control(title="Kind", field="cluster_kind", view=CAPTURED),
        Control(title="Agency", field="wire_agency", view=CAPTURED),
    ),
    rows=(
        (6, ((36, NUMBERS), (12, NOTE))),
        (
            14,
            (
                (
                    24,
                    count_over_time(
                        Subject(id="duplicates-kinds-over-time", title="Articles by kind of copy", view=CAPTURED),
                        "cluster_kind",
                    ),
                ),
                (24, ratio_by_publisher()),
            ),
        ),
        (14, ((16, sizes()), (16, who_copies_whom()), (16, time_to_copy()))),
        (12, ((24, agencies()), (24, similarity()))),
        (14, ((48, COPIES),)),
    ),
)
