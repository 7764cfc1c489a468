"""Coverage: which articles there are, over time, by publisher, language and section, and what they tell of."""

from __future__ import annotations

from ingest.dashboards.charts import Subject, amount, count_over_time, count_values, tell_numbers
from ingest.dashboards.panels import CAPTURED, PUBLISHED, RECORDS, Chart, Control, Dashboard, Note, Table

MOST_EVENTS = 500

NOTE = Note(
    id="coverage-note",
    title="About these figures",
    text=(
        "Times are those of publication; articles without a date stand in *Dated and undated* alone, which goes by "
        "capture. `(none)` is what no page and no rule tells. Copies are counted: choose `canonical: true` for stories."
    ),
)

NUMBERS = tell_numbers(
    Subject(id="coverage-numbers", title="In this time", view=PUBLISHED),
    {
        "total": {"value_count": {"field": "id"}},
        "story": {"cardinality": {"field": "cluster_id"}},
        "publisher": {"cardinality": {"field": "publisher"}},
        "language": {"cardinality": {"field": "language"}},
    },
    {
        "articles": "datum.total.value",
        "stories": "datum.story.value",
        "publishers": "datum.publisher.value",
        "languages": "datum.language.value",
    },
)

DATED = count_values(
    Subject(id="coverage-dated", title="Dated and undated", view=CAPTURED), "date_precision", missing="no date"
)

EVENTS = Chart(
    id="coverage-events",
    title=f"Events: the newest {MOST_EVENTS}, by size and publishers",
    view=RECORDS,
    body={
        "size": MOST_EVENTS,
        "track_total_hits": True,
        "query": {"term": {"kind": "events"}},
        "sort": [{"key": "desc"}],
        "_source": ["key", "record.first", "record.size", "record.language", "record.publishers"],
    },
    rows="hits.hits",
    spec={
        "transform": [
            {"calculate": "datum._source.record.first * 1000", "as": "first"},
            {"calculate": "length(datum._source.record.publishers)", "as": "publishers"},
        ],
        "mark": {"type": "point", "filled": True, "tooltip": True},
        "encoding": {
            "x": {"field": "first", "type": "temporal", "title": "first told"},
            "y": amount("y", "_source.record.size", "articles"),
            "size": {
                "field": "publishers",
                "type": "quantitative",
                "title": "publishers",
                "legend": {"tickMinStep": 1},
            },
            "color": {"field": "_source.record.language", "type": "nominal", "title": "language"},
        },
    },
)

ARTICLES = Table(
    id="coverage-articles",
    title="Articles",
    view=PUBLISHED,
    columns=("title", "publisher", "section", "language", "cluster_kind", "quality"),
    sort=("published_at", "desc"),
)

COVERAGE = Dashboard(
    id="coverage",
    title="Coverage",
    description="Articles over time by publisher, language and section; places, people, events.",
    controls=(
        Control(title="Publisher", field="publisher", view=PUBLISHED),
        Control(title="Language", field="language", view=PUBLISHED),
        Control(title="Canonical", field="canonical", view=PUBLISHED),
    ),
    rows=(
        (6, ((36, NUMBERS), (12, NOTE))),
        (
            14,
            (
                (
                    48,
                    count_over_time(
                        Subject(id="coverage-publishers-over-time", title="Articles by publisher", view=PUBLISHED),
                        "publisher",
                    ),
                ),
            ),
        ),
        (
            14,
            (
                (
                    24,
                    count_over_time(
                        Subject(id="coverage-languages-over-time", title="Articles by language", view=PUBLISHED),
                        "language",
                    ),
                ),
                (
                    24,
                    count_over_time(
                        Subject(id="coverage-sections-over-time", title="Articles by section", view=PUBLISHED),
                        "section",
                    ),
                ),
            ),
        ),
        (
            15,
            (
                (16, count_values(Subject(id="coverage-places", title="Places", view=PUBLISHED), "place")),
                (16, count_values(Subject(id="coverage-people", title="People", view=PUBLISHED), "person")),
                (
                    16,
                    count_values(
                        Subject(id="coverage-organizations", title="Organisations", view=PUBLISHED), "organization"
                    ),
                ),
            ),
        ),
        (14, ((32, EVENTS), (16, DATED))),
        (16, ((48, ARTICLES),)),
    ),
)
