"""What an enricher is: a pure step with settings of its own, that says what it read. docs/adding-an-enricher.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Generic, Protocol, TypeVar

from ingest.enrich.settings import EnrichSettings
from ingest.model import Article, Cleaning, Evidence, Metadata, Page, TermFrequencies


class Switched(Protocol):
    """An enricher's settings."""

    @property
    def enabled(self) -> bool:
        """Whether the enricher runs."""
        ...


S = TypeVar("S", bound=Switched)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article that is being described: what enrichers may read, what those before found, and the time that it is.

    `frequencies` are the terms' in what is indexed, by language, as a run found them at its start; `evidence` is of the
    enrichers that looked already, and becomes the metadata's in the end.
    """

    page: Page
    cleaning: Cleaning
    now: datetime
    metadata: Metadata = field(default_factory=Metadata)
    frequencies: Mapping[str, TermFrequencies] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()

    def go_on(self, metadata: Metadata, evidence: Evidence) -> Draft:
        """Give the draft with what an enricher found and read."""
        return Draft(
            page=self.page,
            cleaning=self.cleaning,
            now=self.now,
            metadata=metadata,
            frequencies=self.frequencies,
            evidence=(*self.evidence, evidence),
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """What an enricher made of a draft's metadata, and what it found anything in (`given`, `json-ld`, `body`, ...)."""

    metadata: Metadata
    read: Iterable[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Enricher(Generic[S]):
    """A step that finds something out; its `name` is also its table in the settings and the origin in docs/fields.md.

    `find` does no input or output, gives the same for the same, and raises on no input.
    """

    name: str
    find: Callable[[Draft, S], Finding]


def apply(enrichers: Sequence[Enricher[Any]], draft: Draft, settings: EnrichSettings) -> Metadata:
    """Let each enricher that is switched on find what it can; what they read is kept as evidence in the end."""
    for enricher in enrichers:
        own = getattr(settings, enricher.name)
        if own.enabled:
            finding = enricher.find(draft, own)
            read = tuple(dict.fromkeys(finding.read))
            draft = draft.go_on(finding.metadata, Evidence(enricher=enricher.name, read=read))
    return replace(draft.metadata, evidence=draft.evidence)


def open_draft(article: Article, now: datetime | None = None) -> Draft:
    """Begin to describe an article, or go on with its metadata; `now` is the clock's unless given, with a time zone."""
    metadata = article.metadata or Metadata()
    return Draft(
        page=article.page,
        cleaning=article.cleaning,
        now=now or datetime.now(UTC),
        metadata=metadata,
        evidence=metadata.evidence,
    )
