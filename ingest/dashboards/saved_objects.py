"""Saved objects for Kibana 9.4, a line of JSON each; their ids stay the same, so that an import replaces them.

Versions are those in which these shapes were last changed before Kibana 9: it migrates what is older than itself and
refuses what is newer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ingest.dashboards.panels import Chart, Control, Dashboard, DataView, Json, Note, Panel, Table

SavedObject = dict[str, Any]

CORE_VERSION = "8.8.0"
TYPE_VERSIONS = {"dashboard": "8.9.0", "visualization": "8.5.0", "search": "8.0.0", "index-pattern": "8.0.0"}
VEGA_LITE = "https://vega.github.io/schema/vega-lite/v5.json"
SOURCE = "kibanaSavedObjectMeta.searchSourceJSON.index"


def to_saved_objects(dashboard: Dashboard, aliases: Mapping[str, str]) -> list[SavedObject]:
    """Give a dashboard and all that it refers to, what is referred to first.

    `aliases` gives the name that each alias has on the user's cluster.
    """
    shown = [panel.view for panel in dashboard.panels if not isinstance(panel, Note)]
    views = {view.id: view for view in (*shown, *(control.view for control in dashboard.controls))}
    return [
        *(_data_view(view, aliases) for view in views.values()),
        *(_panel(panel, aliases) for panel in dashboard.panels),
        _dashboard(dashboard),
    ]


def name_id(name: str) -> str:
    """Give the id that an object of ours has in Kibana."""
    return f"broadsheet-{name}"


def _object(kind: str, name: str, attributes: Json, references: list[Json] | None = None) -> SavedObject:
    return {
        "id": name_id(name),
        "type": kind,
        "attributes": attributes,
        "references": references or [],
        "coreMigrationVersion": CORE_VERSION,
        "typeMigrationVersion": TYPE_VERSIONS[kind],
        "managed": False,
    }


def _refer(kind: str, name: str, as_name: str) -> Json:
    return {"type": kind, "id": name_id(name), "name": as_name}


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _data_view(view: DataView, aliases: Mapping[str, str]) -> SavedObject:
    attributes = {"name": f"Broadsheet: {view.title}", "title": aliases[view.alias]}
    if view.time_field:
        attributes["timeFieldName"] = view.time_field
    return _object("index-pattern", view.id, attributes)


def _panel(panel: Panel, aliases: Mapping[str, str]) -> SavedObject:
    match panel:
        case Chart():
            return _visualization(panel, "vega", {"spec": _dump(to_spec(panel, aliases))})
        case Note():
            return _visualization(
                panel, "markdown", {"markdown": panel.text, "fontSize": 12, "openLinksInNewTab": False}
            )
        case Table():
            return _search(panel)


def to_spec(chart: Chart, aliases: Mapping[str, str]) -> Json:
    """Give what Kibana's Vega draws; it puts the dashboard's time, query and filters where a search has no query."""
    url: Json = {"index": aliases[chart.view.alias], "body": dict(chart.body)}
    if "query" not in chart.body:
        url["%context%"] = True
        if chart.view.time_field:
            url["%timefield%"] = chart.view.time_field
    return {"$schema": VEGA_LITE, "data": {"url": url, "format": {"property": chart.rows}}, **chart.spec}


def _visualization(panel: Chart | Note, kind: str, params: Json) -> SavedObject:
    state = {"title": panel.title, "type": kind, "aggs": [], "params": params}
    attributes = {
        "title": f"Broadsheet: {panel.title}",
        "description": "",
        "visState": _dump(state),
        "uiStateJSON": "{}",
        "version": 1,
        "kibanaSavedObjectMeta": {"searchSourceJSON": "{}"},
    }
    return _object("visualization", panel.id, attributes)


def _search(table: Table) -> SavedObject:
    source = {"query": {"query": table.query, "language": "kuery"}, "filter": [], "indexRefName": SOURCE}
    attributes = {
        "title": f"Broadsheet: {table.title}",
        "description": "",
        "columns": list(table.columns),
        "sort": [list(table.sort)],
        "grid": {},
        "hideChart": True,
        "isTextBasedQuery": False,
        "timeRestore": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": _dump(source)},
    }
    return _object("search", table.id, attributes, [_refer("index-pattern", table.view.id, SOURCE)])


def _dashboard(dashboard: Dashboard) -> SavedObject:
    placed = _place(dashboard)
    references = [
        _refer("search" if isinstance(panel, Table) else "visualization", panel.id, f"{panel.id}:panel_{panel.id}")
        for panel in dashboard.panels
    ]
    attributes = {
        "title": f"Broadsheet: {dashboard.title}",
        "description": dashboard.description,
        "version": 1,
        "timeRestore": True,
        "timeFrom": dashboard.since,
        "timeTo": "now",
        "refreshInterval": {"pause": True, "value": 60000},
        "panelsJSON": _dump(placed),
        "optionsJSON": _dump({"useMargins": True, "hidePanelTitles": False}),
        "kibanaSavedObjectMeta": {
            "searchSourceJSON": _dump({"query": {"query": "", "language": "kuery"}, "filter": []})
        },
        "controlGroupInput": _controls(dashboard),
    }
    references += [
        _refer("index-pattern", control.view.id, f"controlGroup_{name_control(dashboard, control)}:optionsListDataView")
        for control in dashboard.controls
    ]
    return _object("dashboard", dashboard.id, attributes, references)


def _place(dashboard: Dashboard) -> list[Json]:
    placed, top = [], 0
    for height, row in dashboard.rows:
        left = 0
        for width, panel in row:
            placed.append(
                {
                    "type": "search" if isinstance(panel, Table) else "visualization",
                    "panelIndex": panel.id,
                    "panelRefName": f"panel_{panel.id}",
                    "gridData": {"x": left, "y": top, "w": width, "h": height, "i": panel.id},
                    "embeddableConfig": {},
                    "title": panel.title,
                }
            )
            left += width
        top += height
    return placed


def name_control(dashboard: Dashboard, control: Control) -> str:
    """Name a control within its dashboard."""
    return f"{dashboard.id}-{control.field}"


def _controls(dashboard: Dashboard) -> Json:
    panels = {
        name_control(dashboard, control): {
            "type": "optionsListControl",
            "order": order,
            "grow": True,
            "width": "medium",
            "explicitInput": {
                "id": name_control(dashboard, control),
                "fieldName": control.field,
                "title": control.title,
                "selectedOptions": [],
                "searchTechnique": "prefix",
                "sort": {"by": "_count", "direction": "desc"},
            },
        }
        for order, control in enumerate(dashboard.controls)
    }
    ignored = {"ignoreFilters": False, "ignoreQuery": False, "ignoreTimerange": False, "ignoreValidations": False}
    return {
        "controlStyle": "oneLine",
        "chainingSystem": "HIERARCHICAL",
        "showApplySelections": False,
        "ignoreParentSettingsJSON": _dump(ignored),
        "panelsJSON": _dump(panels),
    }
