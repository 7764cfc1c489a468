"""The records that flow through the pipeline, one type a hop. Standard library only; nothing here reads or decides.

Payload (bytes) -> RawDocument (text, identity) -> Page (the text the ledger covers) -> Article (body and spans) and
then the same Article with its cluster and its metadata. Dropped and Failed are the two ways to leave on the way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

MediaType = Literal["text/plain", "text/html", "application/json"]
ContentKind = Literal["text", "html"]


class SpanClass(StrEnum):
    """What a removed stretch of text is."""

    COPYRIGHT = "copyright"
    COMMENT = "comment"
    COMMENT_UI = "comment_ui"
    SHARE = "share"
    NEWSLETTER = "newsletter"
    CAPTION = "caption"
    CREDIT = "credit"
    BYLINE = "byline"
    RELATED = "related"
    PAGINATION = "pagination"
    NOTICE = "notice"
    ADVERT = "advert"
    PAYWALL = "paywall"
    TAGS = "tags"
    METADATA = "metadata"
    NAVIGATION = "navigation"
    CONTROL = "control"
    WHITESPACE = "whitespace"


class DropReason(StrEnum):
    """Why policy let a document go: the defect, not the step."""

    EMPTY = "empty"
    NOT_TEXT = "not_text"
    NO_ARTICLE_TEXT = "no_article_text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Who a document is and where it came from: what every report, log line and quarantine entry repeats.

    `capture` is the order in which the lake accepted the bytes (0: not in a lake).
    """

    id: str
    given_id: str | None
    source: str
    origin: str
    capture: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One document's bytes as they came, before anything is decoded or decided.

    `source` names the source (a file's name, a feed's name); `origin` says where exactly (`path` or `path:line`,
    1-based); `stamp` tells two captures with the same bytes at the same origin apart (a file's modification time, a
    fetch time).
    `url` is where the bytes were fetched from, where a container (a WARC record) says so; `stated` is what was said
    beside the bytes: by the server (`http`), by the archive (`warc`), by the feed that named them (`feed`).
    `problem` is set where the reader could not deliver the bytes whole: the document is seen and fails.
    """

    content: bytes
    media_type: MediaType
    source: str
    origin: str
    stamp: str = ""
    charset: str | None = None
    url: str | None = None
    stated: tuple[Candidate, ...] = ()
    problem: str | None = None

    @property
    def trace(self) -> Trace:
        """Who and where, before there is an identity: by source and bytes, or by where the bytes should have been."""
        key = self.content if self.content else self.origin.encode("utf-8", "surrogateescape")
        return Trace(
            id=hashlib.sha256(self.source.encode("utf-8", "surrogateescape") + b"\0" + key).hexdigest()[:32],
            given_id=None,
            source=self.source,
            origin=self.origin,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the input itself said of the document, as given; None where it said nothing."""

    id: str | None = None
    url: str | None = None
    title: str | None = None
    publisher: str | None = None
    source: str | None = None
    published_at: str | None = None
    fetched_at: str | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How bytes became text: `origin` is `bom`, `declared`, `utf-8` or `detected`; `replaced` counts U+FFFD put in."""

    name: str
    origin: str
    replaced: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDocument:
    """A document with its identity and its decoded text; `text` is HTML source where `kind` is `html`.

    `id` is 32 hexadecimal digits, minted once from the canonical URL or, with none, from the source and the content.
    `digest` is the SHA-256 of the payload's bytes, hexadecimal. `url` is canonical (the given one is in `given`).
    `accepted_at` is when the lake accepted the bytes, in UTC as ISO 8601.
    """

    id: str
    digest: str
    payload: Payload
    kind: ContentKind
    text: str
    encoding: Encoding
    given: Given
    url: str | None = None
    capture: int = 0
    accepted_at: str | None = None

    @property
    def fetched_at(self) -> str | None:
        """When the bytes were fetched, as given or as stated beside them."""
        beside = (candidate.value for candidate in self.payload.stated if candidate.field == "fetched_at")
        return self.given.fetched_at or next(beside, None)

    @property
    def trace(self) -> Trace:
        """Who and where."""
        return Trace(
            id=self.id,
            given_id=self.given.id,
            source=self.given.source or self.payload.source,
            origin=self.payload.origin,
            capture=self.capture,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A removed stretch `[start, end)` in code points of the covered text, with its class and the rule that took it."""

    start: int
    end: int
    span_class: SpanClass
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A reader's comment; offsets count code points of the covered text, or are None where its element was cut out.

    `language` is None where enrichment did not look at it.
    """

    text: str
    number: int | None = None
    author: str | None = None
    published_at: str | None = None
    rating: int | None = None
    reply_to: int | None = None
    start: int | None = None
    end: int | None = None
    element: str | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """A copyright line, read: who holds the rights, the years it names, and the line itself.

    `agency` is the news agency that the line names, as the registry writes it; enrichment finds it.
    """

    holder: str | None
    years: tuple[int, ...]
    notice: str
    agency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """A picture's caption and the credit found in it."""

    text: str
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """An agency or reporting credit (`Additional reporting by ...`), as it stood; `agency` where it names one."""

    text: str
    agency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One value that is stated of a page, with where it stood (`json-ld`, `opengraph`, `meta`, `element`, `feed`)."""

    field: str
    value: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """A container cut out of the tree before extraction: its path, class of span, and length in characters."""

    element: str
    span_class: SpanClass
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch `[start, end)` of the covered text and the path of the element that it came from, as XPath."""

    start: int
    end: int
    element: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The text that the ledger covers, and what the page said of itself.

    For text input `text` is the decoded text, unchanged; for HTML it is what extraction gave (blocks joined by line
    feeds), `extractor` names the method with its version, `blocks` say which element each line came from, and
    `comments` and `captions` hold those cut out.
    """

    document: RawDocument
    text: str
    extractor: str
    candidates: tuple[Candidate, ...] = ()
    pruned: tuple[Pruned, ...] = ()
    comments: tuple[Comment, ...] = ()
    captions: tuple[Caption, ...] = ()
    blocks: tuple[Block, ...] = ()

    @property
    def trace(self) -> Trace:
        """Who and where."""
        return self.document.trace


@dataclass(frozen=True, slots=True, kw_only=True)
class LostCorrection:
    """A person's correction, by its number, that had no effect on a text, and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaning:
    """What cleaning made of a text: `body` and `spans` cover it exactly once.

    `title` is the headline found in the text, which stays in the body; `bylines` are the lines that name `authors`.
    Where `flags` holds `over_removal` the text was kept whole and its cuts are only `suggested_spans`;
    `correction_lost` names a text that some of a person's corrections had no effect on. `comments_complete` is None
    where there is no thread.
    """

    body: str
    spans: tuple[Span, ...]
    title: str | None = None
    comments: tuple[Comment, ...] = ()
    comments_complete: bool | None = None
    rights: tuple[Rights, ...] = ()
    captions: tuple[Caption, ...] = ()
    credits: tuple[Credit, ...] = ()
    authors: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    leaked: tuple[Candidate, ...] = ()
    flags: tuple[str, ...] = ()
    suggested_spans: tuple[Span, ...] = ()
    lost_corrections: tuple[LostCorrection, ...] = ()


ClusterKind = Literal["unique", "exact", "near"]


CopyMatch = Literal["content", "jaccard", "containment", "hand"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyEvidence:
    """Why an article counts as a copy of another one.

    `matched` is what decided: the hash of the whole `content`; the share of all shingles that both have (`jaccard`);
    the share of the shorter text's that the longer one has, with a common opening (`containment`); or a person
    (`hand`). The counts are of distinct shingles and whole sentences that both have, -1 where nobody counted.
    """

    matched: CopyMatch
    containment: float
    jaccard: float
    shared_shingles: int = -1
    shared_sentences: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """An article's place among its duplicates.

    `of` is the member it matched (None when unique), `similarity` that match's (1.0 exact) and `evidence` why they
    match; `scheme` names the signatures by which that was found. `reason` says why the canonical member is the
    canonical one. `agency` is whose text it is, where it says so or, then `agency_copied`, the member that it matched.
    `displaced` are earlier
    members that are canonical no longer because of it, `promoted` those that are canonical now because it led the
    cluster that it has left.
    """

    id: str
    canonical: bool
    kind: ClusterKind
    similarity: float
    of: str | None
    reason: str
    evidence: CopyEvidence | None = None
    scheme: str = ""
    agency: str | None = None
    agency_copied: bool = False
    displaced: tuple[str, ...] = ()
    promoted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """An ISO 639-1 code (`zh-cn`, `zh-tw` as langdetect names them; `und` where nothing tells) and 0 to 1.

    `others` are languages that parts of the text are in, the commonest first.
    """

    code: str
    confidence: float
    others: tuple[str, ...] = ()

    @property
    def mixed(self) -> bool:
        """Whether the text is in more than one language."""
        return bool(self.others)


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


UNDETERMINED = Language(code="und", confidence=0.0)


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
