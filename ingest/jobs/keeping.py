"""The lake itself: how large it is, whether it is sound, and its clean texts as a WARC file."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ingest.errors import LakeDamaged
from ingest.index.document import format_time
from ingest.jobs.ingestion import open_rooms
from ingest.jobs.replaying import Selection, recall, select
from ingest.lake import Damage, Erased, Filters, Lake, Record, Submission, is_intact, open_lake, pack_conversion
from ingest.lake.files import create_atomically
from ingest.model import Article, Dropped, Failed
from ingest.pipeline import cleaning_stages
from ingest.runner import Runner
from ingest.settings import Settings

MOST_FINDINGS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with a file of the lake; offset and length are bytes."""

    file: str
    offset: int
    length: int
    problem: str


@dataclass(slots=True, kw_only=True)
class LakeVerification:
    """What was read of the lake, and what is wrong with it; `findings` tells the first thousand of `problems`."""

    files: int = 0
    bytes: int = 0
    records: int = 0
    erased: int = 0
    problems: int = 0
    findings: list[Finding] = field(default_factory=list)

    def note(self, file: str, place: tuple[int, int], problem: str) -> None:
        """Note one thing that is wrong."""
        self.problems += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(file=file, offset=place[0], length=place[1], problem=problem))

    def to_json(self) -> dict[str, Any]:
        """Give the shape of `lake verify --json`."""
        return asdict(self)

    def assert_sound(self) -> None:
        """Raise LakeDamaged where anything is wrong."""
        if self.problems:
            first = self.findings[0]
            raise LakeDamaged(
                f"{self.problems} problems, the first in {first.file}, byte {first.offset}: {first.problem}"
            )


def verify_lake(settings: Settings) -> LakeVerification:
    """Read the whole lake: whether every record is whole, has its digest, and is where the catalogue says.

    After damage reading goes on with the next record that is whole. Nothing is changed.
    """
    done = LakeVerification()
    with open_lake(settings.lake, create=False) as lake:
        for file, size in lake.files():
            done.files += 1
            done.bytes += size
            verify_file(lake, file, done)
        known = {file for file, _ in lake.files()} | find_retired(lake, settings)
        for file in sorted(lake.catalogued_files() - known):
            done.note(file, (0, 0), "the catalogue names this file, and it is not there")
    return done


def find_retired(lake: Lake, settings: Settings) -> set[str]:
    """Name the files that retention removes, here or on another machine whose catalogue is another one."""
    if not settings.lake.retain_days:
        return set()
    bound = datetime.now(UTC) - timedelta(days=settings.lake.retain_days)
    return {file for file, _, _ in lake.find_expired(format_time(bound))}


def verify_file(lake: Lake, file: str, done: LakeVerification) -> None:
    """Read one file and compare it with the catalogue."""
    scanned = list(lake.scan(file))
    catalogued = {capture.capture: capture for capture in lake.captures_of(file)}
    for found in scanned:
        place = (found.offset, found.length)
        if isinstance(found, Damage):
            done.note(file, place, found.reason)
        elif isinstance(found.record, Erased):
            done.erased += 1
        else:
            done.records += 1
            known = catalogued.pop(found.record.capture, None)
            if not is_intact(found.record):
                done.note(file, place, f"capture {found.record.capture}: its bytes have another digest")
            if known is None or (known.offset, known.length) != place:
                done.note(file, place, f"capture {found.record.capture}: the catalogue does not have it here")
    for capture in catalogued.values():
        done.note(file, (capture.offset, capture.length), f"capture {capture.capture}: no such record in the file")


def measure_lake(settings: Settings) -> dict[str, Any]:
    """Give the lake's size, from listings alone, and how long what is kept."""
    with open_lake(settings.lake, create=False) as lake:
        files = list(lake.files())
        months = [{"month": month, "captures": count, "bytes": size} for month, count, size in lake.sizes()]
        handovers = list(lake.storage.list("handover"))
        entries = sum(1 for _ in lake.quarantine.entries(Filters(state="open")))
        return {
            "url": lake.storage.root,
            "files": len(files),
            "bytes": sum(size for _, size in files),
            "captures": sum(month["captures"] for month in months),
            "months": months,
            "quarantined": entries,
            "handovers": len(handovers),
            "handover_bytes": sum(size for _, size in handovers),
            "retain_days": settings.lake.retain_days,
            "handover_days": settings.lake.handover_days,
        }


def write_texts(target: str, settings: Settings, selection: Selection | None = None) -> dict[str, Any]:
    """Write the clean texts of documents of the lake as `conversion` records into one WARC file.

    Each refers to the record that it was made of. What is dropped or fails leaves none; nothing else is written.
    """
    left: list[Dropped | Failed] = []
    written = 0
    with ExitStack() as stack:
        opened = stack.enter_context(open_rooms(settings))
        file = stack.enter_context(create_atomically(Path(target)))
        captures = select(opened, selection or Selection())
        runner = Runner(cleaning_stages(opened.rooms), on_left=left.append)
        for article in runner.run(recall(opened.lake, captures)):
            file.write(to_conversion(article))
            written += 1
    return {"file": target, "documents": written, "left_out": len(left)}


def to_conversion(article: Article) -> bytes:
    """Give an article's clean text as a record."""
    document = article.document
    submission = Submission(id=document.id, digest=document.digest, payload=document.payload)
    record = Record(capture=document.capture, accepted_at=document.accepted_at or "", submission=submission)
    return pack_conversion(record, article.cleaning.body, document.url, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
