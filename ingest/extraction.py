"""The stage `extract`: text passes through; HTML is parsed in child processes that can be killed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from ingest.batching import RunSettings, cut_batches
from ingest.isolation import IsolatedPool
from ingest.model import Dropped, Failed, Page, RawDocument
from ingest.stage import Stage, attempt

NAME = "extract"

Extract = Callable[[RawDocument], Page | Dropped]
Outcome = Page | Dropped | Failed


def extract_stage(
    extract: Extract, pool: IsolatedPool[RawDocument, Page | Dropped], settings: RunSettings
) -> Stage[RawDocument, Page]:
    """Make the stage; the order of the documents is kept."""

    def run(documents: Iterable[RawDocument]) -> Iterator[Outcome]:
        for batch in cut_batches(documents, settings, lambda document: len(document.text)):
            answers = pool.map([document for document in batch if document.kind == "html"])
            for document in batch:
                step = partial(take_next, answers) if document.kind == "html" else extract
                yield attempt(NAME, step, document)

    return Stage(NAME, run)


def take_next(answers: Iterator[Page | Dropped | Exception], _: RawDocument) -> Page | Dropped:
    """Give what a child process answered for the next document, or raise what it raised."""
    answer = next(answers)
    if isinstance(answer, Exception):
        raise answer
    return answer
