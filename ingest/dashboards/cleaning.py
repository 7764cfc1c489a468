"""Cleaning: what was removed, from whom, by which rule, and what a person should look at."""

from __future__ import annotations

from ingest.dashboards.charts import (
    NONE,
    ROW_BAR,
    Subject,
    amount,
    count_over_time,
    count_values,
    name_sum,
    rank,
    share,
    sums,
    tell_numbers,
)
from ingest.dashboards.panels import CAPTURED, COMMENTS, Chart, Control, Dashboard, Note, Table
from ingest.model import SpanClass

NOT_CHROME = {SpanClass.CONTROL, SpanClass.WHITESPACE}
FIELDS = tuple(f"chrome.{each.value}" for each in SpanClass if each not in NOT_CHROME)
LENGTHS = ("chrome_characters", "original_characters")

NOTE = Note(
    id="cleaning-note",
    title="About these figures",
    text=(
        "Chrome is what was cut as not being the article, in characters, without white space. Times are those of "
        "capture. A publisher whose share jumps has changed its pages, or a rule has. `broadsheet show ID --spans` "
        "tells each cut of one article."
    ),
)

NUMBERS = tell_numbers(
    Subject(id="cleaning-numbers", title="In this time", view=CAPTURED),
    {
        "total": {"value_count": {"field": "id"}},
        "flag": {"filter": {"exists": {"field": "flags"}}},
        "thread": {"filter": {"range": {"comment_count": {"gt": 0}}}},
        "comment": {"sum": {"field": "comment_count"}},
        **sums(LENGTHS),
    },
    {
        "articles": "datum.total.value",
        "chrome": (
            "datum.original_characters.value ?"
            " format(datum.chrome_characters.value / datum.original_characters.value, '.1%') : '-'"
        ),
        "flagged": "datum.flag.doc_count",
        "with comments": "datum.thread.doc_count",
        "comments": "datum.comment.value",
    },
)


def chrome_by_class() -> Chart:
    """Draw the characters cut of each class."""
    names = [name_sum(field) for field in FIELDS]
    spec = {
        "transform": [
            {"fold": names, "as": ["name", "sum"]},
            {"calculate": "replace(datum.name, 'chrome-', '')", "as": "class"},
            {"calculate": "datum.sum.value", "as": "characters"},
            {"filter": "datum.characters > 0"},
        ],
        "mark": ROW_BAR,
        "encoding": {"y": rank("class", "characters"), "x": amount("x", "characters", "characters cut")},
    }
    return Subject(id="cleaning-classes", title="Chrome by class", view=CAPTURED).chart(sums(FIELDS), "", spec)


def chrome_by_publisher() -> Chart:
    """Draw the share of each class in a publisher's text, for the publishers with most articles."""
    by_publisher = {
        "terms": {"field": "publisher", "size": 20, "missing": NONE},
        "aggs": {**sums(FIELDS), **sums(LENGTHS)},
    }
    spec = {
        "transform": [
            {"fold": [name_sum(field) for field in FIELDS], "as": ["name", "sum"]},
            {"calculate": "replace(datum.name, 'chrome-', '')", "as": "class"},
            {
                "calculate": "datum.original_characters.value ? datum.sum.value / datum.original_characters.value : 0",
                "as": "share",
            },
            {"filter": "datum.share > 0"},
        ],
        "mark": ROW_BAR,
        "encoding": {
            "y": {"field": "key", "type": "nominal", "title": None, "axis": {"labelLimit": 220}},
            "x": share("share", "share of the text"),
            "color": {"field": "class", "type": "nominal", "scale": {"scheme": "tableau20"}},
        },
    }
    subject = Subject(id="cleaning-publishers", title="Chrome by publisher and class", view=CAPTURED)
    return subject.chart({"publishers": by_publisher}, ".publishers.buckets", spec)


def share_over_time() -> Chart:
    """Draw the share of chrome over time: a step is a change of pages or of rules."""
    times = {"auto_date_histogram": {"field": CAPTURED.time_field, "buckets": 60}, "aggs": sums(LENGTHS)}
    spec = {
        "transform": [
            {"filter": "datum.original_characters.value > 0"},
            {"calculate": "datum.chrome_characters.value / datum.original_characters.value", "as": "share"},
        ],
        "mark": {"type": "line", "point": True, "tooltip": True},
        "encoding": {
            "x": {"field": "key", "type": "temporal", "title": None},
            "y": share("share", "chrome"),
        },
    }
    subject = Subject(id="cleaning-share-over-time", title="Share of chrome over time", view=CAPTURED)
    return subject.chart({"times": times}, ".times.buckets", spec)


FLAGGED = Table(
    id="cleaning-flagged",
    title="Documents that a person should look at",
    view=CAPTURED,
    columns=("title", "publisher", "flags", "chrome_share", "id"),
    sort=("captured_at", "desc"),
    query="flags : *",
)

MOST_CUT = Table(
    id="cleaning-most-cut",
    title="Articles that lost most",
    view=CAPTURED,
    columns=("title", "publisher", "chrome_share", "rule", "id"),
    sort=("chrome_share", "desc"),
    query="chrome_share > 0",
)

CLEANING = Dashboard(
    id="cleaning",
    title="Cleaning",
    description="Chrome by class and publisher, rules by firing, flagged documents, comments.",
    controls=(
        Control(title="Publisher", field="publisher", view=CAPTURED),
        Control(title="Rule", field="rule", view=CAPTURED),
        Control(title="Rules' version", field="rules_version", view=CAPTURED),
    ),
    rows=(
        (6, ((36, NUMBERS), (12, NOTE))),
        (16, ((18, chrome_by_class()), (30, chrome_by_publisher()))),
        (
            18,
            (
                (
                    24,
                    count_values(
                        Subject(id="cleaning-rules", title="Rules by articles that they cut", view=CAPTURED),
                        "rule",
                        size=30,
                    ),
                ),
                (24, share_over_time()),
            ),
        ),
        (
            12,
            (
                (16, count_values(Subject(id="cleaning-flags", title="Flags", view=CAPTURED), "flags")),
                (
                    16,
                    count_over_time(
                        Subject(id="cleaning-threads", title="Threads: are they whole?", view=CAPTURED),
                        "comments_complete",
                        missing=None,
                    ),
                ),
                (
                    16,
                    count_values(
                        Subject(id="cleaning-comment-languages", title="All comments by language", view=COMMENTS),
                        "language",
                        query={"match_all": {}},
                    ),
                ),
            ),
        ),
        (14, ((24, FLAGGED), (24, MOST_CUT))),
    ),
)
