"""Files as bounded chunks of bytes: plain, gzip or zstandard, one level. Nothing here knows what the bytes mean."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Protocol

import zstandard

from ingest.errors import LimitExceeded, MalformedInput
from ingest.sources.settings import SourcesSettings

PLAIN_CHUNK = 65_536
# A chunk of gzip becomes at most 1,032 times its size, one of zstandard at most 32,768 times (a run-length block of 4
# bytes gives 128 kB): either way a step holds about 16 MB.
GZIP_CHUNK = 16_384
ZSTD_CHUNK = 512


class Decompressor(Protocol):
    """The part of zlib's and zstandard's decompression objects that is used."""

    @property
    def eof(self) -> bool:
        """Whether the member or frame ended."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What came after the end."""
        ...

    def decompress(self, data: bytes, /) -> bytes:
        """Take some compressed bytes and give what they become."""
        ...


def read_chunks(stream: BinaryIO, ending: str, settings: SourcesSettings) -> Iterator[bytes]:
    """Yield a stream's content in chunks, decompressed where `ending` is `.gz` or `.zst`.

    Raises MalformedInput, after the whole prefix was delivered, where the data are torn or damaged, and LimitExceeded
    where they become more than the settings' ratio allows.
    """
    if ending == ".gz":
        return _decompress(_read(stream, GZIP_CHUNK), lambda: zlib.decompressobj(zlib.MAX_WBITS + 16), settings)
    if ending == ".zst":
        return _decompress(_read(stream, ZSTD_CHUNK), lambda: zstandard.ZstdDecompressor().decompressobj(), settings)
    return _read(stream, PLAIN_CHUNK)


def _read(stream: BinaryIO, size: int) -> Iterator[bytes]:
    while chunk := stream.read(size):
        yield chunk


def _decompress(chunks: Iterator[bytes], new: Callable[[], Decompressor], settings: SourcesSettings) -> Iterator[bytes]:
    taken = given = 0
    decompressor = new()
    started = False
    for chunk in chunks:
        taken += len(chunk)
        rest = chunk
        while rest:
            if decompressor.eof:
                rest = rest.lstrip(b"\0")  # tapes and some tools pad with zeros after the last member
                if not rest:
                    break
                decompressor = new()
            started = True
            out = _advance(decompressor, rest)
            rest = decompressor.unused_data if decompressor.eof else b""
            given += len(out)
            if out:
                yield out
            if given > max(settings.decompression_floor_bytes, taken * settings.max_decompression_ratio):
                raise LimitExceeded(f"decompresses to more than {settings.max_decompression_ratio} times its size")
    if started and not decompressor.eof:
        raise MalformedInput("the compressed data end too early")


def _advance(decompressor: Decompressor, data: bytes) -> bytes:
    try:
        return decompressor.decompress(data)
    except (zlib.error, zstandard.ZstdError) as error:
        raise MalformedInput(f"the compressed data are damaged: {error}") from error


class ChunkStream(io.RawIOBase):
    """A readable file over chunks, for libraries that ask for one; what the chunks raise passes through."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._held = memoryview(b"")

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill the buffer as far as the chunk at hand goes."""
        target = memoryview(buffer).cast("B")
        while not self._held:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._held = memoryview(chunk)
        size = min(len(target), len(self._held))
        target[:size] = self._held[:size]
        self._held = self._held[size:]
        return size
