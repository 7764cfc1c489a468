"""One frozen Settings, read once at the edge: defaults < broadsheet.toml < environment < flags.

Each room declares its own record with its defaults; this module only composes and checks them.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import tomllib
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ingest.api.settings import ApiSettings
from ingest.batching import RunSettings
from ingest.clean.learned.settings import LearnSettings
from ingest.clean.settings import CleanSettings
from ingest.dedup.settings import DedupSettings
from ingest.enrich.settings import EnrichSettings
from ingest.errors import SettingsError
from ingest.events.settings import EventSettings
from ingest.extract.settings import ExtractSettings
from ingest.index.settings import IndexSettings
from ingest.isolation import IsolationSettings
from ingest.lake.settings import LakeSettings
from ingest.network.settings import NetworkSettings
from ingest.search.settings import SearchSettings
from ingest.sources.settings import SourcesSettings
from ingest.sources.topics.settings import StreamSettings
from ingest.state.settings import StateSettings
from ingest.telemetry.settings import TelemetrySettings

PREFIX = "BROADSHEET_"
FILE = "broadsheet.toml"

Values = dict[str, Any]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every room's settings; see docs/configuration.md."""

    run: RunSettings = dataclasses.field(default_factory=RunSettings)
    network: NetworkSettings = dataclasses.field(default_factory=NetworkSettings)
    sources: SourcesSettings = dataclasses.field(default_factory=SourcesSettings)
    lake: LakeSettings = dataclasses.field(default_factory=LakeSettings)
    extract: ExtractSettings = dataclasses.field(default_factory=ExtractSettings)
    isolation: IsolationSettings = dataclasses.field(default_factory=IsolationSettings)
    clean: CleanSettings = dataclasses.field(default_factory=CleanSettings)
    learn: LearnSettings = dataclasses.field(default_factory=LearnSettings)
    dedup: DedupSettings = dataclasses.field(default_factory=DedupSettings)
    enrich: EnrichSettings = dataclasses.field(default_factory=EnrichSettings)
    events: EventSettings = dataclasses.field(default_factory=EventSettings)
    index: IndexSettings = dataclasses.field(default_factory=IndexSettings)
    search: SearchSettings = dataclasses.field(default_factory=SearchSettings)
    api: ApiSettings = dataclasses.field(default_factory=ApiSettings)
    state: StateSettings = dataclasses.field(default_factory=StateSettings)
    stream: StreamSettings = dataclasses.field(default_factory=StreamSettings)
    telemetry: TelemetrySettings = dataclasses.field(default_factory=TelemetrySettings)

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
        `file` is a TOML file with a table a room. A room may hold records of its own (`enrich.language.enabled`,
        `[enrich.language]`, `BROADSHEET_ENRICH__LANGUAGE__ENABLED`).
        """
        values: Values = {}
        if file is not None:
            _merge(values, _read_file(Path(file)), str(file))
        _merge(values, _read_environment(environment or {}), "the environment")
        _merge(values, _read_flags(flags or {}), "the command line")
        return cls(**{room: _build(room, given) for room, given in values.items()})


def secret_values(settings: Settings) -> list[str]:
    """List the values that must never be shown: those of the fields that a record's own text leaves out."""
    return [str(value) for value in _secrets_in(settings) if value]


def _secrets_in(record: Any) -> Iterator[Any]:
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if not field.repr:
            yield value
        elif dataclasses.is_dataclass(value):
            yield from _secrets_in(value)


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
            _put(values, (room, *name.split("__")), value)
        elif room.partition("_")[0] in room_types() and "_" in room:
            wanted = variable[len(PREFIX) :].replace("_", "__", 1)
            raise SettingsError(f"{variable}: unknown; settings have two underscores after the room: {PREFIX}{wanted}")
    return values


def _read_flags(flags: Mapping[str, Any]) -> Values:
    values: Values = {}
    for key, value in flags.items():
        room, _, name = key.partition(".")
        if value is not None:
            _put(values, (room, *name.split(".")), value)
    return values


def _put(values: Values, path: Sequence[str], value: Any) -> None:
    *above, name = path
    for step in above:
        held = values.setdefault(step, {})
        if not isinstance(held, dict):
            raise SettingsError(f"{'.'.join(path)}: {step} is set as a value and as a table")
        values = held
    values[name] = value


def _merge(values: Values, said: Values, where: str) -> None:
    rooms = room_types()
    for room, table in said.items():
        if room not in rooms:
            raise SettingsError(f"{where}: unknown room [{room}]{_suggest(room, list(rooms))}")
        _merge_record(values.setdefault(room, {}), table, rooms[room], (where, room))


def _merge_record(values: Values, said: Values, record: type[Any], place: tuple[str, str]) -> None:
    """Take what was said of one record and of those in it; `place` is where it was said, and the path of the record."""
    where, path = place
    types = typing.get_type_hints(record)
    for name, value in said.items():
        if name not in types:
            raise SettingsError(f"{where}: unknown setting {path}.{name}{_suggest(name, list(types))}")
        if not dataclasses.is_dataclass(types[name]):
            values[name] = value
        elif isinstance(value, dict):
            _merge_record(values.setdefault(name, {}), value, types[name], (where, f"{path}.{name}"))
        else:
            raise SettingsError(f"{where}: {path}.{name} is a table of settings, as in [{path}.{name}]")


def _suggest(word: str, known: list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; known are {', '.join(sorted(known))}"


def _build(room: str, given: Values) -> Any:
    record = room_types()[room]
    try:
        built = TypeAdapter(record).validate_python(_split_lists(record, given))
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in (room, *first["loc"]))
        raise SettingsError(f"{name}: {first['msg']} (given: {first['input']!r})") from error
    _check_numbers(room, built, given)
    return built


def _split_lists(record: type[Any], given: Values) -> Values:
    """Split at its commas what was said in one string of a setting that is a list."""
    types = typing.get_type_hints(record)
    return {name: _split_list(types[name], value) for name, value in given.items()}


def _split_list(kind: Any, value: Any) -> Any:
    if dataclasses.is_dataclass(kind):
        return _split_lists(typing.cast("type[Any]", kind), value)
    if isinstance(value, str) and typing.get_origin(kind) is tuple:
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _check_numbers(path: str, built: Any, given: Values) -> None:
    """Refuse numbers that no setting can mean: below nothing, or nothing where the default is a count or a limit."""
    for field in dataclasses.fields(built):
        value, default = getattr(built, field.name), field.default
        if field.name in given and dataclasses.is_dataclass(value):
            _check_numbers(f"{path}.{field.name}", value, given[field.name])
        if field.name not in given or isinstance(value, bool) or not isinstance(value, int | float):
            continue
        may_be_zero = default == 0 or isinstance(default, float) or field.name.startswith("min_")
        may_be_zero = may_be_zero or field.metadata.get("may_be_zero", False)
        if not math.isfinite(value) or value < 0 or (value == 0 and not may_be_zero):
            raise SettingsError(f"{path}.{field.name}: {value} is too small; the default is {default}")
