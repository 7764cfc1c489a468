"""One article on its way, and the ways in which a document leaves a stage."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from ingest.model.cleaning import Cleaning, Page
from ingest.model.clusters import Cluster
from ingest.model.documents import RawDocument, Trace
from ingest.model.metadata import Metadata


class DropReason(StrEnum):
    """Why policy let a document go: the defect, not the step."""

    EMPTY = "empty"
    NOT_TEXT = "not_text"
    NO_ARTICLE_TEXT = "no_article_text"
    ERASED = "erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article on its way: cleaned always; its cluster set by `deduplicate`, its metadata by `enrich`."""

    page: Page
    cleaning: Cleaning
    cluster: Cluster | None = None
    metadata: Metadata | None = None

    @property
    def document(self) -> RawDocument:
        """The document it was made of."""
        return self.page.document

    @property
    def trace(self) -> Trace:
        """Who and where."""
        return self.page.document.trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A document that policy let go at `stage`."""

    trace: Trace
    stage: str
    reason: DropReason
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A document that an error stopped at `stage`: it goes to the quarantine; `error` is the exception's type name."""

    trace: Trace
    stage: str
    error: str
    message: str


IndexOutcome = Literal["indexed", "updated", "unchanged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """A document that reached the index: new, rewritten, or found there as it is."""

    trace: Trace
    outcome: IndexOutcome
    canonical: bool
