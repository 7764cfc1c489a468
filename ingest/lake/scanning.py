"""Reading a WARC file of the lake from its beginning, whatever happened to it: what is whole, and where it is not."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.lake.warc import VERSION, Erased, Record, parse_member

MAGIC = b"\x1f\x8b\x08"
# More than any document that a limit lets in: a damaged length must not fill the memory.
MOST_BYTES = 1 << 29
_READ = 1 << 16
_WINDOW = zlib.MAX_WBITS + 16


@dataclass(frozen=True, slots=True)
class Found:
    """A record and where it lies; `Erased` is the place of one that is gone on purpose."""

    offset: int
    length: int
    record: Record | Erased


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch that cannot be read, up to the next record or the end."""

    offset: int
    length: int
    reason: str


def scan_file(data: bytes) -> Iterator[Found | Damage]:
    """Yield the records of a file in order, and the damage between them; never raises, and covers every byte once."""
    offset = 0
    while offset < len(data):
        length, block, reason = _inflate(data, offset)
        found: Found | Damage
        if reason:
            length = find_member(data, offset + 1) - offset
            found = Damage(offset, length, reason)
        else:
            found = _parse(offset, length, block)
        yield found
        offset += length


def find_member(data: bytes, start: int) -> int:
    """Give the offset of the next record; the end where there is none."""
    offset = data.find(MAGIC, start)
    while offset >= 0:
        try:
            if zlib.decompressobj(_WINDOW).decompress(data[offset : offset + _READ], len(VERSION)) == VERSION:
                return offset
        except zlib.error:
            pass
        offset = data.find(MAGIC, offset + 1)
    return len(data)


def is_intact(record: Record) -> bool:
    """Tell whether a record's bytes have the digest that it says."""
    submission = record.submission
    return hashlib.sha256(submission.payload.content).hexdigest() == submission.digest


def _inflate(data: bytes, offset: int) -> tuple[int, bytes, str]:
    """Give the length and the content of the gzip member at an offset, or why there is none."""
    decompressor = zlib.decompressobj(_WINDOW)
    block = bytearray()
    for start in range(offset, len(data), _READ):
        chunk = data[start : start + _READ]
        try:
            block += decompressor.decompress(chunk, MOST_BYTES + 1)
        except zlib.error as error:
            return 0, b"", f"damaged: {error}"
        if decompressor.eof:
            return start + len(chunk) - len(decompressor.unused_data) - offset, bytes(block), ""
        if len(block) > MOST_BYTES:
            return 0, b"", "larger than any document may be"
    return 0, b"", "torn"


def _parse(offset: int, length: int, block: bytes) -> Found | Damage:
    try:
        return Found(offset, length, parse_member(block))
    except (ValueError, KeyError) as error:
        return Damage(offset, length, f"no record of the lake: {error}")
