"""The lake: raw documents kept for ever, in the order in which they were accepted."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import cast, get_args

from ingest.crash_points import passing
from ingest.errors import LakeDamaged, UsageError
from ingest.lake.catalogue import Capture, Catalogue, Wanted
from ingest.lake.files import create_atomically, read_range, remove_stale, storage_errors
from ingest.lake.quarantine import Quarantine
from ingest.lake.settings import LakeSettings
from ingest.lake.warc import Record, Submission, pack_record, scan_records, unpack_record
from ingest.model import MediaType, Payload
from ingest.telemetry.metrics import LAKE_ACCEPTED, LAKE_BYTES, LAKE_KNOWN, LAKE_SECONDS


class Lake:
    """A folder of WARC files (`raw/`), their catalogue, the quarantine and the hand-overs.

    A WARC file is named after its first capture and renamed into place before the catalogue knows it. So whoever comes
    next, after a crash between the two, finds a file under the very name that it would use, and enters that first.
    """

    def __init__(self, folder: Path, settings: LakeSettings) -> None:
        self.folder = folder
        self.raw = folder / "raw"
        self.quarantine = Quarantine(folder / "quarantine")
        with storage_errors(str(folder)):
            self.raw.mkdir(parents=True, exist_ok=True)
        self._catalogue = Catalogue(folder / "catalog.sqlite", settings.lock_timeout_seconds)
        self._recover()

    def accept(self, items: Sequence[Submission], run: str = "") -> list[int]:
        """Keep payloads of a run and give the capture order of each; durable on return.

        A submission that repeats a capture (see Catalogue.find_known) gets that one's order and writes nothing. Raises
        StorageFull, with nothing of the batch entered, and Unavailable where another process holds the lake.
        """
        if not items:
            return []
        started = time.perf_counter()
        with self._catalogue.writing():
            self._adopt_next()
            first = self._catalogue.next_capture()
            orders = self._accept(items, run)
            passing("lake_file_written")
        new = {order: item for order, item in zip(orders, items, strict=True) if order >= first}
        LAKE_ACCEPTED.inc(len(new))
        LAKE_KNOWN.inc(len(orders) - len(new))
        LAKE_BYTES.inc(sum(len(item.payload.content) for item in new.values()))
        LAKE_SECONDS.inc(time.perf_counter() - started)
        return orders

    def payload(self, capture: int) -> Payload:
        """Give a payload back exactly; raise KeyError where there is no such capture."""
        found = self._catalogue.get(capture)
        if found is None:
            raise KeyError(capture)
        return self.read(found).payload

    def read(self, capture: Capture) -> Submission:
        """Give a capture's submission back exactly."""
        path = self.raw / capture.file
        try:
            return unpack_record(read_range(path, capture.offset, capture.length)).submission
        except (ValueError, KeyError, EOFError, OSError, zlib.error) as error:
            raise LakeDamaged(f"{path}: capture {capture.capture} cannot be read: {error}") from error

    def recall(self, captures: Iterable[Capture]) -> Iterator[tuple[Capture, Payload]]:
        """Yield the payloads of captures, in their order; one that cannot be read says so in its `problem`."""
        for capture in captures:
            try:
                yield capture, self.read(capture).payload
            except LakeDamaged as error:
                yield capture, _lost_payload(capture, str(error))

    def capture(self, capture: int) -> Capture | None:
        """Look up a capture without reading its bytes."""
        return self._catalogue.get(capture)

    def times(self, captures: Sequence[int]) -> dict[int, str]:
        """Say when each of these captures was accepted, in UTC as ISO 8601."""
        return self._catalogue.times(captures)

    def captures(self, document_id: str) -> list[Capture]:
        """List the captures of a document, oldest first."""
        return self._catalogue.of_id(document_id)

    def next_capture(self) -> int:
        """Give the order that the next new capture gets, or a higher one where another run is at work."""
        return self._catalogue.next_capture()

    def since(self, capture: int = 0, wanted: Wanted | None = None) -> Iterator[Capture]:
        """Yield the captures after an order, all or those that are wanted, in order."""
        return self._catalogue.since(capture, wanted)

    def close(self) -> None:
        """Let go of the catalogue."""
        self._catalogue.close()

    def __enter__(self) -> Lake:
        """Give the lake itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def _accept(self, items: Sequence[Submission], run: str) -> list[int]:
        first = capture = self._catalogue.next_capture()
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        name = _file_name(first)
        orders: list[int] = []
        with ExitStack() as stack:
            file = None
            offset = 0
            for item in items:
                known = self._catalogue.find_known(item)
                if known is not None:
                    orders.append(known)
                    continue
                if file is None:
                    file = stack.enter_context(create_atomically(self.raw / name))
                record = Record(capture=capture, accepted_at=now, submission=item, run=run)
                member = pack_record(record)
                file.write(member)
                self._catalogue.add([_to_capture(record, name, offset, len(member))])
                orders.append(capture)
                offset += len(member)
                capture += 1
        return orders

    def _recover(self) -> None:
        """Enter what was written but not catalogued, and remove what was not written whole."""
        for folder in (self.raw, self.folder / "handover", *self.quarantine.shards()):
            remove_stale(folder)
        if self._catalogue.next_capture() == 1:
            self._rebuild()
        elif (self.raw / _file_name(self._catalogue.next_capture())).exists():
            with self._catalogue.writing():
                self._adopt_next()

    def _rebuild(self) -> None:
        names = sorted(path.name for path in self.raw.glob("captures-*.warc.gz"))
        if names:
            with self._catalogue.writing():
                known = self._catalogue.files()
                self._adopt(name for name in names if name not in known)

    def _adopt_next(self) -> None:
        name = _file_name(self._catalogue.next_capture())
        if (self.raw / name).exists():
            self._adopt([name])

    def _adopt(self, names: Iterable[str]) -> None:
        for name in names:
            for offset, length, record in scan_records(self.raw / name):
                self._catalogue.add([_to_capture(record, name, offset, length)])


def open_lake(settings: LakeSettings, *, create: bool = True) -> Lake:
    """Open the lake and recover what a crash left; with `create`, make it where it is missing.

    Raises UsageError for a URL of a kind that is not a folder, and without `create` where there is no lake.
    """
    if not settings.url:
        raise UsageError("lake.url is empty: name a folder")
    if "://" in settings.url and not settings.url.startswith("file://"):
        raise UsageError(f"{settings.url}: the lake must be a folder as yet")
    folder = Path(settings.url.removeprefix("file://")).absolute()
    if not create and not folder.is_dir():
        raise UsageError(f"{folder}: there is no lake; ingest something first, or name the right one with --lake")
    try:
        return Lake(folder, settings)
    except (PermissionError, NotADirectoryError, FileExistsError) as error:
        raise UsageError(f"{folder}: the lake cannot be opened: {error.strerror}") from error


def _file_name(first_capture: int) -> str:
    return f"captures-{first_capture:012d}.warc.gz"


def _lost_payload(capture: Capture, problem: str) -> Payload:
    media_type = capture.media_type if capture.media_type in get_args(MediaType) else "text/plain"
    return Payload(
        content=b"",
        media_type=cast("MediaType", media_type),
        source=capture.source,
        origin=capture.origin,
        stamp=capture.stamp,
        problem=problem,
    )


def _to_capture(record: Record, file: str, offset: int, length: int) -> Capture:
    submission, payload = record.submission, record.submission.payload
    return Capture(
        capture=record.capture, id=submission.id, digest=submission.digest, stamp=payload.stamp, source=payload.source,
        origin=payload.origin, media_type=payload.media_type, accepted_at=record.accepted_at,
        file=file, offset=offset, length=length, run=record.run,
    )  # fmt: skip
