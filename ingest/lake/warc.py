"""WARC 1.1 records of raw documents, each a gzip member of its own (ISO 28500:2017, annex D)."""

from __future__ import annotations

import gzip
import json
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args
from urllib.parse import quote, unquote

from ingest.model import Candidate, MediaType, Payload

VERSION = b"WARC/1.1"
COMPRESSION_LEVEL = 6
_READ = 65_536
_SAFE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "%")
_URI_SAFE = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A payload for the lake, under its document's id; `digest` is the SHA-256 of its bytes, hexadecimal."""

    id: str
    digest: str
    payload: Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A submission as the lake keeps it: with its capture order, the time of acceptance (UTC, ISO 8601) and the run."""

    capture: int
    accepted_at: str
    submission: Submission
    run: str = ""


def pack_record(record: Record) -> bytes:
    """Write a record; every header but the target's URI gives its value back exactly."""
    submission, payload = record.submission, record.submission.payload
    headers = {
        "WARC-Type": "resource",
        "WARC-Record-ID": f"<{uuid.uuid5(uuid.NAMESPACE_OID, f'{submission.id}:{record.capture}').urn}>",
        "WARC-Date": record.accepted_at,
        "WARC-Target-URI": quote(payload.url, _URI_SAFE, errors="replace") if payload.url else urn(submission.id),
        "WARC-Payload-Digest": f"sha256:{submission.digest}",
        "Content-Type": payload.media_type,
        "Broadsheet-Id": submission.id,
        "Broadsheet-Capture": str(record.capture),
        "Broadsheet-Source": escape(payload.source),
        "Broadsheet-Origin": escape(payload.origin),
        "Broadsheet-Stamp": escape(payload.stamp),
    }
    if record.run:
        headers["Broadsheet-Run"] = escape(record.run)
    if payload.charset is not None:
        headers["Broadsheet-Charset"] = escape(payload.charset)
    if payload.url is not None:
        headers["Broadsheet-Url"] = escape(payload.url)
    if payload.stated:
        stated = [[each.field, each.value, each.origin] for each in payload.stated]
        headers["Broadsheet-Stated"] = escape(json.dumps(stated))
    headers["Content-Length"] = str(len(payload.content))
    head = b"".join(f"{name}: {value}\r\n".encode("ascii") for name, value in headers.items())
    block = b"\r\n".join((VERSION, head, payload.content, b"", b""))
    return gzip.compress(block, COMPRESSION_LEVEL, mtime=0)


def urn(document_id: str) -> str:
    """Name a document that has no URL."""
    return f"urn:broadsheet:{document_id}"


def unpack_record(member: bytes) -> Record:
    """Read a record back; raise ValueError or a gzip error where it is damaged."""
    return _parse(gzip.decompress(member))


def scan_records(path: Path) -> Iterator[tuple[int, int, Record]]:
    """Yield offset, length and record of each record of a file, in order; raise ValueError at damage."""
    offset = 0
    block, decompressor = bytearray(), zlib.decompressobj(zlib.MAX_WBITS + 16)
    taken = 0
    with path.open("rb") as file:
        while rest := file.read(_READ):
            while rest:
                block += _advance(decompressor, rest, path)
                taken += len(rest) - len(decompressor.unused_data)
                rest = decompressor.unused_data
                if decompressor.eof:
                    yield offset, taken - offset, _parse(bytes(block))
                    offset = taken
                    block, decompressor = bytearray(), zlib.decompressobj(zlib.MAX_WBITS + 16)
    if taken > offset:
        raise ValueError(f"{path}: torn after byte {offset}")


def _advance(decompressor: zlib._Decompress, data: bytes, path: Path) -> bytes:
    try:
        return decompressor.decompress(data)
    except zlib.error as error:
        raise ValueError(f"{path}: damaged: {error}") from error


def _parse(block: bytes) -> Record:
    head, _, rest = block.partition(b"\r\n\r\n")
    version, *lines = head.decode("ascii").split("\r\n")
    if version.encode() != VERSION:
        raise ValueError(f"not a WARC record: {version[:40]!r}")
    headers = dict(line.split(": ", 1) for line in lines)
    payload = Payload(
        content=rest[: int(headers["Content-Length"])],
        media_type=_media_type(headers["Content-Type"]),
        source=unescape(headers["Broadsheet-Source"]),
        origin=unescape(headers["Broadsheet-Origin"]),
        stamp=unescape(headers["Broadsheet-Stamp"]),
        charset=unescape(headers["Broadsheet-Charset"]) if "Broadsheet-Charset" in headers else None,
        url=unescape(headers["Broadsheet-Url"]) if "Broadsheet-Url" in headers else None,
        stated=tuple(
            Candidate(field=field, value=value, origin=origin)
            for field, value, origin in json.loads(unescape(headers.get("Broadsheet-Stated", "[]")))
        ),
    )
    digest = headers["WARC-Payload-Digest"].removeprefix("sha256:")
    submission = Submission(id=headers["Broadsheet-Id"], digest=digest, payload=payload)
    return Record(
        capture=int(headers["Broadsheet-Capture"]),
        accepted_at=headers["WARC-Date"],
        submission=submission,
        run=unescape(headers.get("Broadsheet-Run", "")),
    )


def _media_type(value: str) -> MediaType:
    if value not in get_args(MediaType):
        raise ValueError(f"unknown media type {value!r}")
    return cast("MediaType", value)


def escape(text: str) -> str:
    """Write any text, lone surrogates included, in printable ASCII that `unescape` reads back exactly."""
    return quote(text, _SAFE, errors="surrogatepass")


def unescape(text: str) -> str:
    """Read what `escape` wrote."""
    return unquote(text, errors="surrogatepass")
