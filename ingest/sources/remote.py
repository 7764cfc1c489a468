"""Archives that lie elsewhere, on the web or in a place that fsspec knows: fetched whole, bounded, and read from there.

A reader that goes on after damage must seek, and a server would wait for every page that is worked on: so an archive is
first brought into a temporary file, which has no name and goes with its process.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import urlsplit

from ingest.errors import FetchFailed, LimitExceeded
from ingest.model import Payload
from ingest.network import Fetcher, NetworkSettings, Resolve
from ingest.object_place import open_place, place_errors
from ingest.sources.polite import Manners, PoliteFetcher
from ingest.sources.reader import Place, read_opened
from ingest.sources.settings import SourcesSettings

ARCHIVES = (".warc", ".warc.gz", ".warc.zst")
WEB = frozenset({"http", "https"})
CHUNK_BYTES = 4 << 20


def is_remote_archive(argument: str) -> bool:
    """Tell whether an argument is the URL of a WARC file, by its ending."""
    scheme, separator, _ = argument.partition("://")
    return bool(separator) and scheme.isalnum() and name_of(argument).lower().endswith(ARCHIVES)


def name_of(url: str) -> str:
    """Give the name of the file that a URL points to; empty where it is none."""
    try:
        return PurePosixPath(urlsplit(url).path).name
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class Depot:
    """By what archives are fetched; `resolve` stands in for the system's resolver in tests."""

    settings: SourcesSettings
    network: NetworkSettings
    resolve: Resolve | None = None

    def read(self, url: str) -> Iterator[Payload]:
        """Yield the documents of an archive; raise DocumentError, before any of them, where it cannot be had.

        Raises UsageError for a kind of place that is not known.
        """
        name = name_of(url)
        with tempfile.TemporaryFile() as file:
            self._fetch(url, file)
            file.seek(0)
            yield from read_opened(Place(url, name), name, file, self.settings)

    def _fetch(self, url: str, file: BinaryIO) -> None:
        if urlsplit(url).scheme.lower() in WEB:
            asyncio.run(self._fetch_from_web(url, file))
            return
        size, deadline = 0, time.monotonic() + self.settings.max_archive_seconds
        for chunk in _read_place(url):
            size += len(chunk)
            if size > self.settings.max_archive_bytes:
                raise LimitExceeded(f"{url}: larger than {self.settings.max_archive_bytes:,} bytes")
            if time.monotonic() > deadline:
                raise LimitExceeded(f"{url}: not whole within {self.settings.max_archive_seconds:g} seconds")
            file.write(chunk)

    async def _fetch_from_web(self, url: str, file: BinaryIO) -> None:
        manners = Manners(max_bytes=self.settings.max_archive_bytes, max_seconds=self.settings.max_archive_seconds)
        async with Fetcher(self.network, self.resolve) as fetcher:
            # It is compressed already, and what a server compresses a second time is unpacked by nobody else.
            await PoliteFetcher(fetcher, self.settings.poll).get(url, manners, {"Accept-Encoding": "identity"}, file)


def _read_place(url: str) -> Iterator[bytes]:
    files, path = open_place(url)
    try:
        with files.open(path, "rb", block_size=CHUNK_BYTES) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk
    except FileNotFoundError as error:
        raise FetchFailed(f"{url}: no such file") from error
    except place_errors(url) as error:
        raise FetchFailed(f"{url}: {type(error).__name__}: {error}") from error
