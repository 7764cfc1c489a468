"""Chrome rules as data: their record, loading and checking. The rules themselves are in rules/*.toml."""

from __future__ import annotations

import dataclasses
import hashlib
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

from ingest.model import SpanClass

Scope = Literal["line", "span", "block"]
Zone = Literal["head", "body", "tail", "any"]
_CHOICES: dict[str, tuple[str, ...]] = {"scope": get_args(Scope), "zone": get_args(Zone)}


class RuleError(ValueError):
    """A rule of the pack is malformed: a fault of the package, found when it is loaded."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One chrome rule.

    `scope`: `line` takes a line that a pattern matches whole, `span` takes what a pattern finds within a line,
    `block` takes a line matched whole and the lines under it, at most `max_lines`. A pattern's named group `cut`
    narrows what is taken; `count`, `page`, `pages`, `rating` and `more` are read. `zone` says where it may fire;
    `unless` are patterns that must not occur in the line; lengths are of the line, in characters, and `max_cut`
    that of what is taken. `opens` marks a header of a comment thread. `strict` rules also fire on text taken from
    HTML. `case` makes the patterns tell capitals from small letters.
    """

    id: str
    span_class: SpanClass
    scope: Scope
    patterns: tuple[str, ...]
    reason: str
    strips: str
    keeps: str
    zone: Zone = "any"
    unless: tuple[str, ...] = ()
    min_length: int = 0
    max_length: int = 100_000
    max_lines: int = 40
    max_cut: int = 100_000
    opens: bool = False
    strict: bool = False
    case: bool = False


def load_rules() -> tuple[Rule, ...]:
    """Load and check the packaged rules, in the order of their files and places; once per process."""
    return parse_rules(_read_pack())


@cache
def rules_version(accepted: str = "") -> str:
    """Give the digest of the rule pack: 16 hexadecimal digits that change with any rule and any weight of the model.

    `accepted` is the digest of rules that one publisher has besides; its documents alone have another version then.
    """
    weights = (resources.files("ingest.clean") / "change_point.json").read_text(encoding="utf-8")
    pack = "\0".join(f"{name}\0{text}" for name, text in (*_read_pack(), ("change_point.json", weights)))
    return hashlib.sha256(f"{pack}\0{accepted}".encode() if accepted else pack.encode()).hexdigest()[:16]


def pack_version() -> str:
    """Give the digest of the rules alone, which the model is fitted beside: 16 hexadecimal digits."""
    pack = "\0".join(f"{name}\0{text}" for name, text in _read_pack())
    return hashlib.sha256(pack.encode()).hexdigest()[:16]


@cache
def _read_pack() -> tuple[tuple[str, str], ...]:
    folder = resources.files("ingest.clean") / "rules"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple((file.name, file.read_text(encoding="utf-8")) for file in files)


@cache
def parse_rules(pack: Iterable[tuple[str, str]]) -> tuple[Rule, ...]:
    """Read rules from TOML texts by file name; raise RuleError naming the file and the rule at fault."""
    rules = [_parse_rule(name, entry) for name, text in pack for entry in tomllib.loads(text).get("rule", [])]
    ids = [rule.id for rule in rules]
    if twice := {each for each in ids if ids.count(each) > 1}:
        raise RuleError(f"rules defined twice: {', '.join(sorted(twice))}")
    return tuple(rules)


def _parse_rule(file: str, entry: dict[str, Any]) -> Rule:
    where = f"{file}: rule {entry.get('id', '?')}"
    values = {"span_class" if key == "class" else key: value for key, value in entry.items()}
    fields = {field.name: field for field in dataclasses.fields(Rule)}
    if unknown := values.keys() - fields.keys():
        raise RuleError(f"{where}: unknown keys {sorted(unknown)}")
    missing = {name for name, field in fields.items() if field.default is dataclasses.MISSING} - values.keys()
    if missing:
        raise RuleError(f"{where}: missing keys {sorted(missing)}")
    checked: dict[str, Any] = {key: _check(where, key, value, str(fields[key].type)) for key, value in values.items()}
    return Rule(**checked)


def _check(where: str, key: str, value: object, declared: str) -> object:
    """Bring a TOML value to its field's type."""
    if key == "span_class":
        return _span_class(where, value)
    if key in _CHOICES and value not in _CHOICES[key]:
        raise RuleError(f"{where}: {key} is {value!r}, not one of {_CHOICES[key]}")
    if declared.startswith("tuple"):
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            raise RuleError(f"{where}: {key} is not a list of strings")
        return tuple(value)
    wanted: type = {"int": int, "bool": bool}.get(declared, str)
    if type(value) is not wanted:
        raise RuleError(f"{where}: {key} is not of type {wanted.__name__}")
    return value


def _span_class(where: str, value: object) -> SpanClass:
    try:
        return SpanClass(str(value))
    except ValueError:
        raise RuleError(f"{where}: {value!r} is no class of span") from None
