"""Writes docs/fields.md from index_mappings/fields.toml and the mappings: `python -m tools.fields`."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ingest.index.mapping import IndexMapping, articles_mapping, comments_mapping, walk_fields

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "fields.md"
TABLE = ROOT / "index_mappings" / "fields.toml"

HEAD = """# Fields

Every field of the indices: its type, who fills it, an example, and its name in
[schema.org](https://schema.org/NewsArticle) and in [IPTC ninjs 2.1](https://iptc.org/standards/ninjs/). An origin
`enrich.<name>` is an enricher, which `[enrich.<name>]` in the settings configures and switches off
([how to add one](adding-an-enricher.md)); the other origins are stages. Every field may be absent or hold a list; a
facet is marked ◆. This page is written by `make docs` from `index_mappings/fields.toml` and the mappings, and a test
keeps it so.
"""

Row = Mapping[str, Any]


def load_table() -> dict[str, dict[str, Row]]:
    """Read the declared table: by index, by path of the field."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def declared_types(mapping: IndexMapping) -> dict[str, str]:
    """Give the type of each field by its path; what is only stored is `stored`, what nobody can search is `kept`."""
    return {path: _show_type(declaration) for path, declaration in walk_fields(mapping.properties)}


def _show_type(declaration: Mapping[str, Any]) -> str:
    if declaration.get("enabled") is False:
        return "stored"
    return str(declaration["type"]) + ("" if declaration.get("index", True) else ", not searched")


def type_of(path: str, types: Mapping[str, str]) -> str:
    """Give the type of a row's field; of a row for all below a path, their one type."""
    below = {kind for name, kind in types.items() if _is_below(name, path)}
    return types[path] if path in types else below.pop() if len(below) == 1 else ""


def undeclared(rows: Mapping[str, Row], types: Mapping[str, str]) -> list[str]:
    """List the mapping's fields that no row describes, and rows that describe no field."""
    fields = [name for name in types if name not in rows and not any(_is_below(name, path) for path in rows)]
    empty = [path for path in rows if path not in types and not any(_is_below(name, path) for name in types)]
    return fields + empty


def _is_below(name: str, path: str) -> bool:
    return path.endswith(".*") and name.startswith(path[:-1])


def render() -> str:
    """Give the page."""
    table = load_table()
    return HEAD + "".join(
        "".join(render_index(mapping, table[mapping.name])) for mapping in (articles_mapping(), comments_mapping())
    )


def render_index(mapping: IndexMapping, rows: Mapping[str, Row]) -> Iterator[str]:
    """Give one index's table."""
    types = declared_types(mapping)
    yield f"\n## `{mapping.name}`\n\n| field | what it says | type | origin | example | schema.org | ninjs |\n"
    yield "|---|---|---|---|---|---|---|\n"
    for path, row in rows.items():
        mark = " ◆" if path in mapping.facets else ""
        names = [f"`{row[key]}`" if key in row else "" for key in ("schema_org", "ninjs")]
        example = row["example"] if isinstance(row["example"], str) else json.dumps(row["example"])
        cells = [f"`{path}`{mark}", row["is"], type_of(path, types), row["origin"], f"`{example}`", *names]
        yield "| " + " | ".join(cells) + " |\n"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE}\n")
