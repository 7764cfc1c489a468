"""`sources.toml`: what is collected regularly, from where, when, and how politely."""

from __future__ import annotations

import dataclasses
import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError

from ingest.errors import SettingsError
from ingest.sources.cron import read_cron

Kind = Literal["files", "drop", "csv", "warc", "feed", "sitemap", "page"]
Follow = Literal["auto", "always", "never"]
Record = TypeVar("Record", "Source", "Group")

WEB_KINDS = frozenset({"feed", "sitemap", "page"})
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_GROUP = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")  # what Airflow allows in the name of a DAG, without dots
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
        group: The group that says when it is asked for; empty for none, which is every five minutes.
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
    group: str = ""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Sources that are asked for together, at times of their own.

    Attributes:
        name: What sources call it, and the end of its DAG's name.
        schedule: When it is asked which of its sources are due: five fields of cron, in UTC.
        description: What it is, for people.
    """

    name: str
    schedule: str
    description: str = ""


# To make one costs milliseconds, and a catalogue may have thousands of sources.
_ADAPTERS: Mapping[type[Any], TypeAdapter[Any]] = {each: TypeAdapter(each) for each in (Source, Group)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What a `sources.toml` says, in its order."""

    groups: tuple[Group, ...] = ()
    sources: tuple[Source, ...] = ()


def read_duration(text: str) -> float:
    """Read `90s`, `15m`, `6h`, `1d`, `2w` as seconds; raise SettingsError for anything else."""
    found = _DURATION.fullmatch(text.strip())
    if not found or float(found[1]) <= 0:
        raise SettingsError(f"{text!r} is no duration; write 90s, 15m, 6h, 1d or 2w")
    return float(found[1]) * UNITS[found[2]]


def load_sources(file: str | Path) -> list[Source]:
    """Read the sources of a catalogue, in its order; as `load_catalogue` does."""
    return list(load_catalogue(file).sources)


def load_groups(file: str | Path) -> tuple[Group, ...]:
    """Read the groups of a catalogue alone: what is wrong with a source is not told. Otherwise as `load_catalogue`."""
    path = Path(file)
    entries, _ = _read_tables(path)
    return _read_groups(entries, path)


def load_catalogue(file: str | Path) -> Catalogue:
    """Read a catalogue; an empty one where there is no file. Raises SettingsError naming what is at fault."""
    path = Path(file)
    group_entries, source_entries = _read_tables(path)
    groups = _read_groups(group_entries, path)
    sources = tuple(
        read_source(entry, f"{path}: source {number}") for number, entry in enumerate(source_entries, start=1)
    )
    _check_names("source", [each.name for each in sources], path)
    _check_groups(sources, groups, path)
    return Catalogue(groups=groups, sources=sources)


def _read_groups(entries: list[Any], path: Path) -> tuple[Group, ...]:
    groups = tuple(read_group(entry, f"{path}: group {number}") for number, entry in enumerate(entries, start=1))
    _check_names("group", [each.name for each in groups], path)
    return groups


def _read_tables(path: Path) -> tuple[list[Any], list[Any]]:
    """Read the tables of groups and those of sources; none where there is no file."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return [], []
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    groups, sources = tables.pop("group", []), tables.pop("source", [])
    if tables or not isinstance(groups, list) or not isinstance(sources, list):
        told = ", ".join(tables) or "[source] or [group]"
        raise SettingsError(f"{path}: only [[source]] and [[group]] tables are known, not {told}")
    return groups, sources


def read_source(entry: Any, where: str) -> Source:
    """Make a source of its table; raise SettingsError where it says what no source can mean."""
    for name, record in (("politeness", Politeness), ("limits", Limits)):
        if isinstance(entry, dict) and isinstance(entry.get(name), dict):
            _check_keys(entry[name], record, f"{_name_place(entry, where)}: {name}")
    source = _read_record(Source, entry, where)
    _check_source(source, _name_place(entry, where))
    return source


def read_group(entry: Any, where: str) -> Group:
    """Make a group of its table; raise SettingsError for a name that no DAG can have, or a schedule that is no cron."""
    group = _read_record(Group, entry, where)
    where = _name_place(entry, where)
    if not _GROUP.fullmatch(group.name):
        raise SettingsError(
            f"{where}: a name of at most 100 letters (a to z), digits, hyphens and underscores is needed"
        )
    try:
        read_cron(group.schedule)
    except SettingsError as error:
        raise SettingsError(f"{where}: schedule: {error}") from error
    return group


def _read_record(record: type[Record], entry: Any, where: str) -> Record:
    if not isinstance(entry, dict):
        raise SettingsError(f"{where}: a table is needed, [[{record.__name__.lower()}]]")
    where = _name_place(entry, where)
    _check_keys(entry, record, where)
    try:
        read: Record = _ADAPTERS[record].validate_python(entry)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"{where}: {place}: {first['msg']}") from error
    return read


def _name_place(entry: Any, where: str) -> str:
    named = isinstance(entry, dict) and isinstance(entry.get("name"), str)
    return f"{where} ({entry['name']})" if named else where


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


def _check_names(kind: str, names: Sequence[str], path: Path) -> None:
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise SettingsError(f"{path}: more than one {kind} is called {', '.join(twice)}")


def _check_groups(sources: Sequence[Source], groups: Sequence[Group], path: Path) -> None:
    declared = [group.name for group in groups]
    for number, source in enumerate(sources, start=1):
        if source.group and source.group not in declared:
            raise SettingsError(f"{path}: source {number} ({source.name}): {tell_no_group(source.group, declared)}")


def tell_no_group(name: str, declared: Sequence[str]) -> str:
    """Say that there is no group of a name, and what somebody may have meant."""
    close = difflib.get_close_matches(name, declared, n=1)
    known = f"declared are {', '.join(declared)}" if declared else "none is declared"
    return f"there is no [[group]] called {name}; {f'did you mean {close[0]}?' if close else known}"


def is_kind(text: str) -> bool:
    """Tell whether a word names a kind of source."""
    return text in get_args(Kind)
