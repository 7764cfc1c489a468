"""The pipeline, in order: the file to read first.

bytes -> read -> extract -> clean -> deduplicate -> enrich -> index

Each stage gives one outcome a document: kept, Dropped (policy) or Failed (quarantine). The runner counts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ingest import __version__
from ingest.admission import read_stage
from ingest.clean.cleaner import clean_page
from ingest.clean.learned.snapshot import NOTHING_LEARNED, Learned, publisher_of
from ingest.clean.rulepack import rules_version
from ingest.cleaning import clean_stage
from ingest.clustering import deduplicate_stage
from ingest.dedup import Deduplicator
from ingest.enrich import NOTHING_COUNTED, EnrichSettings, choose_date, describe
from ingest.erasing import find_erased
from ingest.extract import extract_page
from ingest.extraction import extract_stage
from ingest.index.document import Provenance, to_comments, to_document
from ingest.index.protocol import Document, Index
from ingest.indexing import index_stage
from ingest.isolation import IsolatedPool
from ingest.lake import Lake
from ingest.model import Article, Dropped, Page, PublicationDate, RawDocument, TermFrequencies
from ingest.recognition import recognize_stage
from ingest.settings import Settings
from ingest.sources import decode
from ingest.stage import Stage, lift
from ingest.state import RecordReader

AnyStage = Stage[Any, Any]
Pool = IsolatedPool[RawDocument, Page | Dropped]


def open_pool(settings: Settings) -> Pool:
    """Make the pool of processes that extract HTML; they start with the first page."""
    return IsolatedPool(partial(extract_page, settings=settings.extract), settings.isolation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """What the stages work with; without a lake or an index a run keeps nothing, without records it knows no hand.

    `frequencies` are those of terms in what was ingested before, by language; `run_id` is noted beside what enters the
    lake.
    """

    settings: Settings
    pool: Pool
    lake: Lake | None = None
    index: Index | None = None
    learned: Learned = NOTHING_LEARNED
    records: RecordReader | None = None
    frequencies: Mapping[str, TermFrequencies] = field(default_factory=dict)
    run_id: str = ""


def cleaning_stages(rooms: Rooms) -> list[AnyStage]:
    """From bytes to a clean article."""
    read = reading_stage(rooms.settings, rooms.lake, rooms.run_id, rooms.records)
    return [read, extracting_stage(rooms), cleaning_stage(rooms)]


def reading_stage(
    settings: Settings, lake: Lake | None, run_id: str = "", records: RecordReader | None = None
) -> AnyStage:
    """From bytes to a document that the lake has accepted; what `records` say was erased is dropped."""
    step = partial(decode, settings=settings.sources)
    if records is None:
        return read_stage(step, lake, settings.run, run_id)
    return read_stage(step, lake, settings.run, run_id, partial(find_erased, records))


def extracting_stage(rooms: Rooms) -> AnyStage:
    """From a document to the text that the ledger covers."""
    return extract_stage(partial(extract_page, settings=rooms.settings.extract), rooms.pool, rooms.settings.run)


def cleaning_stage(rooms: Rooms) -> AnyStage:
    """From a page's text to its body and its spans, as people corrected them."""
    clean = partial(clean_page, settings=rooms.settings.clean, learned=rooms.learned)
    return clean_stage(clean, rooms.records, rooms.settings.run) if rooms.records else lift("clean", clean)


def clustering_stages(rooms: Rooms, deduplicator: Deduplicator) -> list[AnyStage]:
    """From an article to an article with its cluster."""
    date_of = partial(date_article, settings=rooms.settings.enrich)
    return [deduplicate_stage(deduplicator, rooms.index, date_of, rooms.settings.run)]


def enriching_stages(
    settings: Settings, frequencies: Mapping[str, TermFrequencies] = NOTHING_COUNTED
) -> list[AnyStage]:
    """From an article to an article with its metadata, with those of a model where the settings ask for it."""
    described = lift("enrich", partial(describe_article, settings=settings.enrich, frequencies=frequencies))
    entities = settings.enrich.entities
    return [described, *([recognize_stage(entities, settings.isolation, settings.run)] if entities.enabled else [])]


def indexing_stages(rooms: Rooms, index: Index, deduplicator: Deduplicator) -> list[AnyStage]:
    """From an article to a document in the index."""
    return [index_stage(index, deduplicator, partial(to_documents, learned=rooms.learned), rooms.settings.run)]


def date_article(article: Article, settings: EnrichSettings) -> PublicationDate | None:
    """Date an article from what its page and its text state."""
    dates = settings.dates
    return choose_date(article.page, article.cleaning, dates) if dates.enabled else None


def describe_article(
    article: Article, settings: EnrichSettings, frequencies: Mapping[str, TermFrequencies] = NOTHING_COUNTED
) -> Article:
    """Add an article's metadata."""
    return replace(article, metadata=describe(article, settings, frequencies=frequencies))


def build_pipeline(rooms: Rooms, index: Index, deduplicator: Deduplicator) -> list[AnyStage]:
    """The whole way."""
    return [
        *cleaning_stages(rooms),
        *clustering_stages(rooms, deduplicator),
        *enriching_stages(rooms.settings, rooms.frequencies),
        *indexing_stages(rooms, index, deduplicator),
    ]


def to_documents(article: Article, learned: Learned = NOTHING_LEARNED) -> tuple[Document, tuple[Document, ...]]:
    """Give an article's document, which says what made it, and those of its comments."""
    rules = rules_version(learned.digest_for(publisher_of(article.page)))
    made_by = Provenance(code_version=__version__, rules_version=rules, indexed_at=datetime.now(UTC))
    return to_document(article, made_by), to_comments(article)
