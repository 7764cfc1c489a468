"""What the OpenAPI document says of each route: shapes of answers and problems, and the parameters of a search."""

from __future__ import annotations

from typing import Any

from ingest.api.problems import MEDIA_TYPE
from ingest.api.schemas import Problem
from ingest.jobs import FACETS, HIT_FIELDS, SEARCH_LIMITS

DATE = r"^(199\d|20[0-4]\d)(-(0[1-9]|1[0-2])(-(0[1-9]|1\d|2[0-8]))?)?$"
CURSOR_SCHEMA = {"type": "string", "minLength": 22, "maxLength": 32_768, "pattern": "^[A-Za-z0-9_-]+$"}
CURSOR_EXAMPLE = "HI2KL1Pt1WlyBQLnwAv4jnjajY47EsIwDETvojqFP7EdcxWGQrEl_gnYCRQMd0eGC6DijaRZ"
NO_CONTROLS = r"^[^\u0000-\u001f\u007f-\u009f]*$"
PROBLEMS: dict[int, str] = {
    400: "The request asks for what cannot be.",
    401: "A key is needed, or the one given opens nothing.",
    403: "The key has not the scope that this needs.",
    404: "There is no such article.",
    410: "The cursor is too old; begin again.",
    413: "The body is longer than it may be.",
    415: "The body is of a kind that this does not take.",
    422: "The request is not of the declared shape.",
    429: "Too many requests; Retry-After says when to go on.",
    503: "The index does not answer; Retry-After says when to come again.",
    504: "The index did not answer in time.",
}
ALWAYS = (401, 403, 429, 503, 504)


def responses(model: Any, *statuses: int, success: int = 200, description: str = "") -> dict[int | str, dict[str, Any]]:
    """Declare the shape of a good answer, and the problems that a route may answer with."""
    declared: dict[int | str, dict[str, Any]] = {success: {"model": model} if model else {}}
    if description:
        declared[success]["description"] = description
    for status in sorted({*ALWAYS, *statuses}):
        declared[status] = {
            "description": PROBLEMS[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}},
        }
    return declared


def parameter(name: str, schema: dict[str, Any], description: str, example: Any) -> dict[str, Any]:
    """Declare a parameter of the query string."""
    told = {"schema": schema, "description": description, "example": example}
    return {"name": name, "in": "query", "required": False, **told}


def one_of(*choices: str) -> dict[str, Any]:
    """Declare a choice."""
    return {"type": "string", "enum": list(choices)}


def number(least: int, most: int) -> dict[str, Any]:
    """Declare a whole number."""
    return {"type": "integer", "minimum": least, "maximum": most}


def search_parameters(*, paged: bool = True) -> dict[str, Any]:
    """Declare the parameters of a search; `paged` ones have hits, facets and highlights."""
    selecting = [*word_parameters(), *choice_parameters(), *date_parameters(), cursor_parameter()]
    return {"parameters": selecting + (page_parameters() if paged else [])}


def word_parameters() -> list[dict[str, Any]]:
    """Declare what is looked for, and where."""
    words = {"type": "string", "maxLength": SEARCH_LIMITS.max_query_characters, "pattern": NO_CONTROLS}
    language = {"type": "string", "pattern": "^[a-z]{2}$"}
    told = 'Words, "exact phrases", AND OR NOT, minus, field:value, prefix*.'
    return [
        parameter("q", words, told, "harbour -strike"),
        parameter("in", one_of("article", "title", "comments"), "Where words are looked for.", "article"),
        parameter("language", language, "Only this language.", "en"),
        parameter("sort", one_of("relevance", "newest", "oldest"), "The order of hits.", "newest"),
        parameter(
            "duplicates", one_of("hide", "show"), "Whether copies are listed beside their canonical one.", "hide"
        ),
    ]


def choice_parameters() -> list[dict[str, Any]]:
    """Declare the filters and exclusions of each facet."""
    text = {"type": "string", "minLength": 1, "maxLength": 200}
    values = {"type": "array", "items": text, "maxItems": 5}
    kinds = (("filter", "Only this {}; repeated values are alternatives."), ("exclude", "Not this {}."))
    chosen = [parameter(f"{kind}.{name}", values, told.format(name), []) for kind, told in kinds for name in FACETS]
    switch, share = {"type": "boolean"}, {"type": "number", "minimum": 0, "maximum": 1}
    missing = [parameter(f"missing.{name}", switch, f"Only without any {name}.", False) for name in FACETS]
    return [*chosen, *missing, parameter("min_quality", share, "Only of this quality or better.", 0.5)]


def date_parameters() -> list[dict[str, Any]]:
    """Declare the bounds in time."""
    date = {"type": "string", "pattern": DATE}
    return [
        parameter("from", date, "Published on or after: a year, month, day or time (UTC).", "2019"),
        parameter("to", date, "Published on or before.", "2024-06"),
        parameter("indexed_after", date, "Written to the index after this time.", "2026-01-01"),
        parameter("as_of", date, "What stood at this time, by the times of captures.", "2026-01-01"),
    ]


def cursor_parameter() -> dict[str, Any]:
    """Declare where the next page begins: an answer's own word, which nobody can make up."""
    told = "The `next` of an answer to the same search: what follows it. 400 where it is none, 410 where it is too old."
    return parameter("cursor", CURSOR_SCHEMA, told, CURSOR_EXAMPLE)


def page_parameters() -> list[dict[str, Any]]:
    """Declare what a page of hits may hold."""
    facets = {"type": "array", "items": one_of(*FACETS), "maxItems": 6}
    fields = {"type": "array", "items": one_of(*HIT_FIELDS), "maxItems": len(HIT_FIELDS)}
    return [
        parameter("facets", facets, "Fields whose values are counted.", ["publisher", "language"]),
        parameter("facet_size", number(1, SEARCH_LIMITS.max_facet_size), "Values of each facet.", 10),
        parameter("timeline", {"type": "boolean"}, "Whether articles are counted in time.", True),
        parameter("significant", number(0, SEARCH_LIMITS.max_significant), "How many words that mark the hits.", 10),
        parameter("fields", fields, "What each hit carries beside its id (see docs/fields.md).", ["title", "url"]),
        parameter("size", number(0, SEARCH_LIMITS.max_size), "Hits of a page.", 10),
        parameter("highlight", {"type": "boolean"}, "Whether matches are marked.", True),
    ]
