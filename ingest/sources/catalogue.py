"""`sources.toml`: what is collected regularly, from where, and how politely."""

from __future__ import annotations

import dataclasses
import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import TypeAdapter, ValidationError

from ingest.errors import SettingsError, UsageError

Kind = Literal["files", "drop", "csv", "warc", "feed", "sitemap", "page"]
Follow = Literal["auto", "always", "never"]

WEB_KINDS = frozenset({"feed", "sitemap", "page"})
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
    """How a source's servers are treated; what robots.txt asks for counts where it asks for more.

    Attributes:
        delay: Pause between two requests to one host (`2s`); empty for the setting's.
        at_once: Requests to one host at the same time.
    """

    delay: str = ""
    at_once: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is taken of a source in one go.

    Attributes:
        items: Most articles of one poll; 0 for the setting's.
        bytes: Largest answer, in bytes; 0 for the setting's.
    """

    items: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source.

    Attributes:
        name: Its name in reports, in the index and on the command line.
        kind: files, drop, csv, warc, feed, sitemap or page.
        url: Where it is on the web.
        path: Where it is in the file system: a file, a folder or a glob.
        schedule: How often it is looked at (`15m`, `6h`, `1d`); `adaptive` follows what it brings.
        publisher: Who publishes it; counts as given.
        language: Its language in ISO 639-1: a hint for texts that say too little.
        follow: Whether a feed's items are taken from the pages that they link to: `auto` takes the text that the feed
            holds where it is a whole article.
        columns: For csv: which column is a document's `text`, `html`, `url`, `title`, `published_at` and so on.
        delimiter: For csv: what separates columns; empty to find out.
        politeness: How its servers are treated.
        limits: How much is taken.
        enabled: Whether it is looked at.
    """

    name: str
    kind: Kind
    url: str = ""
    path: str = ""
    schedule: str = "adaptive"
    publisher: str = ""
    language: str = ""
    follow: Follow = "auto"
    columns: Mapping[str, str] = field(default_factory=dict)
    delimiter: str = ""
    politeness: Politeness = field(default_factory=Politeness)
    limits: Limits = field(default_factory=Limits)
    enabled: bool = True

    @property
    def on_the_web(self) -> bool:
        """Whether it is fetched over HTTP."""
        return self.kind in WEB_KINDS

    @property
    def every_seconds(self) -> float | None:
        """The schedule in seconds; None where it is adaptive."""
        return None if self.schedule == "adaptive" else read_duration(self.schedule)


def read_duration(text: str) -> float:
    """Read `90s`, `15m`, `6h`, `1d`, `2w` as seconds; raise SettingsError for anything else."""
    found = _DURATION.fullmatch(text.strip())
    if not found or float(found[1]) <= 0:
        raise SettingsError(f"{text!r} is no duration; write 90s, 15m, 6h, 1d or 2w")
    return float(found[1]) * UNITS[found[2]]


def load_sources(file: str | Path) -> list[Source]:
    """Read a catalogue, in its order; none where there is no file. Raises SettingsError naming the source at fault."""
    path = Path(file)
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    entries = tables.pop("source", [])
    if tables or not isinstance(entries, list):
        raise SettingsError(f"{path}: only [[source]] tables are known, not {', '.join(tables) or '[source]'}")
    sources = [read_source(entry, f"{path}: source {number}") for number, entry in enumerate(entries, start=1)]
    _check_names(sources, path)
    return sources


def read_source(entry: Any, where: str) -> Source:
    """Make a source of its table; raise SettingsError where it says what no source can mean."""
    if not isinstance(entry, dict):
        raise SettingsError(f"{where}: a table is needed, [[source]]")
    where = f"{where} ({entry['name']})" if isinstance(entry.get("name"), str) else where
    _check_keys(entry, Source, where)
    for name, record in (("politeness", Politeness), ("limits", Limits)):
        if isinstance(entry.get(name), dict):
            _check_keys(entry[name], record, f"{where}: {name}")
    try:
        source = TypeAdapter(Source).validate_python(entry)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"{where}: {place}: {first['msg']}") from error
    _check_source(source, where)
    return source


def _check_keys(entry: Mapping[str, Any], record: type[Any], where: str) -> None:
    known = [each.name for each in dataclasses.fields(record)]
    for key in entry:
        if key not in known:
            close = difflib.get_close_matches(str(key), known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"
            raise SettingsError(f"{where}: unknown key {key!r}; {hint}")


def _check_source(source: Source, where: str) -> None:
    if not re.fullmatch(r"[\w][\w.-]{0,99}", source.name):
        raise SettingsError(f"{where}: a name of letters, digits, dots, hyphens and underscores is needed")
    wanted, other = ("url", "path") if source.on_the_web else ("path", "url")
    if not getattr(source, wanted) or getattr(source, other):
        raise SettingsError(f"{where}: a {source.kind} source has a {wanted} and no {other}")
    if source.kind == "csv" and not {"text", "html"} & set(source.columns):
        raise SettingsError(f"{where}: columns must say which column is the text (or html)")
    if source.politeness.at_once < 1 or min(source.limits.items, source.limits.bytes) < 0:
        raise SettingsError(f"{where}: politeness and limits count upwards from 1")
    for duration in (source.schedule if source.schedule != "adaptive" else "", source.politeness.delay):
        if duration:
            try:
                read_duration(duration)
            except SettingsError as error:
                raise SettingsError(f"{where}: {error}") from error


def _check_names(sources: Sequence[Source], path: Path) -> None:
    names = [source.name for source in sources]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise SettingsError(f"{path}: more than one source is called {', '.join(twice)}")


def add_sources(file: str | Path, new: Sequence[Source]) -> None:
    """Write sources to the end of a catalogue, in one step; raise UsageError for a name that is taken."""
    path = Path(file)
    taken = {source.name for source in load_sources(path)}
    for source in new:
        if source.name in taken:
            raise UsageError(f"{path}: there is a source called {source.name} already")
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


def is_kind(text: str) -> bool:
    """Tell whether a word names a kind of source."""
    return text in get_args(Kind)
