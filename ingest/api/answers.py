"""Answers that a caller may keep as long as they stay the same: an entity tag, and 304 where it still fits."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import orjson
from fastapi import Request, Response

# Kept, and asked after each time: an index changes when it likes. What a key may read is for that caller alone.
CACHE = {"cache-control": "private, no-cache", "vary": "Authorization, X-API-Key"}
FINGERPRINTED = {"cache-control": "public, max-age=31536000, immutable"}


def answer_json(request: Request, value: Any) -> Response:
    """Answer with a value as JSON."""
    return answer(request, encode_json(value), "application/json")


def encode_json(value: Any) -> bytes:
    """Write JSON in UTF-8; escaped where a string holds a lone surrogate, as an original may."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value).encode("ascii")


def answer(request: Request, body: bytes, media_type: str) -> Response:
    """Answer with a body, or with 304 where the caller says that it has this one."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**CACHE, "etag": tag}
    if fits(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def fits(header: str, tag: str) -> bool:
    """Tell whether an If-None-Match header names a tag; weak ones compare as the strong ones do."""
    named = [part.strip().removeprefix("W/") for part in header.split(",")]
    return "*" in named or tag in named
