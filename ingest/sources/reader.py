"""Arguments of the command line become payloads: files, folders, globs, standard input. Nothing is decoded here."""

from __future__ import annotations

import codecs
import glob
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from ingest.errors import DocumentError, LimitExceeded, SourceMissing, UsageError
from ingest.model import MediaType, Payload
from ingest.sources.archive import read_archive
from ingest.sources.compression import PLAIN_CHUNK, ChunkStream, read_chunks
from ingest.sources.fast_archive import read_fast_archive
from ingest.sources.json_lines import is_json_object
from ingest.sources.lines import split_lines
from ingest.sources.settings import SourcesSettings

COMPRESSED = (".gz", ".zst")
JSON_LINES = (".jsonl", ".ndjson")
HTML = (".html", ".htm")
KNOWN = (".txt", ".warc", *HTML, *JSON_LINES)
STDIN = "-"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_HTML_START = re.compile(rb"<(?:!doctype html|html)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """One file (or standard input) that is to be read: what payloads say of where they came from."""

    path: str
    source: str
    stamp: str = ""

    def payload(self, content: bytes, media_type: MediaType, line: int | None = None) -> Payload:
        """Make a payload of bytes found here."""
        origin = self.path if line is None else f"{self.path}:{line}"
        return Payload(content=content, media_type=media_type, source=self.source, origin=origin, stamp=self.stamp)

    def problem(self, message: str, line: int | None = None) -> Payload:
        """Make a payload that stands for what could not be read here."""
        origin = self.path if line is None else f"{self.path}:{line}"
        return Payload(content=b"", media_type="text/plain", source=self.source, origin=origin, problem=message)


def read_payloads(
    arguments: Sequence[str], settings: SourcesSettings, stdin: BinaryIO | None = None, *, others: int = 0
) -> Iterator[Payload]:
    """Yield what the arguments name, one payload a document, in order and lazily.

    A folder is searched recursively in sorted order for files with known endings; hidden ones are passed over. A file
    that is named is read whatever its ending. What cannot be read becomes a payload with its `problem`, so that it is
    counted. Raises UsageError for a URL, SourceMissing where nothing that was named can be read, and `others` that were
    named are none.
    """
    for argument in arguments:
        if _URL.match(argument):
            raise UsageError(f"{argument}: only files, folders, globs and - are read here, not URLs")
    named = [(argument, _expand(argument)) for argument in arguments]
    missing = [argument for argument, paths in named if not paths]
    if missing and len(missing) == len(named) + others:
        raise SourceMissing("; ".join(f"{argument}: {_why_missing(argument)}" for argument in missing))
    return chain.from_iterable(_read_argument(argument, paths, settings, stdin) for argument, paths in named)


def _expand(argument: str) -> list[str]:
    if argument == STDIN or _is_readable(argument):
        return [argument]
    found = glob.glob(argument, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern
    # A link that leads back up would be followed again and again: each file counts once, under its shortest path.
    distinct: dict[str, str] = {}
    for path in sorted(found, key=lambda path: (len(path), path)):
        distinct.setdefault(os.path.realpath(path), path)
    return sorted(path for path in distinct.values() if _is_readable(path))


def _is_readable(path: str) -> bool:
    return os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids)


def _why_missing(argument: str) -> str:
    return "permission denied" if os.path.lexists(argument) else "no such file or folder"


def _read_argument(
    argument: str, paths: Sequence[str], settings: SourcesSettings, stdin: BinaryIO | None
) -> Iterator[Payload]:
    if argument == STDIN:
        yield from read_standard_input(stdin or sys.stdin.buffer, settings)
        return
    if not paths:
        yield Place(argument, Path(argument).name).problem(_why_missing(argument))
    for path in paths:
        yield from _read_folder(path, settings) if Path(path).is_dir() else read_file(path, settings)


def _read_folder(folder: str, settings: SourcesSettings) -> Iterator[Payload]:
    unreadable: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=unreadable.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if split_ending(name)[0] in KNOWN and not name.startswith("."):
                yield from read_file(str(Path(parent) / name), settings)
        yield from _tell_unreadable(unreadable)
    yield from _tell_unreadable(unreadable)


def _tell_unreadable(unreadable: list[OSError]) -> Iterator[Payload]:
    """Yield a problem for each folder that could not be listed since the last call."""
    while unreadable:
        error = unreadable.pop()
        yield Place(str(error.filename), Path(str(error.filename)).name).problem(error.strerror or str(error))


def split_ending(name: str) -> tuple[str, str]:
    """Give a file name's ending and that of its compression, lower-case: `("jsonl", "gz")` with their dots."""
    lower = name.lower()
    compression = next((ending for ending in COMPRESSED if lower.endswith(ending)), "")
    return Path(lower.removesuffix(compression)).suffix, compression


def read_file(path: str, settings: SourcesSettings) -> Iterator[Payload]:
    """Yield the documents of one file; what goes wrong becomes one payload with its problem."""
    name = Path(path).name
    place = Place(path, name)
    try:
        with Path(path).open("rb") as stream:
            place = Place(path, name, stamp=str(os.fstat(stream.fileno()).st_mtime_ns))
            yield from read_opened(place, name, stream, settings)
    except OSError as error:
        yield place.problem(error.strerror or str(error))


def read_opened(place: Place, name: str, stream: BinaryIO, settings: SourcesSettings) -> Iterator[Payload]:
    """Yield the documents of an open file, whose name says what it is."""
    ending, compression = split_ending(name)
    if ending == ".warc" and compression != ".zst" and stream.seekable():
        return read_fast_archive(place, stream, settings)
    return _read_stream(place, ending, read_chunks(stream, compression, settings), settings)


def _read_stream(place: Place, ending: str, chunks: Iterator[bytes], settings: SourcesSettings) -> Iterator[Payload]:
    if ending in JSON_LINES:
        return read_json_lines(place, chunks, settings)
    if ending == ".warc":
        return read_archive(place, cast("BinaryIO", ChunkStream(chunks)), settings)
    return read_whole(place, chunks, "text/html" if ending in HTML else "text/plain", settings)


def read_json_lines(place: Place, chunks: Iterable[bytes], settings: SourcesSettings) -> Iterator[Payload]:
    """Yield a payload for each line that is not blank; after torn data one with the problem, and no more."""
    number = 0
    try:
        for number, line in split_lines(chunks, settings.max_line_bytes):
            if line is None:
                yield place.problem(f"the line is longer than {settings.max_line_bytes:,} bytes", number)
            elif line.removeprefix(codecs.BOM_UTF8).strip():
                yield place.payload(line, "application/json", number)
    except DocumentError as error:
        yield place.problem(str(error), number + 1)
    except OSError as error:
        yield place.problem(error.strerror or str(error), number + 1)


def read_whole(
    place: Place, chunks: Iterable[bytes], media_type: MediaType, settings: SourcesSettings
) -> Iterator[Payload]:
    """Yield the one document that a file holds."""
    limit = settings.max_html_bytes if media_type == "text/html" else settings.max_text_bytes
    try:
        yield place.payload(_join(chunks, limit), media_type)
    except DocumentError as error:
        yield place.problem(str(error))


def _join(chunks: Iterable[bytes], limit: int) -> bytes:
    held = bytearray()
    for chunk in chunks:
        held += chunk
        if len(held) > limit:
            raise LimitExceeded(f"larger than {limit:,} bytes")
    return bytes(held)


def read_standard_input(stdin: BinaryIO, settings: SourcesSettings) -> Iterator[Payload]:
    """Yield JSON lines where the first line is a JSON object, one page where it begins as HTML does, else one text."""
    chunks = iter(lambda: stdin.read(PLAIN_CHUNK), b"")
    head = bytearray()
    for chunk in chunks:
        head += chunk
        if (b"\n" in chunk and b"\n" in head.lstrip()) or len(head) > settings.max_line_bytes:
            break
    place = Place(STDIN, "stdin")
    everything = chain([bytes(head)], chunks)
    start = bytes(head).removeprefix(codecs.BOM_UTF8).lstrip()
    if is_json_object(start.partition(b"\n")[0]):
        return read_json_lines(place, everything, settings)
    return read_whole(place, everything, "text/html" if _HTML_START.match(start) else "text/plain", settings)
