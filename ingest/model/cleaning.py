"""The text that the ledger covers, and what cleaning made of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ingest.model.documents import Candidate, RawDocument, Trace
from ingest.model.language import Language


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
