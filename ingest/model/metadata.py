"""What enrichment found of an article, each with who states it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ingest.model.cleaning import Comment, Rights
from ingest.model.language import UNDETERMINED, Language

Precision = Literal["second", "minute", "day", "month", "year"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationDate:
    """When an article was published or modified, in UTC; `origin` says who stated it, `precision` how exactly.

    `offset` is the time zone that the statement was in (`+02:00`); None where it named none and UTC was taken.
    """

    value: datetime
    precision: Precision
    origin: str
    offset: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCandidate:
    """What one source stated of a date; `date` is None where it is `refused`, and `stated` is cut."""

    kind: Literal["published", "modified"]
    origin: str
    stated: str
    date: PublicationDate | None
    refused: Literal["unreadable", "too_early", "too_late"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who published it, what says so (`given`, `page`, `host`, `rights`, `credit`), and 0 to 1 for how sure that is.

    `country` is in ISO 3166-1, `language` in ISO 639-1, `kind` one of the registry's; None where it is not known.
    """

    name: str
    origin: str
    confidence: float = 1.0
    domain: str | None = None
    country: str | None = None
    language: str | None = None
    kind: str | None = None


Role = Literal["author", "additional_reporting", "editor", "photographer", "translator", "agency"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributor:
    """Whom a byline or a credit names: `stated` is the line as it stood, `title` the office that it gives."""

    name: str
    role: Role
    stated: str
    place: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """What it is filed under; origins are a page's (`json-ld`, ...), `url`, `tags` (a line of them) or `body`."""

    sections: tuple[str, ...] = ()
    section_origin: str | None = None
    keywords: tuple[str, ...] = ()
    keyword_origin: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFrequencies:
    """How many articles of a language were counted, and how many of them have a term (in lower case)."""

    documents: int
    terms: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place that is named, and its country in ISO 3166-1; None where the page states a place that nobody knows."""

    name: str
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Whom and what an article names, in its order, each once."""

    places: tuple[Place, ...] = ()
    persons: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Whether readers must pay and whether the text is cut short, and what says so; None where nothing tells."""

    paywalled: bool | None = None
    cut_short: bool | None = None
    reasons: tuple[str, ...] = ()


KindName = Literal["news", "opinion", "live_blog", "gallery", "not_an_article"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What sort of text it is, and each sign of that (`url:opinion`, `body:times`); `default` where none was found."""

    name: KindName
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How far an article can be relied on, 0 to 1; `score` is the mean of its parts, each 0 to 1 too."""

    score: float
    completeness: float
    cleanness: float
    date_evidence: float
    length: float
    language: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an enricher read and found anything in: `given`, an origin on the page, `url`, `body`, ..."""

    enricher: str
    read: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What enrichment found; None, empty or `und` where there is no evidence or nobody looked.

    `dates` are all that were stated, in order of trust; `date_conflict` says that some do not agree with `published`.
    `rights` and `comments` are those of the cleaning with what enrichment added, None where it did not look at them.
    `commenters_since` is the time of the oldest comment whose author is kept.
    `evidence` names the enrichers that ran, in their order, with what each of them read.
    """

    title: str | None = None
    title_origin: str | None = None
    language: Language = UNDETERMINED
    published: PublicationDate | None = None
    modified: PublicationDate | None = None
    dates: tuple[DateCandidate, ...] = ()
    date_conflict: bool = False
    publisher: Publisher | None = None
    authors: tuple[str, ...] = ()
    author_origin: str | None = None
    contributors: tuple[Contributor, ...] = ()
    agencies: tuple[str, ...] = ()
    rights: tuple[Rights, ...] | None = None
    rights_holders: tuple[str, ...] = ()
    comments: tuple[Comment, ...] | None = None
    commenters_since: datetime | None = None
    word_count: int | None = None
    reading_minutes: int | None = None
    topics: Topics | None = None
    names: Names | None = None
    access: Access | None = None
    kind: Kind | None = None
    quality: Quality | None = None
    evidence: tuple[Evidence, ...] = ()
