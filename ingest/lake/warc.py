"""WARC 1.1 records of raw documents, each a gzip member of its own (ISO 28500:2017, annex D)."""

from __future__ import annotations

import gzip
import hashlib
import json
import struct
import uuid
import zlib
from dataclasses import dataclass
from typing import cast, get_args
from urllib.parse import quote, unquote

from ingest.model import Candidate, MediaType, Payload

VERSION = b"WARC/1.1"
COMPRESSION_LEVEL = 6
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


@dataclass(frozen=True, slots=True)
class Erased:
    """What stands in the place of a record that is gone: the capture, the document's id, and when (UTC, ISO 8601)."""

    capture: int
    id: str
    at: str


class ErasedError(ValueError):
    """The record is gone on purpose."""


def pack_record(record: Record) -> bytes:
    """Write a record; every header but the target's URI gives its value back exactly."""
    submission, payload = record.submission, record.submission.payload
    headers = {
        "WARC-Type": "resource",
        "WARC-Record-ID": record_urn(submission.id, record.capture),
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
    return gzip.compress(_join(headers, payload.content), COMPRESSION_LEVEL, mtime=0)


def urn(document_id: str) -> str:
    """Name a document that has no URL."""
    return f"urn:broadsheet:{document_id}"


def pack_erased(erased: Erased, length: int) -> bytes:
    """Write what stands in the place of a record of so many bytes: as long as that, so that its neighbours stay put.

    Raises ValueError where the record was too short to be one.
    """
    headers = {
        "WARC-Type": "metadata",
        "WARC-Record-ID": f"<{uuid.uuid5(uuid.NAMESPACE_OID, f'erased:{erased.capture}').urn}>",
        "WARC-Date": erased.at,
        "Broadsheet-Id": erased.id,
        "Broadsheet-Capture": str(erased.capture),
        "Broadsheet-Erased": erased.at,
        "Content-Length": "0",
    }
    block = _join(headers, b"")
    deflater = zlib.compressobj(COMPRESSION_LEVEL, wbits=-zlib.MAX_WBITS)
    deflated = deflater.compress(block) + deflater.flush()
    tail = deflated + struct.pack("<II", zlib.crc32(block), len(block))
    # A gzip header with a comment (RFC 1952), which is of any length.
    filling = length - len(tail) - 11
    if filling < 0:
        raise ValueError(f"{length} bytes are too few for a mark of erasure")
    return b"\x1f\x8b\x08\x10\x00\x00\x00\x00\x00\xff" + b" " * filling + b"\x00" + tail


def pack_conversion(record: Record, text: str, url: str | None, at: str) -> bytes:
    """Write the clean text of a record's document as a `conversion` record that refers to it."""
    submission, content = record.submission, text.encode("utf-8", "replace")
    headers = {
        "WARC-Type": "conversion",
        "WARC-Record-ID": f"<{uuid.uuid5(uuid.NAMESPACE_OID, f'text:{submission.id}:{record.capture}').urn}>",
        "WARC-Refers-To": record_urn(submission.id, record.capture),
        "WARC-Date": at,
        "WARC-Target-URI": quote(url, _URI_SAFE, errors="replace") if url else urn(submission.id),
        "WARC-Payload-Digest": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "Content-Type": "text/plain; charset=utf-8",
        "Broadsheet-Id": submission.id,
        "Broadsheet-Capture": str(record.capture),
        "Content-Length": str(len(content)),
    }
    return gzip.compress(_join(headers, content), COMPRESSION_LEVEL, mtime=0)


def record_urn(document_id: str, capture: int) -> str:
    """Name a record."""
    return f"<{uuid.uuid5(uuid.NAMESPACE_OID, f'{document_id}:{capture}').urn}>"


def _join(headers: dict[str, str], content: bytes) -> bytes:
    head = b"".join(f"{name}: {value}\r\n".encode("ascii") for name, value in headers.items())
    return b"\r\n".join((VERSION, head, content, b"", b""))


def unpack_record(member: bytes) -> Record:
    """Read a record back; raise ValueError or a gzip error where it is damaged, ErasedError where it is gone."""
    found = parse_member(gzip.decompress(member))
    if isinstance(found, Erased):
        raise ErasedError(f"capture {found.capture} was erased at {found.at}")
    return found


def parse_member(block: bytes) -> Record | Erased:
    """Read the content of a gzip member; raise ValueError or KeyError where it is no record of the lake."""
    head, _, rest = block.partition(b"\r\n\r\n")
    version, *lines = head.decode("ascii").split("\r\n")
    if version.encode() != VERSION:
        raise ValueError(f"not a WARC record: {version[:40]!r}")
    headers = dict(line.split(": ", 1) for line in lines)
    if "Broadsheet-Erased" in headers:
        return Erased(int(headers["Broadsheet-Capture"]), headers["Broadsheet-Id"], headers["Broadsheet-Erased"])
    content = rest[: int(headers["Content-Length"])]
    if len(rest) != len(content) + len(b"\r\n\r\n"):
        raise ValueError("its length is not the one that it says")
    return _to_record(headers, content)


def _to_record(headers: dict[str, str], content: bytes) -> Record:
    payload = Payload(
        content=content,
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
