"""The stage `clean`: from a page's text to its body and its spans, with what people corrected in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol

from ingest.batching import RunSettings, cut_batches
from ingest.clean.corrections import Correction
from ingest.model import Article, Dropped, Failed, Page
from ingest.stage import Stage, attempt
from ingest.state import RecordReader

NAME = "clean"
KIND = "corrections"


class Clean(Protocol):
    """The cleaning of one page."""

    def __call__(self, page: Page, *, corrections: Sequence[Correction]) -> Article:
        """Clean it."""
        ...


def clean_stage(clean: Clean, records: RecordReader, settings: RunSettings) -> Stage[Page, Article]:
    """Make the stage; corrections are looked up for a batch at a time, so their number is no matter."""

    def run(pages: Iterable[Page]) -> Iterator[Article | Dropped | Failed]:
        for batch in cut_batches(pages, settings, lambda page: len(page.text)):
            corrections = read_corrections(records, [page.document.id for page in batch])
            for page in batch:
                yield attempt(NAME, partial(_clean, clean, corrections), page)

    return Stage(NAME, run)


def _clean(clean: Clean, corrections: Mapping[str, Sequence[Correction]], page: Page) -> Article:
    return clean(page, corrections=corrections.get(page.document.id, ()))


def read_corrections(records: RecordReader, ids: Sequence[str]) -> dict[str, tuple[Correction, ...]]:
    """Look corrections up by the minted ids of their articles."""
    return {key: to_corrections(record["corrections"]) for key, record in records.get(KIND, ids).items()}


def to_corrections(kept: Iterable[dict[str, object]]) -> tuple[Correction, ...]:
    """Read an article's corrections from its record."""
    return tuple(Correction.from_record(each) for each in kept)
