"""One line of a JSON-lines file: parsed, checked key by key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import orjson

from ingest.errors import MalformedInput
from ingest.model import ContentKind, Given


@dataclass(frozen=True, slots=True)
class Line:
    """What a line holds: the text or HTML, and what it says of the document."""

    kind: ContentKind
    text: str
    given: Given


def is_json_object(line: bytes) -> bool:
    """Tell whether a line is a whole JSON object."""
    if not line.startswith(b"{"):
        return False
    try:
        return isinstance(_parse(line.decode("utf-8", "replace")), dict)
    except (ValueError, RecursionError):
        return False


def parse_line(line: str, origin: str) -> Line:
    """Read a line; raise MalformedInput with its origin and the key at fault.

    Where both `text` and `html` are given, `text` counts: it is what somebody already took from the page.
    """
    try:
        value = _parse(line)
    except (ValueError, RecursionError) as error:
        raise MalformedInput(f"{origin}: not valid JSON: {error}") from error
    if not isinstance(value, dict):
        raise MalformedInput(f"{origin}: a JSON object is needed, not {_name(value)}")
    text, html = _string(value, "text", origin), _string(value, "html", origin)
    if text is None and html is None:
        raise MalformedInput(f"{origin}: neither 'text' nor 'html' is given")
    given = Given(
        id=_identifier(value, "id", origin),
        url=_string(value, "url", origin),
        title=_string(value, "title", origin),
        publisher=_string(value, "publisher", origin),
        source=_string(value, "source", origin),
        published_at=_string(value, "published_at", origin),
        fetched_at=_string(value, "fetched_at", origin),
        authors=_strings(value, "authors", origin),
    )
    if text or html is None:
        return Line("text", text or "", given)
    return Line("html", html, given)


def _parse(line: str) -> Any:
    """Parse by orjson; what it refuses (lone surrogate escapes, which are kept) by the standard library."""
    try:
        return orjson.loads(line)
    except (ValueError, UnicodeError):
        return json.loads(line)


def _string(value: dict[str, Any], key: str, origin: str) -> str | None:
    found = value.get(key)
    if found is None or isinstance(found, str):
        return found
    raise MalformedInput(f"{origin}: {key!r} must be a string, not {_name(found)}")


def _identifier(value: dict[str, Any], key: str, origin: str) -> str | None:
    """Read a string or a whole number: databases number their articles."""
    found = value.get(key)
    return str(found) if type(found) is int else _string(value, key, origin)


def _strings(value: dict[str, Any], key: str, origin: str) -> tuple[str, ...]:
    found = value.get(key)
    if found is None:
        return ()
    if isinstance(found, str):
        return (found,)
    if isinstance(found, list) and all(isinstance(item, str) for item in found):
        return tuple(found)
    raise MalformedInput(f"{origin}: {key!r} must be a string or a list of strings")


def _name(value: object) -> str:
    names = {list: "a list", dict: "an object", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
