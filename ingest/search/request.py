"""What a search asks for, checked. Reading it from the strings of a command line or an address is here too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, get_args

from ingest.errors import RequestError, UsageError
from ingest.search.dates import read_date
from ingest.search.expression import Expression, read_expression
from ingest.search.settings import SearchSettings

Scope = Literal["article", "title", "comments"]
Sort = Literal["relevance", "newest", "oldest"]
Duplicates = Literal["hide", "show"]
Choices = Mapping[str, tuple[str, ...]]

# Fields beside the facets that some articles have no value of.
MAY_BE_MISSING = ("url", "title", "published_at", "modified_at", "quality")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """One search; UsageError where it asks for what cannot be.

    `facet_fields` are the keyword fields of the mapping that may be filtered by and counted, `hit_fields` those that a
    hit can carry. Values of one filter are alternatives, filters add up; `missing` fields have no value. `as_of`
    searches what stood at that time, by the times of captures, `indexed_after` what was written later. `from_` is
    inclusive, `to` exclusive, all in UTC (`read_request` makes of `to=2020` the first instant of 2021). `languages` are
    language codes (none: all). `facets` are the fields to count, `fields` those of the hits (none: the usual ones),
    `significant` how many words that mark the hits are wanted. `now` is what recency is weighed against.
    """

    facet_fields: tuple[str, ...]
    hit_fields: tuple[str, ...] = ()
    q: str = ""
    in_: Scope = "article"
    filters: Choices = field(default_factory=dict)
    exclusions: Choices = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    from_: datetime | None = None
    to: datetime | None = None
    as_of: datetime | None = None
    indexed_after: datetime | None = None
    min_quality: float | None = None
    languages: tuple[str, ...] = ()
    sort: Sort = "relevance"
    duplicates: Duplicates = "hide"
    facets: tuple[str, ...] = ()
    facet_size: int | None = None
    size: int | None = None
    fields: tuple[str, ...] = ()
    timeline: bool = True
    significant: int = 0
    highlight: bool = True
    cursor: str | None = None
    now: datetime | None = None
    settings: SearchSettings = field(default_factory=SearchSettings)

    def __post_init__(self) -> None:
        """Check everything, so that whoever holds a request holds a valid one."""
        for kind, names in (("filter", self.filters), ("exclude", self.exclusions), ("facets", self.facets)):
            for name in names:
                _check_field(kind, name, self.facet_fields)
        for name in self.missing:
            _check_field("missing", name, (*self.facet_fields, *MAY_BE_MISSING))
        for name in self.fields:
            _check_field("fields", name, self.hit_fields)
        _check_choice("in", self.in_, get_args(Scope))
        _check_choice("sort", self.sort, get_args(Sort))
        _check_choice("duplicates", self.duplicates, get_args(Duplicates))
        _check_range("size", self.hits, 0, self.settings.max_size)
        values = sum(map(len, (*self.filters.values(), *self.exclusions.values())))
        _check_range("filter values", values, 0, self.settings.max_filter_values)
        _check_range("facet_size", self.values, 1, self.settings.max_facet_size)
        if self.from_ is not None and self.to is not None and self.from_ >= self.to:
            raise RequestError("the search would end before it begins: from is later than to", "from")
        _check_range("significant", self.significant, 0, self.settings.max_significant)
        if self.in_ == "comments" and self.as_of is not None:
            raise RequestError("comments are kept as they stand: in=comments and as_of do not go together", "as_of")
        if self.min_quality is not None and not 0 <= self.min_quality <= 1:
            raise RequestError(f"min_quality: {self.min_quality:g} is not between 0 and 1", "min_quality")
        self.expression()

    @property
    def hits(self) -> int:
        """How many hits are asked for."""
        return self.settings.default_size if self.size is None else self.size

    @property
    def values(self) -> int:
        """How many values of each facet are asked for."""
        return self.settings.facet_size if self.facet_size is None else self.facet_size

    def expression(self) -> Expression:
        """Read the query language of `q`."""
        return _remembered_expression(self.q, self.facet_fields, self.settings)


# A request is checked, compiled, highlighted and copied for its next page: each asks for what `q` says.
_remembered_expression = lru_cache(maxsize=256)(read_expression)


def read_request(
    parameters: Iterable[tuple[str, str]],
    facet_fields: tuple[str, ...],
    settings: SearchSettings | None = None,
    hit_fields: tuple[str, ...] = (),
) -> SearchRequest:
    """Read a request from the parameters of an address: pairs of name and text, in any order.

    Names are `q`, `in`, `filter.<field>`, `exclude.<field>`, `missing.<field>` (true), `from`, `to`, `as_of`,
    `indexed_after`, `min_quality`, `language`, `sort`, `duplicates`, `facets` and `fields` (names between commas),
    `facet_size`, `timeline`, `significant`, `size`, `highlight` and `cursor`; filters and lists may repeat. Raises
    RequestError naming what is unknown or cannot be read.
    """
    given: dict[str, Any] = {}
    filters: dict[str, tuple[str, ...]] = {}
    exclusions: dict[str, tuple[str, ...]] = {}
    for name, text in parameters:
        check_text(text)
        kind, dot, subject = name.partition(".")
        if dot and kind in ("filter", "exclude"):
            chosen = filters if kind == "filter" else exclusions
            chosen[subject] = (*chosen.get(subject, ()), text)
        elif dot and kind == "missing":
            given["missing"] = (*given.get("missing", ()), *([subject] if _read_switch(name, text or "true") else ()))
        elif name in LISTS:
            key = LISTS[name]
            given[key] = (*given.get(key, ()), *(part.strip() for part in text.split(",") if part.strip()))
        elif name in _READERS:
            key, read = _READERS[name]
            given[key] = read(name, text)
        else:
            known = ", ".join(("filter.<field>", "exclude.<field>", "missing.<field>", *LISTS, *_READERS))
            raise RequestError(f"unknown parameter {name!r}; known are {known}", name)
    given |= {"filters": filters, "exclusions": exclusions, "settings": settings or SearchSettings()}
    return SearchRequest(facet_fields=facet_fields, hit_fields=hit_fields, **given)


def check_text(text: str) -> str:
    """Give a text back; raise UsageError where it is not valid Unicode, as an argument in another encoding is."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError(f"{text!r} is not valid UTF-8") from error
    return text


def split_choice(text: str) -> tuple[str, str]:
    """Split `FIELD=VALUE` at its first equals sign; raise UsageError where there is none."""
    name, found, value = check_text(text).partition("=")
    if not found or not name.strip() or not value.strip():
        raise UsageError(f"{text!r} is not FIELD=VALUE")
    return name.strip(), value.strip()


def _read_number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise RequestError(f"{name}: {text!r} is not a whole number", name) from error


def _read_share(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise RequestError(f"{name}: {text!r} is not a number", name) from error


def _read_switch(name: str, text: str) -> bool:
    switches = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
    if (value := switches.get(text.lower())) is None:
        raise RequestError(f"{name}: {text!r} is neither true nor false", name)
    return value


LISTS = {"language": "languages", "facets": "facets", "fields": "fields"}
_READERS: dict[str, tuple[str, Any]] = {
    "q": ("q", lambda _, text: text),
    "in": ("in_", lambda _, text: text),
    "from": ("from_", lambda name, text: read_date(name, text, end=False)),
    "to": ("to", lambda name, text: read_date(name, text, end=True)),
    "as_of": ("as_of", lambda name, text: read_date(name, text, end=False)),
    "indexed_after": ("indexed_after", lambda name, text: read_date(name, text, end=False)),
    "min_quality": ("min_quality", _read_share),
    "sort": ("sort", lambda _, text: text),
    "duplicates": ("duplicates", lambda _, text: text),
    "facet_size": ("facet_size", _read_number),
    "size": ("size", _read_number),
    "timeline": ("timeline", _read_switch),
    "significant": ("significant", _read_number),
    "highlight": ("highlight", _read_switch),
    "cursor": ("cursor", lambda _, text: text),
}


def _check_field(parameter: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        at = parameter if parameter in LISTS else f"{parameter}.{name}"
        raise RequestError(f"unknown field {name!r}; {parameter} takes {', '.join(known)}", at)


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise RequestError(f"{name}: {value!r} is none of {', '.join(choices)}", name)


def _check_range(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise RequestError(f"{name}: {value} is not between {least} and {most}", name)
