"""Keys checked and records as bytes, the same in every store. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from ingest.state.protocol import MAX_KEY_BYTES, Json


def check_names(kind: str, keys: Iterable[str]) -> list[str]:
    """Give the keys, each once; raise ValueError where the kind or a key is empty, too long or no Unicode text."""
    checked = list(dict.fromkeys(keys))
    for name in (kind, *checked):
        if not 0 < len(name.encode()) <= MAX_KEY_BYTES:
            raise ValueError(f"a name of 1 to {MAX_KEY_BYTES} bytes is needed, not {name[:50]!r}")
    return checked


def encode(record: Json) -> bytes:
    """Give a record's bytes, equal for equal records; raise TypeError (orjson's) where JSON cannot carry it."""
    if not isinstance(record, dict):
        raise TypeError(f"a record is a JSON object, not {type(record).__name__}")
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)


def decode(stored: bytes) -> Json:
    """Give a record back."""
    record: Json = orjson.loads(stored)
    return record
