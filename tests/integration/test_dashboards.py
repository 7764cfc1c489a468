"""Every panel of the dashboards on a live index filled from the seeds: its search, its figures, its picture."""

from __future__ import annotations

import json
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import vl_convert
from elasticsearch import Elasticsearch

from ingest import jobs
from ingest.collecting import SOURCES
from ingest.index.mapping import articles_mapping
from ingest.jobs.dashboards import render_dashboards
from ingest.settings import Settings
from ingest.state import open_records
from tests.dashboards.saved_objects import Json, fields_of, read_objects, vega_specs
from tests.integration.filled_dashboards import HEALTH, LINES, Filled
from tests.integration.system import SEEDS

PICTURES = Path(__file__).parents[2] / "test-output" / "dashboards"
SPECS = vega_specs(render_dashboards(Settings()))
SAVED = [each for text in render_dashboards(Settings()).values() for each in read_objects(text)]

pytestmark = pytest.mark.elasticsearch


@pytest.fixture(scope="module")
def filled(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """Fill an index from the seeds, once for all panels."""
    flags = {
        "index.url": elasticsearch_url,
        "index.prefix": f"t{secrets.token_hex(4)}-",
        "lake.url": str(tmp_path_factory.mktemp("lake")),
    }
    settings = Settings.load(flags=flags)
    lines = tmp_path_factory.mktemp("lines") / "lines.jsonl"
    lines.write_text("".join(json.dumps(line) + "\n" for line in LINES))
    jobs.ingest([str(SEEDS), str(lines)], settings)
    with open_records(settings.index) as records:
        records.put(SOURCES, {name: state.to_json() for name, state in HEALTH.items()})
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.refresh(index=f"{settings.index.prefix}*")
        yield Filled(client, settings)
        client.indices.delete(index=list(client.indices.get(index=f"{settings.index.prefix}*")))


def values_of(documents: list[Json], field: str) -> Counter[str]:
    """Count a field's values, each document once a value; a list is several."""
    counted: Counter[str] = Counter()
    for document in documents:
        value = document[field]
        counted.update({str(each) for each in (value if isinstance(value, list) else [value]) if each is not None})
    return counted


def check_values(filled: Filled, panel: str, counted: Counter[str]) -> None:
    """Compare a panel of values with our own count of them, down to the last that fits in."""
    rows = filled.rows(panel)
    size = filled.specs[panel]["data"]["url"]["body"]["aggs"]["values"]["terms"]["size"]
    assert rows
    assert {row["key"]: row["doc_count"] for row in rows} == {row["key"]: counted[row["key"]] for row in rows}
    assert [row["doc_count"] for row in rows] == sorted(counted.values(), reverse=True)[:size]


VALUES = {
    "coverage-places": "place",
    "coverage-people": "person",
    "coverage-organizations": "organization",
    "cleaning-rules": "rule",
    "cleaning-flags": "flags",
}


@pytest.mark.parametrize(("panel", "field"), VALUES.items())
def test_values(filled: Filled, panel: str, field: str) -> None:
    """What a bar says is the number of seeds with that value."""
    by_capture = panel.startswith("cleaning")
    documents = [each for each in filled.articles if by_capture or each["published_at"]]
    check_values(filled, f"broadsheet-{panel}", values_of(documents, field))


def test_values_of_undated_articles_and_of_comments(filled: Filled) -> None:
    """Undated articles have their own bar, and comments are counted whatever the time."""
    dated = values_of(filled.articles, "date_precision")
    dated["no date"] = sum(each["date_precision"] is None for each in filled.articles)
    check_values(filled, "broadsheet-coverage-dated", dated)
    check_values(filled, "broadsheet-cleaning-comment-languages", values_of(filled.comments, "language"))


OVER_TIME = {
    "coverage-publishers-over-time": ("publisher", "published_at"),
    "coverage-languages-over-time": ("language", "published_at"),
    "coverage-sections-over-time": ("section", "published_at"),
    "duplicates-kinds-over-time": ("cluster_kind", "captured_at"),
}


@pytest.mark.parametrize("panel", OVER_TIME)
def test_articles_over_time(filled: Filled, panel: str) -> None:
    """Each dated seed stands in its period, under its value or as one without."""
    field, time = OVER_TIME[panel]
    dated = [each for each in filled.articles if each[time]]
    counted = values_of(dated, field)
    if without := sum(each[field] in (None, []) for each in dated):
        counted["(none)"] = without
    rows = filled.rows(f"broadsheet-{panel}")
    drawn: Counter[str] = Counter()
    for row in rows:
        drawn.update({part["key"]: part["doc_count"] for part in row["parts"]["buckets"]})
    assert sum(row["doc_count"] for row in rows) == len(dated) > 10
    assert drawn == counted


def test_threads_over_time(filled: Filled) -> None:
    """A thread is whole, cut off or not there at all."""
    drawn: Counter[str] = Counter()
    for row in filled.rows("broadsheet-cleaning-threads"):
        drawn.update(
            {str(part.get("key_as_string", part["key"])): part["doc_count"] for part in row["parts"]["buckets"]}
        )
    assert drawn == Counter({name.lower(): n for name, n in values_of(filled.articles, "comments_complete").items()})


def texts_drawn(filled: Filled, panel: str) -> list[str]:
    """Give the words that a picture shows."""

    def walk(item: Any) -> Iterator[str]:
        if isinstance(item, dict):
            if isinstance(item.get("text"), str | int | float):
                yield str(item["text"])
            for part in item.values():
                yield from walk(part)
        elif isinstance(item, list):
            for part in item:
                yield from walk(part)

    return list(walk(vl_convert.vegalite_to_scenegraph(filled.drawable(panel), vl_version="5.21")))


NUMBERS: dict[str, Callable[[Filled], set[str]]] = {
    "coverage-numbers": lambda filled: numbers_of_coverage([each for each in filled.articles if each["published_at"]]),
    "cleaning-numbers": lambda filled: numbers_of_cleaning(filled.articles),
    "duplicates-numbers": lambda filled: numbers_of_duplicates(filled.articles),
}


def numbers_of_coverage(articles: list[Json]) -> set[str]:
    """Count what the first panel of Coverage tells."""
    distinct = [len(values_of(articles, field)) for field in ("cluster_id", "publisher", "language")]
    return {str(number) for number in (len(articles), *distinct)}


def numbers_of_cleaning(articles: list[Json]) -> set[str]:
    """Count what the first panel of Cleaning tells."""
    share = sum(e["chrome_characters"] for e in articles) / sum(e["original_characters"] for e in articles)
    threads = [each["comment_count"] for each in articles if each["comment_count"]]
    flagged = sum(bool(each["flags"]) for each in articles)
    return {f"{share:.1%}", *(str(number) for number in (len(articles), flagged, len(threads), sum(threads)))}


def numbers_of_duplicates(articles: list[Json]) -> set[str]:
    """Count what the first panel of Duplicates tells."""
    copies = sum(not each["canonical"] for each in articles)
    clusters = len({each["cluster_id"] for each in articles})
    return {f"{copies / len(articles):.1%}", *(str(number) for number in (len(articles), copies, clusters))}


@pytest.mark.parametrize("panel", NUMBERS)
def test_numbers(filled: Filled, panel: str) -> None:
    """The numbers that stand in the picture, computed from the seeds' documents."""
    assert NUMBERS[panel](filled) <= set(texts_drawn(filled, f"broadsheet-{panel}"))


def test_chrome_by_class(filled: Filled) -> None:
    """The classes' characters add up to those of the documents."""
    counted: Counter[str] = Counter()
    for article in filled.articles:
        counted.update({k: v for k, v in article["chrome"].items() if k not in {"control", "whitespace"}})
    (row,) = filled.rows("broadsheet-cleaning-classes")
    drawn = {name.removeprefix("chrome-"): int(value["value"]) for name, value in row.items() if value["value"]}
    assert drawn == dict(counted)
    assert sum(drawn.values()) == sum(article["chrome_characters"] for article in filled.articles)


def test_chrome_by_publisher(filled: Filled) -> None:
    """Each publisher's characters, and what its share is of."""
    lost: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for article in filled.articles:
        lost[article["publisher"] or "(none)"] += article["chrome_characters"]
        whole[article["publisher"] or "(none)"] += article["original_characters"]
    rows = filled.rows("broadsheet-cleaning-publishers")
    assert len(rows) == min(20, len(whole))
    assert {row["key"]: row["original_characters"]["value"] for row in rows}.items() <= whole.items()
    for row in rows:
        classes = [value["value"] for name, value in row.items() if name.startswith("chrome-")]
        assert sum(classes) == row["chrome_characters"]["value"] == lost[row["key"]]


def test_share_over_time(filled: Filled) -> None:
    """All that was cut is in some period."""
    rows = filled.rows("broadsheet-cleaning-share-over-time")
    cut = sum(article["chrome_characters"] for article in filled.articles)
    assert sum(row["chrome_characters"]["value"] for row in rows) == cut


def test_copies(filled: Filled) -> None:
    """Copies by publisher, clusters by size, and what the pictures of pairs and times are drawn from."""
    copies = Counter(each["publisher"] or "(none)" for each in filled.articles if not each["canonical"])
    rows = filled.rows("broadsheet-duplicates-publishers")
    assert {row["key"]: row["copies"]["doc_count"] for row in rows if row["copies"]["doc_count"]} == dict(copies)
    sizes = Counter(each["cluster_id"] for each in filled.articles)
    several = sorted(size for size in sizes.values() if size > 1)
    for panel in ("sizes", "who", "delay"):
        assert sorted(row["doc_count"] for row in filled.rows(f"broadsheet-duplicates-{panel}")) == several
    by_publisher = [row["publishers"]["buckets"] for row in filled.rows("broadsheet-duplicates-who")]
    assert sum(part["doc_count"] for parts in by_publisher for part in parts) == sum(several)
    by_time = [row["times"]["buckets"] for row in filled.rows("broadsheet-duplicates-delay")]
    dated = [each for each in filled.articles if each["published_at"] and sizes[each["cluster_id"]] > 1]
    assert sum(part["doc_count"] for parts in by_time for part in parts) == len(dated) == 3


def test_who_copies_whom_is_drawn(filled: Filled) -> None:
    """Two publishers ran the first one's text later; the undated clusters tell of nobody."""
    picture = filled.drawable("broadsheet-duplicates-who")
    drawn = json.dumps(vl_convert.vegalite_to_scenegraph(picture, vl_version="5.21"))
    pairs = set(re.findall(r"later: ([^;\"]+); clusters: \d+|first: ([^;\"]+)", drawn))
    assert {name for pair in pairs for name in pair if name} == {"Harbour Courier", "Skerry Times", "Vaila Echo"}


def test_agencies_and_similarity(filled: Filled) -> None:
    """Wire texts of each agency, and every near copy by how near it is."""
    rows = filled.rows("broadsheet-duplicates-agencies")
    agencies = values_of(filled.articles, "wire_agency")
    assert {row["key"]: row["doc_count"] for row in rows} == dict(agencies)
    assert agencies["Reuters"] == 3
    near = sum(each["cluster_kind"] == "near" for each in filled.articles)
    assert sum(row["doc_count"] for row in filled.rows("broadsheet-duplicates-similarity")) == near > 0


def books_of(filled: Filled) -> list[Json]:
    """Read the books of every run."""
    return [record["record"]["books"] for record in filled.documents("article-state") if record["kind"] == "runs"]


def test_books_of_runs(filled: Filled) -> None:
    """What the newest runs' panels draw from is what the runs wrote, and it balances."""
    (books,) = books_of(filled)
    for panel in ("books", "drops", "quarantine", "stage-times", "runs"):
        (row,) = filled.rows(f"broadsheet-operations-{panel}")
        kept = row["_source"]["record"].get("books", {})
        assert {
            name: value for name, value in kept.items() if name not in {"stages", "dropped"}
        }.items() <= books.items()
        assert kept.get("dropped", books["dropped"]) == books["dropped"]
        for stage, tally in kept.get("stages", {}).items():
            assert tally.items() <= books["stages"][stage].items()
    drawn = texts_of_marks(filled, "broadsheet-operations-books", "outcome", "documents")
    assert drawn == {
        **{name: books[name] for name in ("indexed", "updated", "unchanged", "failed")},
        "dropped": sum(books["dropped"].values()),
    }
    assert sum(drawn.values()) == books["seen"]


def test_reasons_and_stages_of_runs(filled: Filled) -> None:
    """Each reason and each stage has its own number."""
    (books,) = books_of(filled)
    drawn = texts_of_marks(filled, "broadsheet-operations-drops", "reason", "documents dropped")
    assert drawn == books["dropped"]
    drawn = texts_of_marks(filled, "broadsheet-operations-quarantine", "stage", "documents")
    assert drawn == {name: tally["failed"] for name, tally in books["stages"].items() if tally["failed"]}
    assert sum(drawn.values()) == books["failed"] > 0


def texts_of_marks(filled: Filled, panel: str, name: str, number: str) -> dict[str, int]:
    """Read a picture's marks as those hear it who do not see it: `name: a; number: 3`."""
    drawn = json.dumps(vl_convert.vegalite_to_scenegraph(filled.drawable(panel), vl_version="5.21"))
    told = [
        dict(part.split(": ", 1) for part in text.split("; ") if ": " in part)
        for text in re.findall(r'"description": "([^"]+)"', drawn)
    ]
    return {each[name]: int(each[number].replace(",", "")) for each in told if name in each and number in each}


def test_health_of_sources(filled: Filled) -> None:
    """A source that fails is told with its score and its error; one that is well is told, too."""
    rows = {row["_source"]["key"]: row["_source"]["record"] for row in filled.rows("broadsheet-operations-sources")}
    assert {key: (record["score"], record["error"]) for key, record in rows.items()} == {
        name: (state.score, state.error) for name, state in HEALTH.items()
    }


def test_lag_and_sources(filled: Filled) -> None:
    """The mean lag is that of the documents; each capture has its source, each article its rules."""
    rows = [row for row in filled.rows("broadsheet-operations-lag") if row["doc_count"]]
    assert sum(row["doc_count"] for row in rows) == len(filled.articles)
    mean = sum(row["doc_count"] * (row["indexed_at"]["value"] - row["captured_at"]["value"]) for row in rows)
    assert mean / 1000 == pytest.approx(sum(seconds_between(each) for each in filled.articles), rel=1e-6)
    dated = sum(row["dated"]["doc_count"] for row in rows)
    assert dated == sum(each["published_at"] is not None for each in filled.articles)
    check_values(filled, "broadsheet-operations-code", values_of(filled.articles, "rules_version"))
    sources = sum(row["doc_count"] for row in filled.rows("broadsheet-operations-sources-over-time"))
    assert sources == len(filled.articles)


def seconds_between(document: Json) -> float:
    """Say how long after its capture a document was written."""
    times = [datetime.fromisoformat(document[name]) for name in ("captured_at", "indexed_at")]
    return (times[1] - times[0]).total_seconds()


def test_events(filled: Filled) -> None:
    """Every article is in an event, and each event is drawn."""
    rows = filled.rows("broadsheet-coverage-events")
    assert sum(row["_source"]["record"]["size"] for row in rows) == len(filled.articles)


@pytest.mark.parametrize("panel", sorted(SPECS))
def test_fields_are_in_the_mapping(filled: Filled, panel: str) -> None:
    """A search for a field that is not there answers with nothing, and no error."""
    url = filled.specs[panel]["data"]["url"]
    named = {*fields_of(url["body"]), *([url["%timefield%"]] if "%timefield%" in url else [])}
    (state,) = filled.client.indices.get_mapping(index=url["index"]).values()
    properties = state["mappings"]["properties"]
    assert named
    assert [field for field in named if not is_declared(properties, field)] == []


def is_declared(properties: Json, field: str) -> bool:
    """Tell whether a mapping declares a field, or keeps it whole below an object."""
    if field == "_seq_no":
        return True
    first, _, rest = field.partition(".")
    declared = properties.get(first, {})
    if not rest or declared.get("enabled") is False:
        return first in properties
    return is_declared(declared.get("properties", {}), rest)


@pytest.mark.parametrize("panel", sorted(SPECS))
def test_picture(filled: Filled, panel: str) -> None:
    """Vega draws it from the live answer; people look at it in test-output/dashboards."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    drawing = vl_convert.vegalite_to_svg(filled.drawable(panel), vl_version="5.21")
    (PICTURES / f"{panel}.png").write_bytes(vl_convert.svg_to_png(drawing, scale=1.5))
    assert "<path" in drawing or "<text" in drawing
    assert not re.search(r">(undefined|NaN|null|\[object Object\])<", drawing)


@pytest.mark.parametrize("saved", [pytest.param(each, id=each["id"]) for each in SAVED if each["type"] == "search"])
def test_saved_search(filled: Filled, saved: Json) -> None:
    """Its query, in Lucene's words, finds what it is named for, and its columns are fields."""
    attributes = saved["attributes"]
    query = json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])["query"]["query"]
    ((field, order),) = attributes["sort"]
    answer = filled.client.search(
        index=f"{filled.settings.index.prefix}articles",
        query={"query_string": {"query": lucene(query)}},
        sort=[{field: order}],
        source=attributes["columns"],
        size=100,
    )
    expected = {
        "": lambda _: True,
        "flags : *": lambda each: bool(each["flags"]),
        "chrome_share > 0": lambda each: each["chrome_share"] > 0,
        "canonical : false": lambda each: not each["canonical"],
    }[query]
    assert answer["hits"]["total"]["value"] == sum(map(expected, filled.articles)) > 0
    assert all(is_declared(dict(articles_mapping().properties), column) for column in attributes["columns"])


def lucene(query: str) -> str:
    """Write one comparison of Kibana's language as Lucene writes it."""
    return (query or "*:*").replace(" : ", ":").replace(" > ", ":>")
