"""WARC files in by warcio, where fastwarc cannot read (streams, zstandard): pages and texts among their records."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, Protocol

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataException
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from ingest.errors import DocumentError, LimitExceeded, MalformedInput
from ingest.model import Candidate, MediaType, Payload
from ingest.sources.settings import SourcesSettings

MEDIA_TYPES: dict[str, MediaType] = {
    "text/html": "text/html",
    "application/xhtml+xml": "text/html",
    "text/plain": "text/plain",
}
# What warcio raises on damage: its own errors, and those of code that trusted a header to be there and to be a number.
DAMAGE = (
    ArchiveLoadFailed,
    StatusAndHeadersParserException,
    ChunkedDataException,
    zlib.error,
    EOFError,
    ValueError,
    AttributeError,
    TypeError,
    IndexError,
)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


class ArchivePlace(Protocol):
    """What is asked of the place that the archive is at."""

    @property
    def path(self) -> str:
        """The file."""
        ...

    @property
    def source(self) -> str:
        """The source's name."""
        ...

    def problem(self, message: str, line: int | None = None) -> Payload:
        """Make a payload that stands for what could not be read here."""
        ...


def read_archive(place: ArchivePlace, stream: BinaryIO, settings: SourcesSettings) -> Iterator[Payload]:
    """Yield a payload for each page or text; its origin is `path:record`, records of every type counted from 1.

    A record that is too large or ends too early fails alone; after damage between records the rest cannot be read, and
    one payload says so.
    """
    number = 0
    try:
        for number, record in enumerate(ArchiveIterator(stream), start=1):
            if record.format != "warc":
                raise MalformedInput("not a WARC file")
            media_type, charset = _content_type(record)
            if media_type is not None:
                yield _read_record(place, record, number, (media_type, charset), settings)
    except DocumentError as error:
        yield place.problem(str(error), number + 1)
    except DAMAGE as error:
        yield place.problem(f"the archive is damaged: {error}", number + 1)


def _content_type(record: Any) -> tuple[MediaType | None, str | None]:
    if record.rec_type == "response" and record.http_headers:
        if record.http_headers.get_statuscode() != "200":
            return None, None
        declared = record.http_headers.get_header("Content-Type") or ""
    elif record.rec_type == "resource":
        declared = record.rec_headers.get_header("Content-Type") or ""
    else:
        return None, None
    charset = CHARSET.search(declared)
    return MEDIA_TYPES.get(declared.partition(";")[0].strip().lower()), charset[1] if charset else None


def _read_record(
    place: ArchivePlace, record: Any, number: int, kind: tuple[MediaType, str | None], settings: SourcesSettings
) -> Payload:
    try:
        content = _read_content(record, settings.max_record_bytes)
    except (MalformedInput, LimitExceeded) as error:
        return place.problem(str(error), number)
    except (ChunkedDataException, zlib.error) as error:
        return place.problem(f"the record is damaged: {error}", number)
    fetched = record.rec_headers.get_header("WARC-Date")
    modified = record.http_headers.get_header("Last-Modified") if record.http_headers else None
    return Payload(
        content=content,
        media_type=kind[0],
        source=place.source,
        origin=f"{place.path}:{number}",
        stamp=fetched or "",
        charset=kind[1],
        url=record.rec_headers.get_header("WARC-Target-URI"),
        stated=tuple(state_times(fetched, modified)),
    )


def state_times(fetched: str | None, modified: str | None) -> Iterator[Candidate]:
    """Say what the archive and the server said of the page: when it was fetched, when it was last modified."""
    if fetched:
        yield Candidate(field="fetched_at", value=fetched, origin="warc")
    if modified:
        yield Candidate(field="modified_at", value=modified, origin="http")


def _read_content(record: Any, limit: int) -> bytes:
    """Read a record's content; warcio gives a torn record without an error, so what its header promised is compared."""
    content = bytearray()
    stream = record.content_stream()
    while chunk := stream.read(65_536):
        content += chunk
        if len(content) > limit:
            raise LimitExceeded(f"the record is larger than {limit:,} bytes")
    while record.raw_stream.read(65_536):
        pass
    if record.length is None or record.raw_stream.limit > 0:
        raise MalformedInput("the record ends before its Content-Length")
    return bytes(content)
