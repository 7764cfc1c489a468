"""A payload becomes a document with its text and its identity, or leaves as empty, as no text, or as malformed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import PurePath

from ingest.errors import LimitExceeded, MalformedInput
from ingest.model import ContentKind, Dropped, DropReason, Encoding, Given, Payload, RawDocument
from ingest.sources.charset import declared_in_html, decode_bytes
from ingest.sources.identity import canonical_url, id_of_content, id_of_url
from ingest.sources.json_lines import Line, parse_line
from ingest.sources.settings import SourcesSettings

STAGE = "read"
# How files of other kinds begin; some of them would pass for text otherwise.
SIGNATURES = (
    b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x7fELF",
    b"Rar!", b"7z\xbc\xaf", b"BZh", b"SQLite format 3\0", b"\xd0\xcf\x11\xe0", b"OggS", b"ID3", b"RIFF", b"MZ\x90",
)  # fmt: skip
MAX_CONTROL_SHARE = 0.1
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\x80-\x84\x86-\x9f\ufffd]")
# With which bytes each of those begins in UTF-8; deleting all others is many times faster than the pattern.
_BEGINNINGS = bytes([*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F, 0xC2, 0xEF])
_HARMLESS = bytes(set(range(0x100)) - set(_BEGINNINGS))


def decode(payload: Payload, settings: SourcesSettings) -> RawDocument | Dropped:
    """Decode one payload.

    Raises MalformedInput (the message begins with the origin) for a payload with a problem and for JSON of the wrong
    shape, LimitExceeded for a document or a URL that is too long.
    """
    if payload.problem is not None:
        raise MalformedInput(f"{payload.origin}: {payload.problem}")
    if not payload.content.strip():
        return _drop(payload, DropReason.EMPTY)
    if payload.media_type == "application/json":
        return _decode_line(payload, settings)
    kind: ContentKind = "html" if payload.media_type == "text/html" else "text"
    _check_size(payload, kind, len(payload.content), settings)
    decoded = _decode_text(payload, kind)
    if decoded is None:
        return _drop(payload, DropReason.NOT_TEXT)
    text, encoding = decoded
    given = Given(url=payload.url, publisher=_publisher_of(payload))
    return _document(payload, Line(kind, text, given), encoding, settings)


def _decode_line(payload: Payload, settings: SourcesSettings) -> RawDocument | Dropped:
    decoded = decode_bytes(payload.content, payload.charset)
    if decoded is None:
        raise MalformedInput(f"{payload.origin}: the line is not text in any known encoding")
    text, encoding = decoded
    line = parse_line(text, payload.origin)
    _check_size(payload, line.kind, len(line.text), settings)
    if line.given.publisher is None:
        line = replace(line, given=replace(line.given, publisher=_publisher_of(payload)))
    return _document(payload, line, encoding, settings)


def _publisher_of(payload: Payload) -> str | None:
    """Give the publisher that the catalogue names for a source."""
    said = (each.value for each in payload.stated if each.field == "publisher" and each.origin == "source")
    return next(said, None)


def _decode_text(payload: Payload, kind: ContentKind) -> tuple[str, Encoding] | None:
    if payload.content.startswith(SIGNATURES):
        return None
    declared = payload.charset or (declared_in_html(payload.content) if kind == "html" else None)
    decoded = decode_bytes(payload.content, declared)
    if decoded is None or _is_binary(decoded[0]):
        return None
    return decoded


def _is_binary(text: str) -> bool:
    """Tell text from bytes that only decode by chance: those are full of control characters. A few do no harm."""
    most = MAX_CONTROL_SHARE * len(text)
    suspects = text.encode("utf-8", "replace").translate(None, _HARMLESS)
    return len(suspects) > most and len(_CONTROL.findall(text)) > most


def _document(payload: Payload, line: Line, encoding: Encoding, settings: SourcesSettings) -> RawDocument | Dropped:
    if not line.text.strip():
        return _drop(payload, DropReason.EMPTY, line.given)
    given = line.given
    if given.url is not None and len(given.url) > settings.max_url_characters:
        raise LimitExceeded(f"{payload.origin}: 'url' is longer than {settings.max_url_characters:,} characters")
    url = canonical_url(given.url) if given.url else None
    source = given.source or PurePath(payload.source).name
    return RawDocument(
        id=id_of_url(url) if url else id_of_content(source, given.id, line.text),
        digest=hashlib.sha256(payload.content).hexdigest(),
        payload=payload,
        kind=line.kind,
        text=line.text,
        encoding=encoding,
        given=given,
        url=url,
    )


def _check_size(payload: Payload, kind: ContentKind, size: int, settings: SourcesSettings) -> None:
    limit = settings.max_html_bytes if kind == "html" else settings.max_text_bytes
    if size > limit:
        raise LimitExceeded(f"{payload.origin}: the document is larger than {limit:,} bytes")


def _drop(payload: Payload, reason: DropReason, given: Given | None = None) -> Dropped:
    trace = payload.trace
    if given is not None and given.id is not None:
        trace = replace(trace, given_id=given.id)
    return Dropped(trace=trace, stage=STAGE, reason=reason)
