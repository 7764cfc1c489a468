"""Every enricher, in order: what one finds those after it may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from ingest.enrich.access import find_access
from ingest.enrich.byline import find_byline
from ingest.enrich.comments import find_comments, kept_since, time_of, treat_commenters
from ingest.enrich.dates import find_dates
from ingest.enrich.enricher import Enricher, apply, open_draft
from ingest.enrich.kind import find_kind
from ingest.enrich.language import find_language
from ingest.enrich.names import find_names
from ingest.enrich.publisher import find_publisher
from ingest.enrich.quality import find_quality
from ingest.enrich.rights import find_rights
from ingest.enrich.settings import EnrichSettings
from ingest.enrich.title import find_title
from ingest.enrich.topics import find_topics
from ingest.enrich.words import find_words
from ingest.model import Article, Metadata, TermFrequencies

TITLE = Enricher(name="title", find=find_title)
LANGUAGE = Enricher(name="language", find=find_language)
DATES = Enricher(name="dates", find=find_dates)
RIGHTS = Enricher(name="rights", find=find_rights)
PUBLISHER = Enricher(name="publisher", find=find_publisher)
BYLINE = Enricher(name="byline", find=find_byline)
COMMENTS = Enricher(name="comments", find=find_comments)
WORDS = Enricher(name="words", find=find_words)
TOPICS = Enricher(name="topics", find=find_topics)
NAMES = Enricher(name="names", find=find_names)
ACCESS = Enricher(name="access", find=find_access)
KIND = Enricher(name="kind", find=find_kind)
QUALITY = Enricher(name="quality", find=find_quality)

ENRICHERS: tuple[Enricher[Any], ...] = (
    *(TITLE, LANGUAGE, DATES, RIGHTS, PUBLISHER, BYLINE, COMMENTS, WORDS),
    *(TOPICS, NAMES, ACCESS, KIND, QUALITY),
)

NOTHING_COUNTED: Mapping[str, TermFrequencies] = MappingProxyType({})


def describe(
    article: Article,
    settings: EnrichSettings,
    *,
    now: datetime | None = None,
    frequencies: Mapping[str, TermFrequencies] = NOTHING_COUNTED,
) -> Metadata:
    """Describe a cleaned article by what is stated and found; never raises, whatever it is given.

    `now` bounds the dates, see `choose_date`; `frequencies` weigh keywords, by language.
    """
    draft = replace(open_draft(article, now), frequencies=frequencies)
    metadata = apply(ENRICHERS, draft, settings)
    written = time_of(article.document, metadata)
    comments = article.cleaning.comments if metadata.comments is None else metadata.comments
    treated = treat_commenters(comments, written, settings.commenters, draft.now)
    return replace(metadata, comments=treated, commenters_since=kept_since(treated, written))
