"""An answer's bytes, decompressed and counted as they come: the caller reads and keeps, this says what is too much."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from ingest.errors import FetchFailed, LimitExceeded
from ingest.network.settings import NetworkSettings

ACCEPTED = "gzip, deflate"
AUTOMATIC = zlib.MAX_WBITS + 32
STEP_BYTES = 262_144


class Body:
    """Takes the chunks of one answer and gives what they become to `keep`.

    Raises LimitExceeded as soon as it is too much: one chunk more than the limit may have been kept.
    """

    def __init__(
        self, encoding: str, max_bytes: int, settings: NetworkSettings, keep: Callable[[bytes], object]
    ) -> None:
        if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise FetchFailed(f"the answer is encoded as {encoding[:40]!r}, which was not asked for")
        self._raw_deflate_possible = encoding == "deflate"
        self._decompressor = zlib.decompressobj(AUTOMATIC) if encoding not in {"", "identity"} else None
        self._max_bytes = max_bytes
        self._ratio = settings.max_decompression_ratio
        self._floor = settings.decompression_floor_bytes
        self._keep_chunk = keep
        self.given = 0
        self.taken = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes as they came."""
        self.taken += len(chunk)
        if self._decompressor is None:
            self._keep(chunk)
        else:
            self._inflate(chunk)

    def finish(self) -> None:
        """Raise FetchFailed where compressed data end too early."""
        if self._decompressor is not None and self.taken and not self._decompressor.eof:
            raise FetchFailed("the compressed answer ends too early")

    def _inflate(self, data: bytes) -> None:
        while data:
            if self._decompressor is None or self._decompressor.eof:
                data = data.lstrip(b"\0")
                if not data:
                    return
                self._decompressor = zlib.decompressobj(AUTOMATIC)
            self._keep(self._step(data))
            data = self._decompressor.unconsumed_tail or self._decompressor.unused_data

    def _step(self, data: bytes) -> bytes:
        assert self._decompressor is not None  # noqa: S101 - only called where there is one
        first, self._raw_deflate_possible = self._raw_deflate_possible, False
        try:
            return self._decompressor.decompress(data, STEP_BYTES)
        except zlib.error as error:
            if not first:
                raise FetchFailed(f"the compressed answer is damaged: {error}") from error
        # `deflate` means zlib's format, yet some servers send the bare stream (RFC 9110, section 8.4.1.2).
        self._decompressor = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._step(data)

    def _keep(self, data: bytes) -> None:
        self._keep_chunk(data)
        self.given += len(data)
        if self.given > self._max_bytes:
            raise LimitExceeded(f"the answer is larger than {self._max_bytes:,} bytes")
        if self._decompressor is not None and self.given > max(self._floor, self.taken * self._ratio):
            raise LimitExceeded(f"the answer decompresses to more than {self._ratio} times its size")
