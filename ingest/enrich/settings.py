"""The settings of enrichment: one record an enricher, each with its switch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

MIN_KEY_CHARACTERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleSettings:
    """The title.

    Attributes:
        enabled: whether the title is looked for.
        max_characters: where a title is cut, in characters.
    """

    enabled: bool = True
    max_characters: int = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageSettings:
    """The language of the body.

    Attributes:
        enabled: whether the language is told; else every article is `und`, and stemmed as no language.
        max_characters: how much of a body is read, in characters: of its beginning, its middle and its end.
        min_bytes: letters that tell a language, in bytes of UTF-8 (a Latin letter has one, a Chinese three).
        find_mixed: whether other languages are looked for in parts of a body.
        min_other_share: the share of a body that another language must have to be told.
    """

    enabled: bool = True
    max_characters: int = 450
    min_bytes: int = 12
    find_mixed: bool = True
    min_other_share: float = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSettings:
    """The dates of publication and modification.

    Attributes:
        enabled: whether dates are read.
        min_year: the earliest year in which an article can have been published.
        max_future_days: how far past now (or past the fetch) a publication date may lie, in days.
        max_apart_days: how far other statements may lie from the chosen date before it is called a conflict, in days.
        max_candidates: how many statements are kept, each of publication and modification.
    """

    enabled: bool = True
    min_year: int = 1990
    max_future_days: int = 2
    max_apart_days: int = 2
    max_candidates: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherSettings:
    """The publisher.

    Attributes:
        enabled: whether the publisher is looked for.
        max_characters: where a publisher's name is cut, in characters.
    """

    enabled: bool = True
    max_characters: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class BylineSettings:
    """The authors and who else a byline names.

    Attributes:
        enabled: whether bylines are read.
        max_authors: how many persons are kept.
        max_characters: where a name is cut, in characters.
    """

    enabled: bool = True
    max_authors: int = 20
    max_characters: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsSettings:
    """Who holds the rights, and for which agency.

    Attributes:
        enabled: whether holders are named for the facet, and agencies looked for.
        max_holders: how many holders are kept for the facet.
        max_characters: where a holder's name is cut, in characters.
    """

    enabled: bool = True
    max_holders: int = 20
    max_characters: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentSettings:
    """The languages of readers' comments.

    Attributes:
        enabled: whether the language of each comment is told.
        max_characters: how much of a comment is read, in characters.
        min_bytes: letters that tell a language, in bytes of UTF-8.
    """

    enabled: bool = True
    max_characters: int = 300
    min_bytes: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class CommenterSettings:
    """The authors of comments: what is kept of them, and how long. `broadsheet forget` applies it to what is indexed.

    Attributes:
        authors: `keep`, `pseudonymise` (the same author has the same made-up name) or `drop`.
        key: the secret of the pseudonyms, 16 characters or more; another key gives other names.
        retention_days: how long after a comment was written its author is kept, in days; 0 for ever.
    """

    authors: Literal["keep", "pseudonymise", "drop"] = "keep"
    key: str = field(default="", repr=False)
    retention_days: int = 0

    def __post_init__(self) -> None:
        """Refuse pseudonyms that anybody could undo by trying names."""
        if self.authors == "pseudonymise" and len(self.key) < MIN_KEY_CHARACTERS:
            raise ValueError(f"pseudonyms need a key of at least {MIN_KEY_CHARACTERS} characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordSettings:
    """The number of words, and how long they take to read.

    Attributes:
        enabled: whether words are counted.
        words_per_minute: how fast people read.
    """

    enabled: bool = True
    words_per_minute: int = 230


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSettings:
    """The sections and the keywords.

    Attributes:
        enabled: whether they are looked for.
        max_sections: how many sections are kept.
        max_keywords: how many of the stated keywords are kept.
        max_found: how many keywords are taken out of a text whose page states none.
        max_characters: where a stated keyword or section is no more one, in characters.
    """

    enabled: bool = True
    max_sections: int = 5
    max_keywords: int = 20
    max_found: int = 8
    max_characters: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSettings:
    """The places, people and organisations.

    Attributes:
        enabled: whether they are looked for.
        languages: the languages whose texts are read; of others, only what the page states counts.
        max_characters: how much of a body is read, in characters.
        max_names: how many of each sort are kept.
        max_name_characters: where a stated name is cut, in characters.
    """

    enabled: bool = True
    languages: tuple[str, ...] = ("en",)
    max_characters: int = 20_000
    max_names: int = 30
    max_name_characters: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitySettings:
    """The places, people and organisations that a model finds besides, in a stage of its own (`recognize`).

    Attributes:
        enabled: whether the model reads; needs the extra `ner`, and takes some 20 ms of a core an article.
        languages: the languages whose texts it reads; it knows English.
        max_characters: how much of a body it reads, in characters.
        texts_per_task: how many texts a process is handed at once.
        max_names: how many names of each sort are kept, those of the names' table included.
    """

    enabled: bool = False
    languages: tuple[str, ...] = ("en",)
    max_characters: int = 1_500
    texts_per_task: int = 8
    max_names: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessSettings:
    """Whether an article is behind a paywall, or cut short.

    Attributes:
        enabled: whether that is looked for.
        min_line_characters: a last line of so many characters that ends without a full stop was cut.
    """

    enabled: bool = True
    min_line_characters: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSettings:
    """The kind: news, opinion, live blog, gallery, or not an article.

    Attributes:
        enabled: whether the kind is told.
        min_words: fewer words than these, without a full sentence, are not an article.
        min_timed_lines: so many lines that begin with a time of day make a live blog.
        min_pictures: so many captions beside a short text make a gallery.
    """

    enabled: bool = True
    min_words: int = 30
    min_timed_lines: int = 5
    min_pictures: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class QualitySettings:
    """The quality.

    Attributes:
        enabled: whether it is told.
        full_length_words: from how many words on an article is long enough.
    """

    enabled: bool = True
    full_length_words: int = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrichSettings:
    """What is read of an article and believed: a table for each enricher, which its `enabled` switches off.

    Attributes:
        title: the title's.
        language: the language's.
        dates: the dates'.
        publisher: the publisher's.
        byline: the byline's.
        rights: the rights'.
        comments: the comments'.
        commenters: the comments' authors'; no enricher, and always in force.
        words: the number of words'.
        topics: the sections' and the keywords'.
        names: the places', people's and organisations'.
        entities: the same, as a model finds them; no enricher but a stage, and off unless asked for.
        access: the paywall's.
        kind: the kind's.
        quality: the quality's.
    """

    title: TitleSettings = field(default_factory=TitleSettings)
    language: LanguageSettings = field(default_factory=LanguageSettings)
    dates: DateSettings = field(default_factory=DateSettings)
    publisher: PublisherSettings = field(default_factory=PublisherSettings)
    byline: BylineSettings = field(default_factory=BylineSettings)
    rights: RightsSettings = field(default_factory=RightsSettings)
    comments: CommentSettings = field(default_factory=CommentSettings)
    commenters: CommenterSettings = field(default_factory=CommenterSettings)
    words: WordSettings = field(default_factory=WordSettings)
    topics: TopicSettings = field(default_factory=TopicSettings)
    names: NameSettings = field(default_factory=NameSettings)
    entities: EntitySettings = field(default_factory=EntitySettings)
    access: AccessSettings = field(default_factory=AccessSettings)
    kind: KindSettings = field(default_factory=KindSettings)
    quality: QualitySettings = field(default_factory=QualitySettings)
