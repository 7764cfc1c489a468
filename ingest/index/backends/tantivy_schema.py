"""The mapping as a tantivy schema, and a document as what that schema takes.

Every field of the mapping is there by its dotted path. The stemmed fields of all languages share two fields, their
terms told apart by the analyzer's name: `stemmed_title`, and `stemmed_all`, in which the title stands twice before the
body, so that a plain BM25 over it is BM25F with a title that counts twice. The document itself is stored as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import orjson
import tantivy

from ingest.index.backends.tantivy_analysis import exact_analyzer, stem_analyzer
from ingest.index.backends.tantivy_orders import NEWEST, OLDEST, order_keys, read_time
from ingest.index.mapping import IndexMapping, walk_fields
from ingest.index.protocol import Document

# Raised when an index of an older layout can no longer be read.
FORMAT = 1
TITLE_WEIGHT = 2
SOURCE = "_source"
VERSION = "_version"
STEMMED_TITLE = "stemmed_title"
STEMMED_ALL = "stemmed_all"
STEMMED_COMMENTS = "stemmed_comments"
STEMMED_PRESENT = "_stemmed"
# Comments as they are: under this path in the mapping too.
EXACT_COMMENTS = "stemmed.comments.exact"
STEMMED = "stemmed."
UNTOKENIZED = "raw"
SPACES = "spaces"

_LONG = 1 << 63
_INTEGER = 1 << 31


class RefusedError(Exception):
    """A document does not fit the mapping; `kind` is the error type that Elasticsearch gives."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


Add = Callable[[tantivy.Document, str, Any], None]


class MappedSchema:
    """The schema of one mapping; `fields` names the type of each path that can be searched."""

    def __init__(self, mapping: IndexMapping) -> None:
        self._mapping = mapping
        self._declared = dict(walk_fields(mapping.properties))
        self.fields = {
            path: str(declared["type"])
            for path, declared in self._declared.items()
            if _is_searchable(declared) and (not path.startswith(STEMMED) or path == EXACT_COMMENTS)
        }

    @cached_property
    def schema(self) -> tantivy.Schema:
        """Give tantivy's schema."""
        builder = tantivy.SchemaBuilder()
        for path, kind in self.fields.items():
            _FIELDS[kind](builder, path)
        builder.add_bytes_field(SOURCE, stored=True)
        builder.add_integer_field(VERSION, stored=True)
        for name in (STEMMED_TITLE, STEMMED_ALL, STEMMED_COMMENTS):
            builder.add_text_field(name, tokenizer_name=SPACES, index_option="freq")
        builder.add_text_field(STEMMED_PRESENT, tokenizer_name=UNTOKENIZED, index_option="basic")
        for name in (NEWEST, OLDEST):
            builder.add_text_field(name, fast=True, tokenizer_name=UNTOKENIZED, index_option="basic")
        return builder.build()

    def analyzer_of(self, stem: str) -> str:
        """Name the analyzer of `stemmed.body.<stem>`; KeyError where the mapping has none."""
        return str(self._declared[f"{STEMMED}body.{stem}"]["analyzer"])

    def to_tantivy(self, document: Document, version: int) -> tantivy.Document:
        """Convert a document; raise RefusedError where it does not fit the mapping."""
        target = tantivy.Document()
        for path, value in self._flatten(document, self._mapping.properties, ""):
            self._add(target, path, value)
        self._add_stemmed(target, document.get("stemmed") or {})
        for name, key in order_keys(document).items():
            target.add_text(name, key)
        target.add_bytes(SOURCE, _to_json({key: value for key, value in document.items() if key != "stemmed"}))
        target.add_integer(VERSION, version)
        return target

    def _flatten(self, value: Any, properties: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
        for key, part in value.items():
            if (declared := properties.get(key)) is None:
                where = prefix.rstrip(".") or "_doc"
                message = f"mapping set to strict, dynamic introduction of [{key}] within [{where}] is not allowed"
                raise RefusedError("strict_dynamic_mapping_exception", message)
            for single in part if isinstance(part, list | tuple) else (part,):
                if single is None or declared.get("enabled") is False:
                    continue
                if "properties" not in declared:
                    yield prefix + key, single
                elif isinstance(single, dict):
                    yield from self._flatten(single, declared["properties"], f"{prefix}{key}.")
                else:
                    raise RefusedError("document_parsing_exception", f"object mapping for [{prefix}{key}] got a value")

    def _add(self, target: tantivy.Document, path: str, value: Any) -> None:
        kind = self.fields.get(path)
        if kind is None:
            return
        try:
            _VALUES[kind](target, path, value)
        except (TypeError, ValueError, OverflowError) as error:
            if not self._declared[path].get("ignore_malformed"):
                message = f"failed to parse field [{path}] of type [{kind}]: {error}"
                raise RefusedError("document_parsing_exception", message) from error

    def _add_stemmed(self, target: tantivy.Document, stemmed: Mapping[str, Mapping[str, Any]]) -> None:
        titles, bodies, comments = (stemmed.get(name, {}) for name in ("title", "body", "comments"))
        for stem in {**titles, **bodies, **comments}:
            if stem == EXACT_COMMENTS.rpartition(".")[2]:
                continue
            analyzer = stem_analyzer(self.analyzer_of(stem))
            title, body = analyzer.join(titles.get(stem, "")), analyzer.join(bodies.get(stem, ""))
            said = " ".join(map(analyzer.join, comments.get(stem, ())))
            target.add_text(STEMMED_TITLE, title)
            target.add_text(STEMMED_ALL, " ".join((*[title] * TITLE_WEIGHT, body)))
            if said:
                target.add_text(STEMMED_COMMENTS, said)
            for name, terms in (("title", title), ("body", body), ("comments", said)):
                if terms:
                    target.add_text(STEMMED_PRESENT, f"{STEMMED}{name}.{stem}")
        for text in comments.get(EXACT_COMMENTS.rpartition(".")[2], ()):
            target.add_text(EXACT_COMMENTS, exact_analyzer().join(text))


def _is_searchable(declared: Mapping[str, Any]) -> bool:
    return declared.get("index", True) and declared.get("enabled", True) and declared["type"] in _FIELDS


def _to_json(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError as error:
        raise RefusedError("document_parsing_exception", f"failed to parse: {error}") from error


def _add_keyword(target: tantivy.Document, path: str, value: Any) -> None:
    text = _to_text(value)
    if len(text) <= 8191:
        target.add_text(path, text)


def _to_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no text")


def _add_whole(target: tantivy.Document, path: str, value: Any, limit: int) -> None:
    number = int(value)
    if isinstance(value, bool) or not -limit <= number < limit:
        raise ValueError(f"{value!r} is out of range")
    target.add_integer(path, number)


def _add_boolean(target: tantivy.Document, path: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    target.add_boolean(path, value)


def _add_date(target: tantivy.Document, path: str, value: Any) -> None:
    target.add_date(path, read_time(value))


_VALUES: dict[str, Add] = {
    "keyword": _add_keyword,
    "text": lambda target, path, value: target.add_text(path, exact_analyzer().join(_to_text(value))),
    "boolean": _add_boolean,
    "long": lambda target, path, value: _add_whole(target, path, value, _LONG),
    "integer": lambda target, path, value: _add_whole(target, path, value, _INTEGER),
    "float": lambda target, path, value: target.add_float(path, float(value)),
    "date": _add_date,
}


def _declare_keyword(builder: tantivy.SchemaBuilder, path: str) -> None:
    builder.add_text_field(path, fast=True, tokenizer_name=UNTOKENIZED, index_option="basic", stored=path == "id")


def _declare_text(builder: tantivy.SchemaBuilder, path: str) -> None:
    builder.add_text_field(path, tokenizer_name=SPACES, index_option="position")


def _declare_whole(builder: tantivy.SchemaBuilder, path: str) -> None:
    builder.add_integer_field(path, indexed=True, fast=True)


_FIELDS: dict[str, Callable[[tantivy.SchemaBuilder, str], object]] = {
    "keyword": _declare_keyword,
    "text": _declare_text,
    "boolean": lambda builder, path: builder.add_boolean_field(path, indexed=True, fast=True),
    "long": _declare_whole,
    "integer": _declare_whole,
    "float": lambda builder, path: builder.add_float_field(path, indexed=True, fast=True),
    "date": lambda builder, path: builder.add_date_field(path, indexed=True, fast=True),
}
