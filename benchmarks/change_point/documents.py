"""The documents that the change point is fitted on: articles of pages and invented ones, with and without comments."""

from __future__ import annotations

import random
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.change_point.invented import (
    NEGATIVES,
    STYLES,
    Said,
    invent_author,
    invent_report,
    invent_thread,
    invent_time,
    lay_out,
)
from benchmarks.change_point.pages import SourcePage
from benchmarks.change_point.phrases import REPORTED
from ingest.clean.lines import split_lines

FOLDS = 5
LANGUAGES = ("en", "en", "en", "de", "fr", "es", "it", "nl")
_MOST_LINES = 160
_MOST_CHROME_BEFORE = 12


@dataclass(frozen=True, slots=True)
class Document:
    """Lines, and whether each is a comment's; `fold` keeps a publisher together, `kind` says how it was made."""

    lines: tuple[str, ...]
    labels: tuple[bool, ...]
    fold: int
    kind: str

    @property
    def text(self) -> str:
        """The text, a blank line between any two."""
        return "\n\n".join(self.lines)


def fold_of(publisher: str) -> int:
    """Give the fold of a publisher: the same in every process."""
    return zlib.crc32(publisher.encode()) % FOLDS


def make_documents(pages: Sequence[SourcePage], seed: int) -> list[Document]:
    """Make the documents; the same pages and seed make the same ones."""
    rng = random.Random(seed)
    found: list[Document] = []
    for fold in range(FOLDS):
        mine = [page for page in pages if fold_of(page.publisher) == fold]
        found += _from_pages(rng, mine, fold)
        found += _invented(rng, fold)
    return found


def _from_pages(rng: random.Random, pages: Sequence[SourcePage], fold: int) -> Iterator[Document]:
    talked = [page for page in pages if sum(len(comment.text) for comment in page.comments) > 60]
    for page in pages:
        if page.shown:
            yield _shown(page, fold)
        if len(page.body) < 3:
            continue
        yield _document(page.body, (False,) * len(page.body), fold, "page body")
        if rng.random() < 0.5:
            yield _join(page.body, invent_thread(rng, rng.choice(LANGUAGES)), fold, "page body, invented thread")
        other = rng.choice(talked)
        yield _join(page.body, _laid_out(rng, other), fold, "page body, other page's comments")
    for page in talked:
        body = page.body if len(page.body) > 2 else invent_report(rng, "en")
        thread = _without_header(page.thread)[:_MOST_LINES]
        yield _join(body, thread, fold, "page with its thread")
        for _ in range(3):
            yield _join(body, _laid_out(rng, page), fold, "page with its comments laid out")
        follows = invent_report(rng, "en") if rng.random() < 0.5 else rng.choice(pages).body[:10]
        if len(follows) > 3:
            yield _join(body, _laid_out(rng, page), fold, "body after comments", follows)


def _laid_out(rng: random.Random, page: SourcePage) -> list[str]:
    """Set a page's comments in an invented layout, some of them, with names invented where they are missing."""
    style = rng.randrange(STYLES)
    some = [comment for comment in page.comments if comment.text.strip()]
    start = rng.randrange(len(some))
    some = some[start : start + rng.choice((1, 2, 3, 5, 8, 15))]
    said = [
        Said(
            (comment.author or invent_author(rng))[:40],
            invent_time(rng, style),
            tuple(line for line in comment.text.split("\n") if line.strip())[:8],
        )
        for comment in some
    ]
    return lay_out(rng, said)


def _without_header(thread: Sequence[str]) -> Sequence[str]:
    """Leave out a container's heading, so that the lines below must show what they are."""
    return thread[1:] if thread and len(thread[0]) < 60 and "omment" in thread[0] else thread


def _shown(page: SourcePage, fold: int) -> Document:
    """Give a page as it is shown, from a few lines before its article on."""
    starts = {line[:60] for line in page.body if len(line) > 40}
    first = next((i for i, (line, _) in enumerate(page.shown) if line[:60] in starts), 0)
    rows = page.shown[max(0, first - _MOST_CHROME_BEFORE) :][:200]
    return _document([line for line, _ in rows], [said for _, said in rows], fold, "page as shown")


def _document(lines: Sequence[str], labels: Sequence[bool], fold: int, kind: str) -> Document:
    """Make a document of the lines that show something."""
    rows = [(line, label) for line, label in zip(lines, labels, strict=True) if len(split_lines(line)) == 1]
    return Document(tuple(line for line, _ in rows), tuple(label for _, label in rows), fold, kind)


def _join(body: Sequence[str], thread: Sequence[str], fold: int, kind: str, after: Sequence[str] = ()) -> Document:
    labels = (False,) * len(body) + (True,) * len(thread) + (False,) * len(after)
    return _document((*body, *thread, *after), labels, fold, kind)


def _invented(rng: random.Random, fold: int) -> Iterator[Document]:
    for _ in range(10):
        for invent in NEGATIVES:
            lines = invent(rng, rng.choice(tuple(REPORTED)))
            yield _document(tuple(lines), (False,) * len(lines), fold, invent.__name__)
            if rng.random() < 0.35 and invent.__name__ not in {"invent_letters", "invent_chrome", "invent_footer"}:
                yield _join(lines, invent_thread(rng, rng.choice(LANGUAGES)), fold, "invented with thread")
    for _ in range(25):
        language = rng.choice(LANGUAGES)
        body, thread = invent_report(rng, language), invent_thread(rng, language)
        yield _join(body, thread, fold, "invented with thread")
        if rng.random() < 0.3:
            yield _join(body, thread, fold, "body after comments", invent_report(rng, language))
