"""A message of a topic, and the payload that it is. Pure."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TypeAlias, cast, get_args

from ingest.model import MediaType, Payload

Partition: TypeAlias = tuple[str, int]
"""A topic's name and a partition's number."""

_HTML_START = re.compile(rb"<(?:!doctype html|html)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; `timestamp_ms` is when it was written to the topic, in milliseconds since the epoch (0: unknown)."""

    topic: str
    partition: int
    offset: int
    key: bytes | None = None
    value: bytes = b""
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp_ms: int = 0

    @property
    def place(self) -> Partition:
        """The partition that it is of."""
        return self.topic, self.partition

    @property
    def origin(self) -> str:
        """Where exactly it stands."""
        return f"kafka://{self.topic}/{self.partition}/{self.offset}"

    def header(self, name: str) -> str | None:
        """Give the last header of a name, whatever its case."""
        found = [value for key, value in self.headers if key.lower() == name and value is not None]
        return found[-1].decode("utf-8", "replace") if found else None


def to_payload(message: Message) -> Payload:
    """Give the payload of a message.

    The header `content-type` says what the value is; without it, what begins as a JSON object is a line of JSON, what
    begins as HTML is a page, and all else is text. The header `url` is a page's or a text's address.
    """
    media_type, charset = _read_content_type(message.header("content-type") or "")
    return Payload(
        content=message.value,
        media_type=media_type or _guess_media_type(message.value),
        source=message.topic,
        origin=message.origin,
        stamp=str(message.timestamp_ms or ""),
        charset=charset,
        url=message.header("url"),
    )


def _read_content_type(value: str) -> tuple[MediaType | None, str | None]:
    kind, *parameters = (part.strip() for part in value.split(";"))
    charset = next((part[8:].strip("\"' ") for part in parameters if part.lower().startswith("charset=")), None)
    known = kind.lower() if kind.lower() in get_args(MediaType) else None
    return cast("MediaType | None", known), charset or None


def _guess_media_type(value: bytes) -> MediaType:
    start = value[:1000].removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith(b"{"):
        return "application/json"
    return "text/html" if _HTML_START.match(start) else "text/plain"
