"""Writing sources into a catalogue, which keeps what else stands in it as it is."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ingest.errors import UsageError
from ingest.sources.catalogue import Source, load_catalogue, tell_no_group


def add_sources(file: str | Path, new: Sequence[Source]) -> None:
    """Write sources to the end of a catalogue, in one step.

    Raises UsageError for a name that is taken and for a group that is not declared.
    """
    path = Path(file)
    held = load_catalogue(path)
    taken, declared = {source.name for source in held.sources}, [group.name for group in held.groups]
    for source in new:
        if source.name in taken:
            raise UsageError(f"{path}: there is a source called {source.name} already")
        if source.group and source.group not in declared:
            raise UsageError(f"{path}: {tell_no_group(source.group, declared)}")
        taken.add(source.name)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    text = "\n".join([before.rstrip("\n") + "\n"] * bool(before.strip()) + [write_source(source) for source in new])
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def write_source(source: Source) -> str:
    """Write a source as a table, without what is as it would be anyway."""
    lines = ["[[source]]"]
    for each in dataclasses.fields(Source):
        value = getattr(source, each.name)
        if each.name in {"name", "kind"} or value != _default(each):
            lines.append(f"{each.name} = {_write_value(value)}")
    return "\n".join([*lines, ""])


def _default(each: dataclasses.Field[Any]) -> Any:
    return each.default_factory() if each.default_factory is not dataclasses.MISSING else each.default


def _write_value(value: Any) -> str:
    if dataclasses.is_dataclass(value):
        held = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        value = {name: each for name, each in held.items() if each}
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_write_value(each)}" for key, each in value.items()) + " }"
    return json.dumps(value)  # TOML's strings, numbers and booleans are written as JSON's
