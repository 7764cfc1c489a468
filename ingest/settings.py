"""One frozen Settings, read once at the edge: defaults < broadsheet.toml < environment < flags.

Each room declares its own record with its defaults; this module only composes and checks them.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import tomllib
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ingest.batching import RunSettings
from ingest.clean.settings import CleanSettings
from ingest.dedup.settings import DedupSettings
from ingest.enrich.settings import EnrichSettings
from ingest.errors import SettingsError
from ingest.extract.settings import ExtractSettings
from ingest.index.settings import IndexSettings
from ingest.isolation import IsolationSettings
from ingest.lake.settings import LakeSettings
from ingest.search.settings import SearchSettings
from ingest.sources.settings import SourcesSettings

PREFIX = "BROADSHEET_"
FILE = "broadsheet.toml"

Values = dict[str, dict[str, Any]]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every room's settings; see docs/configuration.md."""

    run: RunSettings = dataclasses.field(default_factory=RunSettings)
    sources: SourcesSettings = dataclasses.field(default_factory=SourcesSettings)
    lake: LakeSettings = dataclasses.field(default_factory=LakeSettings)
    extract: ExtractSettings = dataclasses.field(default_factory=ExtractSettings)
    isolation: IsolationSettings = dataclasses.field(default_factory=IsolationSettings)
    clean: CleanSettings = dataclasses.field(default_factory=CleanSettings)
    dedup: DedupSettings = dataclasses.field(default_factory=DedupSettings)
    enrich: EnrichSettings = dataclasses.field(default_factory=EnrichSettings)
    index: IndexSettings = dataclasses.field(default_factory=IndexSettings)
    search: SearchSettings = dataclasses.field(default_factory=SearchSettings)

    @classmethod
    def load(
        cls,
        *,
        flags: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
        file: str | Path | None = None,
    ) -> Settings:
        """Compose settings; raise SettingsError naming the setting and where it was said.

        `flags` are `room.name` to value; `environment` is the process's mapping (none is read where it is not given);
        `file` is a TOML file with a table a room.
        """
        values: Values = {}
        if file is not None:
            _merge(values, _read_file(Path(file)), str(file))
        _merge(values, _read_environment(environment or {}), "the environment")
        _merge(values, _read_flags(flags or {}), "the command line")
        return cls(**{room: _build(room, given) for room, given in values.items()})


def room_types() -> dict[str, type[Any]]:
    """Map each room's name to its settings record."""
    hints = typing.get_type_hints(Settings)
    return {field.name: hints[field.name] for field in dataclasses.fields(Settings)}


def _read_file(path: Path) -> Values:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    for room, table in tables.items():
        if not isinstance(table, dict):
            raise SettingsError(f"{path}: {room!r} must be a table of settings, as in [{room}]")
    return tables


def _read_environment(environment: Mapping[str, str]) -> Values:
    values: Values = {}
    for variable, value in environment.items():
        if not variable.startswith(PREFIX):
            continue
        room, separator, name = variable[len(PREFIX) :].lower().partition("__")
        if separator:
            values.setdefault(room, {})[name] = value
        elif room.partition("_")[0] in room_types() and "_" in room:
            wanted = variable[len(PREFIX) :].replace("_", "__", 1)
            raise SettingsError(f"{variable}: unknown; settings have two underscores after the room: {PREFIX}{wanted}")
    return values


def _read_flags(flags: Mapping[str, Any]) -> Values:
    values: Values = {}
    for key, value in flags.items():
        room, _, name = key.partition(".")
        if value is not None:
            values.setdefault(room, {})[name] = value
    return values


def _merge(values: Values, said: Values, where: str) -> None:
    rooms = room_types()
    for room, table in said.items():
        if room not in rooms:
            raise SettingsError(f"{where}: unknown room [{room}]{_suggest(room, list(rooms))}")
        known = [field.name for field in dataclasses.fields(rooms[room])]
        for name, value in table.items():
            if name not in known:
                raise SettingsError(f"{where}: unknown setting {room}.{name}{_suggest(name, known)}")
            values.setdefault(room, {})[name] = value


def _suggest(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; known are {', '.join(sorted(known))}"


def _build(room: str, given: dict[str, Any]) -> Any:
    record = room_types()[room]
    hints = typing.get_type_hints(record)
    split = {
        name: [part.strip() for part in value.split(",") if part.strip()]
        if isinstance(value, str) and typing.get_origin(hints[name]) is tuple
        else value
        for name, value in given.items()
    }
    try:
        built = TypeAdapter(record).validate_python(split)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"{room}.{name}: {first['msg']} (given: {first['input']!r})") from error
    _check_numbers(room, built, given)
    return built


def _check_numbers(room: str, built: Any, given: dict[str, Any]) -> None:
    """Refuse numbers that no setting can mean: below nothing, or nothing where the default is a count or a limit."""
    for field in dataclasses.fields(built):
        value, default = getattr(built, field.name), field.default
        if field.name not in given or isinstance(value, bool) or not isinstance(value, int | float):
            continue
        may_be_zero = default == 0 or isinstance(default, float) or field.name.startswith("min_")
        if not math.isfinite(value) or value < 0 or (value == 0 and not may_be_zero):
            raise SettingsError(f"{room}.{field.name}: {value} is too small; the default is {default}")
