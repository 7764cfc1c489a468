"""The lake: raw documents kept for ever, in the order in which they were accepted."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import accumulate, groupby
from pathlib import Path
from types import TracebackType
from typing import cast, get_args

from ingest.crash_points import passing
from ingest.errors import LakeDamaged, UsageError
from ingest.lake.catalogue import Capture, Catalogue, Wanted
from ingest.lake.files import storage_errors
from ingest.lake.quarantine import Quarantine
from ingest.lake.scanning import Damage, Found, scan_file
from ingest.lake.settings import LakeSettings
from ingest.lake.storage import Storage, open_storage
from ingest.lake.warc import Erased, ErasedError, Record, Submission, pack_erased, pack_record, unpack_record
from ingest.model import MediaType, Payload
from ingest.telemetry.metrics import LAKE_ACCEPTED, LAKE_BYTES, LAKE_KNOWN, LAKE_SECONDS

LOGGER = logging.getLogger(__name__)
RAW = "raw/"
FLOORS = "orders"
ORDER_DIGITS = 12
# Less than any record takes: damage hides at most one order for each so many bytes.
LEAST_RECORD_BYTES = 64


class Lake:
    """WARC files (`raw/`), their catalogue, the quarantine and the hand-overs, in a folder or any place of fsspec's.

    A WARC file is named after its first capture and has its name before the catalogue knows it. So whoever comes next,
    after a crash between the two or on another machine, finds a file under the very name that it would use, and enters
    that first. A name is given once: of two writers in a place without locks one is refused, and goes on behind it.
    Where names do not follow each other, since files expired or damage hides how many orders one gave, a floor
    (`orders/`) says below which order none is given any more.
    """

    def __init__(self, storage: Storage, catalogue: Path, settings: LakeSettings) -> None:
        self.storage = storage
        self.quarantine = Quarantine(storage)
        with storage_errors(str(catalogue)):
            catalogue.parent.mkdir(parents=True, exist_ok=True)
        self._catalogue = Catalogue(catalogue, settings.lock_timeout_seconds)
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
            # Before any file of these is there: a repeat that a crash forgot would be news after what came behind it.
            self._note_repeats(items)
        with self._catalogue.writing():
            first, orders = self._accept(items, run)
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
        return self.record(capture).submission

    def record(self, capture: Capture) -> Record:
        """Give a capture's record; raise LakeDamaged where it cannot be read, KeyError where it was erased."""
        try:
            member = self.storage.read(RAW + capture.file, capture.offset, capture.length)
        except OSError as error:
            raise self._damage(capture, error) from error
        return self._read_member(capture, member)

    def _read_member(self, capture: Capture, member: bytes) -> Record:
        try:
            return unpack_record(member)
        except ErasedError as error:
            raise KeyError(str(error)) from error
        except (ValueError, KeyError, EOFError, OSError, zlib.error) as error:
            raise self._damage(capture, error) from error

    def _damage(self, capture: Capture, error: Exception) -> LakeDamaged:
        where = f"{self.storage.root}/{RAW}{capture.file}"
        return LakeDamaged(f"{where}: capture {capture.capture} cannot be read: {error}")

    def recall(self, captures: Iterable[Capture]) -> Iterator[tuple[Capture, Payload]]:
        """Yield the payloads of captures, in their order; one that cannot be read says so in its `problem`.

        What was erased is passed over. Captures of one file that follow each other are read at once.
        """
        for file, group in groupby(captures, key=lambda each: each.file):
            of_file = list(group)
            start = min(each.offset for each in of_file)
            end = max(each.offset + each.length for each in of_file)
            try:
                data = self.storage.read(RAW + file, start, end - start)
            except (FileNotFoundError, NotADirectoryError):
                data = b""
            for each in of_file:
                with contextlib.suppress(KeyError):
                    yield each, self._unpack(each, data[each.offset - start : each.offset - start + each.length])

    def _unpack(self, capture: Capture, member: bytes) -> Payload:
        try:
            return self._read_member(capture, member).submission.payload
        except LakeDamaged as error:
            return _lost_payload(capture, str(error))

    def capture(self, capture: int) -> Capture | None:
        """Look up a capture without reading its bytes."""
        return self._catalogue.get(capture)

    def look_up(self, captures: Sequence[int]) -> list[Capture]:
        """Look up captures, in order, without reading their bytes; absent ones are absent."""
        return self._catalogue.get_all(captures)

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

    def erase(self, document_id: str) -> int:
        """Put a mark in the place of every capture of a document; give how many there were. Durable on return."""
        at = _format_now()
        with self._catalogue.writing():
            self._adopt_next()
            captures = self._catalogue.of_id(document_id)
            for file, of_file in groupby(captures, key=lambda each: each.file):
                content = bytearray(self.storage.read(RAW + file))
                for each in of_file:
                    mark = pack_erased(Erased(each.capture, document_id, at), each.length)
                    content[each.offset : each.offset + each.length] = mark
                with self.storage.writing(RAW + file) as out:
                    out.write(content)
            self._catalogue.remove([each.capture for each in captures])
            self._catalogue.forget_repeats(document_id)
        return len(captures)

    def find_expired(self, before: str) -> list[tuple[str, int, int]]:
        """Name the files all of whose captures were accepted before a time (UTC, ISO 8601), with captures and bytes.

        Never the newest file: its name says which order comes next.
        """
        return self._catalogue.files_before(before)

    def expire(self, files: Sequence[str]) -> None:
        """Remove files with their captures; killed in between, the next retention finds these again and ends it."""
        if not files:
            return
        with self._catalogue.writing():
            self._adopt_next()
            self._raise_floor(self._catalogue.next_capture())
        for file in files:
            self.storage.delete(RAW + file)
            passing("file_expired")
            with self._catalogue.writing():
                self._catalogue.remove_file(file)

    def files(self) -> Iterator[tuple[str, int]]:
        """Yield the WARC files with their bytes, in order."""
        return ((name.removeprefix(RAW), size) for name, size in self.storage.list(RAW.rstrip("/")))

    def scan(self, file: str) -> Iterator[Found | Damage]:
        """Read a WARC file from its beginning, whatever happened to it."""
        return scan_file(self.storage.read(RAW + file))

    def catalogued_files(self) -> set[str]:
        """Name the files of which the catalogue has captures."""
        return self._catalogue.files()

    def captures_of(self, file: str) -> list[Capture]:
        """List the catalogued captures of a file, in order."""
        return self._catalogue.of_file(file)

    def sizes(self) -> list[tuple[str, int, int]]:
        """Count captures and their bytes by the month of their acceptance (`2024-05`)."""
        return self._catalogue.sizes()

    def _accept(self, items: Sequence[Submission], run: str) -> tuple[int, list[int]]:
        """Enter what is new; give the first order that was free, and the order of each."""
        while True:
            self._adopt_next()
            first = self._catalogue.next_capture()
            orders, records, _ = self._sort_out(items, first, run)
            members = [pack_record(record) for record in records]
            name = _file_name(first)
            if members and not self.storage.create(RAW + name, b"".join(members)):
                continue
            offsets = accumulate(map(len, members), initial=0)
            self._catalogue.add(
                [_to_capture(*each, name) for each in zip(records, offsets, map(len, members), strict=False)]
            )
            return first, orders

    def _note_repeats(self, items: Sequence[Submission]) -> None:
        self._adopt_next()
        *_, repeats = self._sort_out(items, self._catalogue.next_capture(), "")
        for item in repeats:
            self._catalogue.note_repeat(item)

    def _sort_out(
        self, items: Sequence[Submission], first: int, run: str
    ) -> tuple[list[int], list[Record], list[Submission]]:
        """Give the order of each submission, the records of those that repeat none, the repeats under other stamps."""
        orders: list[int] = []
        repeats: list[Submission] = []
        records: dict[int, Record] = {}
        pending: dict[str, list[tuple[int, Submission]]] = {}
        now = _format_now()
        for item in items:
            known, is_other = self._catalogue.find_known(item, pending.get(item.id, ()))
            if is_other and item.payload.stamp:
                repeats.append(item)
            if not known:
                known = first + len(records)
                records[known] = Record(capture=known, accepted_at=now, submission=item, run=run)
                pending.setdefault(item.id, []).append((known, item))
            orders.append(known)
        return orders, list(records.values()), repeats

    def _recover(self) -> None:
        """Enter what was written but not catalogued, and remove what was not written whole."""
        self.storage.tidy()
        first = self._catalogue.next_capture()
        if first == 1 or self._find_floor() > first or self.storage.exists(RAW + _file_name(first)):
            with self._catalogue.writing():
                self._adopt_next()

    def _adopt_next(self) -> None:
        """Enter the files that were written since: each is named after the order that comes next.

        Where nothing is known yet, or names do not follow each other, all files are looked at. A file that retention
        removes just then has left a floor, so that the look begins anew.
        """
        while True:
            with contextlib.suppress(FileNotFoundError):
                return self._adopt_those_there()

    def _adopt_those_there(self) -> None:
        first = self._catalogue.next_capture()
        if first == 1 or self._find_floor() > first:
            self._adopt_unknown()
        while self.storage.exists(RAW + _file_name(first := self._catalogue.next_capture())):
            if self._adopt(_file_name(first)) > self._catalogue.next_capture():
                self._adopt_unknown()

    def _adopt_unknown(self) -> None:
        """Enter all files that the catalogue does not know; give no order again that the last one may have given."""
        known = self._catalogue.files()
        names = [name for name, _ in self.files() if name.startswith("captures-") and name not in known]
        after = [self._adopt(name) for name in names]
        floor = self._find_floor()
        if after and after[-1] > max(floor, self._catalogue.next_capture()):
            floor = after[-1]
            self._raise_floor(floor)
        if floor > self._catalogue.next_capture():
            self._catalogue.skip(floor - 1)

    def _adopt(self, name: str) -> int:
        """Enter the sound records of a file; give the order behind all that it may have given.

        What is damaged is told, and passed over.
        """
        first = order = int(name.removeprefix("captures-").split(".")[0])
        for found in self.scan(name):
            if isinstance(found, Damage):
                LOGGER.warning("%s: %s at byte %d, %d bytes", name, found.reason, found.offset, found.length)
                order += found.length // LEAST_RECORD_BYTES + 1
                continue
            if isinstance(found.record, Erased):
                self._catalogue.skip(found.record.capture)
            else:
                self._catalogue.add([_to_capture(found.record, found.offset, found.length, name)])
            order = found.record.capture + 1
        return max(order, first + 1)

    def _find_floor(self) -> int:
        """Give the order below which none is given any more; 0 where nothing says so."""
        return max((int(name.rpartition("/")[2]) for name, _ in self.storage.list(FLOORS)), default=0)

    def _raise_floor(self, order: int) -> None:
        """Let no writer give an order below this one, whatever it knows. A floor is a name, so that two never race."""
        floors = [name for name, _ in self.storage.list(FLOORS)]
        self.storage.create(f"{FLOORS}/{order:0{ORDER_DIGITS}d}", b"")
        for name in floors:
            if int(name.rpartition("/")[2]) < order:
                self.storage.delete(name)


def _format_now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def open_lake(settings: LakeSettings, *, create: bool = True) -> Lake:
    """Open the lake and recover what a crash left; with `create`, make it where it is missing.

    Raises UsageError for a URL that cannot be meant, and without `create` where there is no lake.
    """
    if not settings.url:
        raise UsageError("lake.url is empty: name a folder, or s3://bucket/prefix")
    is_folder = "://" not in settings.url or settings.url.startswith("file://")
    folder = Path(settings.url.removeprefix("file://")).absolute()
    if is_folder and not create and not folder.is_dir():
        raise UsageError(f"{folder}: there is no lake; ingest something first, or name the right one with --lake")
    try:
        return Lake(open_storage(settings), find_catalogue(settings), settings)
    except (PermissionError, NotADirectoryError, FileExistsError) as error:
        raise UsageError(f"{folder}: the lake cannot be opened: {error.strerror}") from error


def find_catalogue(settings: LakeSettings) -> Path:
    """Say where the catalogue is: in the lake's folder, else on this machine, by the lake's URL."""
    if "://" not in settings.url or settings.url.startswith("file://"):
        return Path(settings.url.removeprefix("file://")).absolute() / "catalog.sqlite"
    name = hashlib.sha256(settings.url.rstrip("/").encode()).hexdigest()[:16]
    return Path(settings.catalogue_folder) / f"{name}.sqlite"


def _file_name(first_capture: int) -> str:
    return f"captures-{first_capture:0{ORDER_DIGITS}d}.warc.gz"


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


def _to_capture(record: Record, offset: int, length: int, file: str) -> Capture:
    submission, payload = record.submission, record.submission.payload
    return Capture(
        capture=record.capture, id=submission.id, digest=submission.digest, stamp=payload.stamp, source=payload.source,
        origin=payload.origin, media_type=payload.media_type, accepted_at=record.accepted_at,
        file=file, offset=offset, length=length, run=record.run,
    )  # fmt: skip
