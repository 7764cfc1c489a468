"""Writes docs/configuration.md from the settings records: `python -m tools.configuration`."""

from __future__ import annotations

import dataclasses
import re
import sys
import typing
from pathlib import Path
from typing import Any

from ingest.settings import PREFIX, room_types

PAGE = Path(__file__).parents[1] / "docs" / "configuration.md"

HEAD = """# Configuration

Every setting has a default; none is required. A value is taken from, in rising order: the default, `broadsheet.toml`
in the working folder (or `--config FILE`), the environment, a flag. An unknown name is an error that names the nearest
known one.

    # broadsheet.toml               environment                       flag
    [index]
    url = "http://127.0.0.1:9200"   BROADSHEET_INDEX__URL=http://...  --index http://...
    [run]
    batch_documents = 200           BROADSHEET_RUN__BATCH_DOCUMENTS   --set run.batch_documents=200

A list is written in the environment and in flags as `a,b,c`. This page is written by `make docs` from the records in
the code, and a test keeps it so.
"""


def render() -> str:
    """Give the page."""
    return HEAD + "".join(render_room(room, record) for room, record in room_types().items())


def render_room(room: str, record: type[Any], level: str = "##") -> str:
    """Give one record's table, and after it those of the records that it holds."""
    meanings = read_attributes(record.__doc__ or "")
    types = typing.get_type_hints(record)
    held = {name: kind for name, kind in types.items() if isinstance(kind, type) and dataclasses.is_dataclass(kind)}
    rows = [
        f"| `{room}.{field.name}` | `{show(default_of(field))}` | {meanings[field.name]} |\n"
        for field in dataclasses.fields(record)
        if field.name not in held
    ]
    summary = (record.__doc__ or "").strip().splitlines()[0]
    variable = f"{PREFIX}{room.upper().replace('.', '__')}__<NAME>"
    head = f"\n{level} `[{room}]`\n\n{summary} Environment: `{variable}`.\n"
    table = "\n| setting | default | meaning |\n|---|---|---|\n" + "".join(rows) if rows else ""
    return head + table + "".join(render_room(f"{room}.{name}", kind, f"{level}#") for name, kind in held.items())


def read_attributes(docstring: str) -> dict[str, str]:
    """Read `name: meaning.` lines, which may go on indented, under `Attributes:`."""
    _, _, section = docstring.partition("Attributes:\n")
    meanings: dict[str, str] = {}
    name = ""
    for line in section.splitlines():
        found = re.match(r"^ {8}(\w+): (.*)$", line)
        if found:
            name = found[1]
            meanings[name] = found[2].strip()
        elif line.strip() and name:
            meanings[name] += " " + line.strip()
    return meanings


def default_of(field: dataclasses.Field[Any]) -> Any:
    """Give a field's default."""
    return field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default


def show(value: Any) -> str:
    """Write a default as it would be written in the environment."""
    if isinstance(value, tuple | list):
        return ",".join(map(str, value)) or "(none)"
    return "(none)" if value is None or value == "" else str(value)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
    sys.stdout.write(f"wrote {PAGE}\n")
