"""Reads dashboards as Kibana does: from the text of their files alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]


def read_objects(text: str) -> list[Json]:
    """Parse a file's lines."""
    return [json.loads(line) for line in text.splitlines()]


def vega_specs(texts: Mapping[str, str]) -> dict[str, Json]:
    """Give the specification of every Vega panel in the files by the panel's id."""
    states = {each["id"]: visual_state(each) for text in texts.values() for each in read_objects(text)}
    return {key: json.loads(state["params"]["spec"]) for key, state in states.items() if state.get("type") == "vega"}


def visual_state(saved: Json) -> Json:
    """Give the state of a visualization, nothing for other objects."""
    state: Json = json.loads(saved["attributes"].get("visState", "{}"))
    return state


def fields_of(value: Any) -> Iterator[str]:
    """Yield every field that a search names, in aggregations, queries, sorting and what it gives back."""
    if isinstance(value, list):
        for part in value:
            yield from fields_of(part)
    if not isinstance(value, dict):
        return
    for key, part in value.items():
        if key == "field":
            yield part
        elif key == "_source" or (key in {"term", "range", "exists"} and "field" not in part):
            yield from part
        elif key == "sort":
            yield from (name for each in part for name in each)
        else:
            yield from fields_of(part)
