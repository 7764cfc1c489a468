"""The dashboards' files: alike to what the code gives, whole, in Kibana's envelope, and harmless."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import vl_convert

from ingest.cli import main
from ingest.dashboards import DASHBOARDS
from ingest.dashboards.panels import COLUMNS, Table
from ingest.index.mapping import articles_mapping, comments_mapping, walk_fields
from ingest.jobs.dashboards import render_dashboards
from ingest.settings import Settings
from tests.dashboards.saved_objects import Json, read_objects, vega_specs, visual_state
from tests.docs.procedures import follow

FOLDER = Path(__file__).parents[2] / "dashboards"
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.ndjson"))}
OBJECTS = [pytest.param(each, id=f"{name}:{each['id']}") for name, text in TEXTS.items() for each in read_objects(text)]
KINDS = {"dashboard", "visualization", "search", "index-pattern"}


def test_files_are_what_the_code_gives() -> None:
    """Somebody imports the files; `broadsheet dashboards build` writes them anew."""
    assert render_dashboards(Settings()) == TEXTS


@pytest.mark.parametrize("saved", OBJECTS)
def test_envelope(saved: Json) -> None:
    """Kibana refuses an object without these, and one of a newer version than its own."""
    assert set(saved) == {
        "id",
        "type",
        "attributes",
        "references",
        "coreMigrationVersion",
        "typeMigrationVersion",
        "managed",
    }
    assert saved["type"] in KINDS
    assert re.fullmatch(r"broadsheet-[a-z-]+", saved["id"])
    assert saved["coreMigrationVersion"] == "8.8.0"
    assert tuple(map(int, saved["typeMigrationVersion"].split("."))) <= (8, 9, 0)
    assert saved["attributes"]["title"]
    for name in [name for name in saved["attributes"] if name.endswith("JSON") or name == "visState"]:
        json.loads(saved["attributes"][name])


def test_one_document_is_drawn_in_proportion() -> None:
    """A single value makes no bar as thick as the panel, and no axis counts tenths of a document."""
    spec = vega_specs(TEXTS)["broadsheet-cleaning-flags"]
    answer = {"aggregations": {"values": {"buckets": [{"key": "over_removal", "doc_count": 1}]}}}
    data = {"values": answer, "format": {"type": "json", **spec["data"]["format"]}}
    scene = vl_convert.vegalite_to_scenegraph({"width": 480, "height": 300, **spec, "data": data}, vl_version="5.21")
    items = list(walk_items(scene))
    assert [each["text"] for each in items if str(each.get("text")).isdecimal()] == ["0", "1"]
    (bar,) = (each for each in items if "over_removal" in each.get("description", ""))
    assert 10 < bar["height"] <= 24


def walk_items(item: Any) -> Iterator[Json]:
    """Give everything that a picture is made of."""
    if isinstance(item, dict):
        yield item
    parts = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
    for part in parts:
        yield from walk_items(part)


@pytest.mark.parametrize("name", TEXTS)
def test_references_lead_to_objects_of_the_same_file(name: str) -> None:
    """A file that is imported alone must be whole."""
    objects = read_objects(TEXTS[name])
    known = [(each["type"], each["id"]) for each in objects]
    assert len(known) == len(set(known))
    for saved in objects:
        assert {(each["type"], each["id"]) for each in saved["references"]} <= set(known)
        names = [each["name"] for each in saved["references"]]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("name", TEXTS)
def test_every_panel_and_control_has_its_reference(name: str) -> None:
    """Kibana finds a panel's object, and a control's documents, by the reference's name."""
    (dashboard,) = [each for each in read_objects(TEXTS[name]) if each["type"] == "dashboard"]
    attributes = dashboard["attributes"]
    panels = json.loads(attributes["panelsJSON"])
    controls = json.loads(attributes["controlGroupInput"]["panelsJSON"])
    wanted = {f"{panel['panelIndex']}:{panel['panelRefName']}": panel["type"] for panel in panels}
    wanted |= {f"controlGroup_{key}:optionsListDataView": "index-pattern" for key in controls}
    assert {each["name"]: each["type"] for each in dashboard["references"]} == wanted
    for saved in read_objects(TEXTS[name]):
        source = json.loads(saved["attributes"].get("kibanaSavedObjectMeta", {}).get("searchSourceJSON", "{}"))
        assert source.get("indexRefName") in {None, *(each["name"] for each in saved["references"])}


@pytest.mark.parametrize("name", TEXTS)
def test_panels_neither_overlap_nor_leave_the_grid(name: str) -> None:
    """Panels one over the other hide what they show."""
    (dashboard,) = [each for each in read_objects(TEXTS[name]) if each["type"] == "dashboard"]
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(dashboard["attributes"]["panelsJSON"]):
        grid = panel["gridData"]
        cells = {
            (x, y) for x in range(grid["x"], grid["x"] + grid["w"]) for y in range(grid["y"], grid["y"] + grid["h"])
        }
        assert grid["x"] + grid["w"] <= COLUMNS
        assert not cells & taken
        taken |= cells


def test_what_tables_and_controls_name_is_in_the_mapping() -> None:
    """A column of a field that is not there stays empty for ever."""
    known = {
        path for mapping in (articles_mapping(), comments_mapping()) for path, _ in walk_fields(mapping.properties)
    }
    named: set[str] = set()
    for dashboard in DASHBOARDS:
        named |= {control.field for control in dashboard.controls if control.view.alias.endswith("s")}
        for table in [panel for panel in dashboard.panels if isinstance(panel, Table)]:
            named |= {*table.columns, table.sort[0], *re.findall(r"(\w+) [:><]", table.query)}
    assert named - known == set()


def test_text_of_articles_is_never_markdown_or_html() -> None:
    """Titles and names come from strangers: Markdown is our own text only, and charts make no links and no images."""
    for text in TEXTS.values():
        for saved in read_objects(text):
            state = visual_state(saved)
            assert state.get("type") in {None, "vega", "markdown"}
            assert not {"fieldFormatMap", "runtimeFieldMap"} & set(saved["attributes"])
            if state.get("type") == "markdown":
                assert not re.search(r"[<{]", state["params"]["markdown"])
    for spec in vega_specs(TEXTS).values():
        assert not {"href", "image", "url"} & set(marks_and_channels(spec))


def marks_and_channels(spec: Any) -> list[str]:
    """Give the marks and encoding channels of a specification."""
    mark = spec["mark"]["type"] if isinstance(spec["mark"], dict) else spec["mark"]
    return [mark, *spec["encoding"]]


def test_command_writes_files_for_the_aliases_of_the_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Several systems share a cluster by a prefix; their dashboards must not look at each other's indices."""
    code = main(["dashboards", "build", str(tmp_path / "out"), "--set", "index.prefix=north-", "--json"])
    assert code == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {each["dashboard"] for each in told} == set(TEXTS)
    texts = {name: (tmp_path / "out" / f"{name}.ndjson").read_text(encoding="utf-8") for name in TEXTS}
    indices = {spec["data"]["url"]["index"] for spec in vega_specs(texts).values()}
    assert indices
    assert all(name.startswith("north-article") for name in indices)


ANSWERS = {
    "taken": (httpx.Response(200, json={"success": True, "successCount": 12}), 0),
    "refused": (httpx.Response(200, json={"success": False, "errors": [{"type": "missing_references"}]}), 2),
    "no right": (httpx.Response(403, json={"message": "Forbidden"}), 2),
    "starting": (httpx.Response(503, text="Kibana server is not ready yet"), 3),
    "something else": (httpx.Response(200, text="<html>"), 2),
}


def play_kibana(monkeypatch: pytest.MonkeyPatch, answer: httpx.Response) -> list[httpx.Request]:
    """Answer in Kibana's place, and give what it is asked."""
    asked: list[httpx.Request] = []

    def reply(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer

    kept = httpx.Client
    monkeypatch.setattr(httpx, "Client", lambda **options: kept(**options, transport=httpx.MockTransport(reply)))
    return asked


def test_load_as_operators_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command of the page goes to the address that it names, once for each dashboard."""
    asked = play_kibana(monkeypatch, ANSWERS["taken"][0])
    follow("load dashboards")
    assert {f"{each.url.host}:{each.url.port}" for each in asked} == {"127.0.0.1:5601"}
    assert len(asked) == len(TEXTS)


@pytest.mark.parametrize("case", ANSWERS)
def test_load_reads_what_kibana_says(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kibana says 200 also where it took nothing."""
    answer, code = ANSWERS[case]
    asked = play_kibana(monkeypatch, answer)
    secret = ["--set", "index.username=elastic", "--set", "index.password=an-open-secret"]
    assert main(["dashboards", "load", "--kibana", "http://kibana.example:5601", *secret]) == code
    first = asked[0]
    assert (first.method, first.url.path, first.url.params["overwrite"]) == (
        "POST",
        "/api/saved_objects/_import",
        "true",
    )
    assert first.headers["kbn-xsrf"]
    assert first.headers["authorization"].startswith("Basic ")
    assert TEXTS["coverage"].encode() in first.content
    assert len(asked) == (len(TEXTS) if code == 0 else 1)
