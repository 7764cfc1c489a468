"""Loads the packaged mappings, the one place where a field is declared; says which fields are facets or stemmed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

FOLDER = "index_mappings"
FALLBACK_STEM = "und"

Properties = Mapping[str, Any]
Change = Literal["none", "additive", "reindex"]


@dataclass(frozen=True, slots=True)
class Difference:
    """How the mapping of one kind of index differs from this program's: fields by their dotted paths.

    `additive` can be taken in as it stands, `reindex` needs another index.
    """

    kind: str
    change: Change
    theirs: int
    ours: int
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexMapping:
    """One file of `index_mappings/`: the body with which Elasticsearch creates the index (`settings`, `mappings`)."""

    name: str
    body: Mapping[str, Any]

    @property
    def version(self) -> int:
        """The mapping's version: an index of another version is not written to."""
        return int(self.body["mappings"]["_meta"]["version"])

    @property
    def properties(self) -> Properties:
        """The fields by name; an object's are under its own `properties`."""
        fields: Properties = self.body["mappings"]["properties"]
        return fields

    @property
    def facets(self) -> tuple[str, ...]:
        """The keyword fields that are counted beside a search."""
        return tuple(self.body["mappings"]["_meta"].get("facets", ()))

    @property
    def stems(self) -> tuple[str, ...]:
        """The names under `stemmed.title` and `stemmed.body`, the fallback last."""
        return tuple(self.properties["stemmed"]["properties"]["body"]["properties"])


@cache
def articles_mapping() -> IndexMapping:
    """Load the mapping of articles."""
    return _load("articles")


@cache
def comments_mapping() -> IndexMapping:
    """Load the mapping of comments."""
    return _load("comments")


@cache
def stem_of(language: str) -> str:
    """Name the stemmed field of a language code: its own, one it shares (`cjk` for `ja`), or the fallback `und`."""
    mapping = articles_mapping()
    stem = mapping.body["mappings"]["_meta"]["stemmed_as"].get(language, language)
    return stem if stem in mapping.stems else FALLBACK_STEM


def walk_fields(properties: Properties, prefix: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each field's dotted path and declaration; of objects only those that are stored whole are named."""
    for name, declaration in properties.items():
        if "properties" in declaration:
            yield from walk_fields(declaration["properties"], f"{prefix}{name}.")
        else:
            yield prefix + name, declaration


def compare_mappings(kind: str, ours: IndexMapping, theirs: Mapping[str, Any], *, same_analysis: bool) -> Difference:
    """Say how another mapping (`properties`, `_meta`) differs from ours; new fields alone are an additive change."""
    mine = dict(walk_fields(ours.properties))
    held = dict(walk_fields(theirs["properties"]))
    changed = tuple(sorted(path for path in mine.keys() & held.keys() if _normal(mine[path]) != _normal(held[path])))
    added, removed = tuple(sorted(mine.keys() - held.keys())), tuple(sorted(held.keys() - mine.keys()))
    version = int(theirs["_meta"]["version"])
    change: Change = "none"
    if changed or removed or not same_analysis:
        change = "reindex"
    elif added or version != ours.version:
        change = "additive"
    return Difference(kind, change, version, ours.version, added, changed, removed)


def _normal(declaration: Mapping[str, Any]) -> dict[str, str]:
    """Write a declaration's values as text: an index gives some of them back as such."""
    return {key: json.dumps(value, sort_keys=True).strip('"') for key, value in declaration.items()}


def _load(name: str) -> IndexMapping:
    text = (_folder() / f"{name}.json").read_text(encoding="utf-8")
    return IndexMapping(name, json.loads(text))


def _folder() -> Traversable:
    packaged = files("ingest") / FOLDER
    return packaged if packaged.is_dir() else Path(str(files("ingest"))).parent / FOLDER
