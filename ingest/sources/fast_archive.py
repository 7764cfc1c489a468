"""WARC files in by fastwarc, where they can be sought in; after damage the next whole record is found.

What fastwarc leaves out is done here: it reads a torn record, and a torn end of the file, without an error.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType
from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader

from ingest.errors import DocumentError, LimitExceeded, MalformedInput
from ingest.model import MediaType, Payload
from ingest.sources.archive import CHARSET, MEDIA_TYPES, ArchivePlace, state_times
from ingest.sources.settings import SourcesSettings

GZIP = b"\x1f\x8b\x08"
READ_BYTES = 1 << 20
_PLAIN_START = re.compile(rb"WARC/1\.[01]\r?\n")


def read_fast_archive(place: ArchivePlace, file: BinaryIO, settings: SourcesSettings) -> Iterator[Payload]:
    """Yield a payload for each page or text; its origin is `path:record`, records of every type counted from 1.

    A record that is torn, damaged or too large fails alone, and what follows it is read; records that only say that a
    page is as it was (`revisit`) are passed over.
    """
    size = file.seek(0, io.SEEK_END)
    start: int | None = 0
    number, in_gap = 0, False
    while start is not None:
        file.seek(start)
        reading = _Reading(start, number)
        try:
            yield from _read_on(place, file, reading, (size, settings))
            reading.assert_whole_end(file, size)
            start = None
        except (OSError, DocumentError) as error:
            moved = reading.number > number
            number = reading.number
            start = find_record(file, reading.position + 1)
            if moved or not in_gap:  # what looked like a record after damage, and was none, is the same damage
                number += 1
                rest = "" if start is not None else ", and nothing after it can be read"
                yield place.problem(f"the archive is damaged after byte {reading.position:,}: {error}{rest}", number)
            in_gap = True


class _Reading:
    """How far a file has been read: the last record's place and number, and the bytes that records held."""

    def __init__(self, position: int, number: int) -> None:
        self.start = self.position = position
        self.number = number
        self.held = 0
        self.told = False

    def step(self, record: WarcRecord, size: int, settings: SourcesSettings) -> None:
        """Go to a record; raise LimitExceeded where all so far, or this one, is more than a file can hold."""
        self.position = record.stream_pos
        self.number += 1
        self.told = False
        self.held += record.content_length
        if self.held > max(settings.decompression_floor_bytes, size * settings.max_decompression_ratio):
            raise LimitExceeded(f"decompresses to more than {settings.max_decompression_ratio} times its size")

    def assert_whole_end(self, file: BinaryIO, size: int) -> None:
        """Raise MalformedInput where the last record is not all there, and nobody has told so yet."""
        if self.told or not size:
            return
        for start in (self.position, self.start):  # a member each record, or all of them in one
            file.seek(start)
            if file.read(len(GZIP)) == GZIP:
                file.seek(start)
                if not _is_last_member(file):
                    raise MalformedInput("the compressed data end too early")
                return
        file.seek(max(0, size - 4))
        if not self.number or file.read(4).replace(b"\r", b"")[-2:] != b"\n\n":
            raise MalformedInput("the last record ends too early" if self.number else "not a WARC file")


def _is_last_member(file: BinaryIO) -> bool:
    """Tell whether a gzip member is whole and nothing but zeros, as tapes pad with, comes after it."""
    decompressor = zlib.decompressobj(zlib.MAX_WBITS + 16)
    while chunk := file.read(16_384):
        try:
            decompressor.decompress(chunk)
        except zlib.error:
            return False
        if decompressor.eof:
            return not decompressor.unused_data.strip(b"\0") and not file.read(READ_BYTES).strip(b"\0")
    return False


def find_record(file: BinaryIO, start: int) -> int | None:
    """Find where the next record begins at or after a byte: a gzip member with a record in it, or a plain record."""
    held, offset = b"", start
    file.seek(start)
    while chunk := file.read(READ_BYTES):
        held += chunk
        last = len(held) - 300 if len(chunk) == READ_BYTES else len(held)
        for found in re.finditer(rb"\x1f\x8b\x08|WARC/1\.[01]\r?\n", held):
            if found.start() < last and _begins_record(held[found.start() : found.start() + 300]):
                return offset + found.start()
        offset, held = offset + max(0, last), held[max(0, last) :]
    return None


def _begins_record(start: bytes) -> bool:
    if not start.startswith(GZIP):
        return _PLAIN_START.match(start) is not None
    try:
        return zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(start, 16).startswith(b"WARC/1.")
    except zlib.error:
        return False


def _read_on(
    place: ArchivePlace, file: BinaryIO, reading: _Reading, bounds: tuple[int, SourcesSettings]
) -> Iterator[Payload]:
    size, settings = bounds
    for record in ArchiveIterator(file, parse_http=False):
        reading.step(record, size, settings)
        if record.record_type == WarcRecordType.response or record.record_type == WarcRecordType.resource:  # noqa: PLR1714 - they have no hash
            payload = _read_record(place, record, reading.number, settings)
            if payload is not None:
                reading.told = payload.problem is not None
                yield payload


def _read_record(place: ArchivePlace, record: WarcRecord, number: int, settings: SourcesSettings) -> Payload | None:
    """Give a record's payload, None where it is no page and no text."""
    try:
        if not (record.headers.get("Content-Length") or "").strip().isdecimal():
            raise MalformedInput("the record has no Content-Length")
        if record.record_type == WarcRecordType.response:
            if not record.is_http:
                return None
            record.parse_http()
            if record.http_headers is None or record.http_headers.is_empty():
                raise MalformedInput("the record ends before its Content-Length")
            if record.http_headers.status_code != 200:
                return None
        declared = _declared_type(record)
        media_type = MEDIA_TYPES.get(declared.partition(";")[0].strip().lower())
        if media_type is None:
            return None
        if record.content_length > settings.max_record_bytes:
            raise LimitExceeded(f"the record is larger than {settings.max_record_bytes:,} bytes")
        content = _decode(record, _read_whole(record), settings.max_record_bytes)
    except DocumentError as error:
        return place.problem(str(error), number)
    return _payload(place, record, (content, media_type, declared), number)


def _declared_type(record: WarcRecord) -> str:
    headers = record.http_headers if record.record_type == WarcRecordType.response else record.headers
    return headers.get("Content-Type") or ""


def _read_whole(record: WarcRecord) -> bytes:
    promised = record.content_length
    content = bytearray()
    while chunk := record.reader.read(READ_BYTES):
        content += chunk
    if len(content) < promised:
        raise MalformedInput("the record ends before its Content-Length")
    return bytes(content)


def _decode(record: WarcRecord, content: bytes, limit: int) -> bytes:
    """Undo the encodings of HTTP, as far as the archive has kept them."""
    if record.record_type != WarcRecordType.response:
        return content
    headers = record.http_headers
    encoding = (headers.get("Content-Encoding") or "").strip().lower()
    chunked = (headers.get("Transfer-Encoding") or "").strip().lower() == "chunked"
    if not chunked and encoding not in {"gzip", "deflate", "br"}:
        return content
    reader = ChunkedDataReader(io.BytesIO(content), decomp_type=encoding or None)
    decoded = bytearray()
    try:
        while chunk := reader.read(65_536):
            decoded += chunk
            if len(decoded) > limit:
                raise LimitExceeded(f"the record is larger than {limit:,} bytes")
    except (ChunkedDataException, zlib.error, OSError) as error:
        raise MalformedInput(f"the record is damaged: {error}") from error
    return bytes(decoded)


def _payload(place: ArchivePlace, record: WarcRecord, what: tuple[bytes, MediaType, str], number: int) -> Payload:
    content, media_type, declared = what
    charset = CHARSET.search(declared)
    fetched = record.headers.get("WARC-Date")
    modified = record.http_headers.get("Last-Modified") if record.is_http_parsed else None
    return Payload(
        content=content,
        media_type=media_type,
        source=place.source,
        origin=f"{place.path}:{number}",
        stamp=fetched or "",
        charset=charset[1] if charset else None,
        url=record.headers.get("WARC-Target-URI"),
        stated=tuple(state_times(fetched, modified)),
    )
