"""Cursors: where a walk over a search's hits stands, as an opaque signed text that only we can make. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field, fields
from typing import Any

from ingest.errors import RequestError
from ingest.search.request import SearchRequest

CURSOR = "cursor"
FORMAT = 1
MAC_BYTES = 16
LONGEST = 32_768
# What may change from page to page: it neither selects nor orders.
_FREE = ("cursor", "size", "facets", "facet_size", "highlight", "fields", "timeline", "significant", "settings", "now")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where the next page begins.

    `stems` are the fields that the first page was searched in. `snapshot` is what the backend holds for this walk, None
    before the second page, or where the order needs none. `after` is the place of the last hit in the order. `seen` are
    the ids of the first page, which was answered before anything was held. `given` counts hits within the snapshot.
    `now` is when the walk began, where recency weighs.
    """

    stems: tuple[str, ...]
    snapshot: str | None = None
    after: tuple[Any, ...] | None = None
    seen: tuple[str, ...] = field(default=())
    given: int = 0
    now: str | None = None


class CursorSigner:
    """Writes and reads cursors under a secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def write(self, cursor: Cursor, request: SearchRequest) -> str:
        """Write a cursor that continues this request alone."""
        body = {"format": FORMAT, "request": digest(request), **_name_values(cursor)}
        packed = zlib.compress(json.dumps(body, separators=(",", ":")).encode(), 9)
        return urlsafe_b64encode(self._sign(packed) + packed).decode().rstrip("=")

    def read(self, text: str, request: SearchRequest) -> Cursor:
        """Read a cursor; raise RequestError where it is not one of ours, or continues another search."""
        body = self._open(text)
        if body["format"] != FORMAT:
            raise RequestError("cursor: it was made by another version; begin again without it", CURSOR)
        if body["request"] != digest(request):
            message = "cursor: it continues another search; send the parameters that it came from"
            raise RequestError(message, CURSOR)
        after = body["after"]
        return Cursor(
            stems=tuple(body["stems"]),
            snapshot=body["snapshot"],
            after=None if after is None else tuple(after),
            seen=tuple(body["seen"]),
            given=body["given"],
            now=body["now"],
        )

    def _open(self, text: str) -> dict[str, Any]:
        try:
            given = urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) <= LONGEST else b""
        except ValueError:
            given = b""
        mac, packed = given[:MAC_BYTES], given[MAC_BYTES:]
        if not packed or not hmac.compare_digest(mac, self._sign(packed)):
            raise RequestError("cursor: it is not one that this search gave", CURSOR)
        body: dict[str, Any] = json.loads(zlib.decompress(packed))
        return body

    def _sign(self, packed: bytes) -> bytes:
        return hmac.digest(self._secret, packed, "sha256")[:MAC_BYTES]


def digest(request: SearchRequest) -> str:
    """Digest what of a request selects and orders."""
    asked = {name: value for name, value in _name_values(request).items() if name not in _FREE}
    return hashlib.sha256(json.dumps(asked, default=str, sort_keys=True).encode()).hexdigest()[:16]


def _name_values(instance: Cursor | SearchRequest) -> dict[str, Any]:
    """Give fields by their names. Unlike `asdict` it copies nothing, which would be a third of a search's own work."""
    return {each.name: getattr(instance, each.name) for each in fields(instance)}
