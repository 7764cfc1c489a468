"""The stage `recognize`: a model names people, places and organisations, in child processes, where it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from ingest.batching import RunSettings, cut_batches
from ingest.enrich.entities import MODEL, Mention, add_entities, is_installed, recognize
from ingest.enrich.gazetteer import load_gazetteer
from ingest.enrich.settings import EntitySettings
from ingest.errors import SettingsError
from ingest.isolation import IsolatedPool, IsolationSettings
from ingest.model import Article, Dropped, Failed, Metadata
from ingest.stage import Stage, attempt

STAGE = "recognize"
# The first task of a process loads the model.
MIN_WALL_SECONDS = 120.0
MIN_CPU_SECONDS = 60
MIN_MEMORY_BYTES = 4_000_000_000

Texts = Sequence[str]
Mentions = list[list[Mention]]


def recognize_stage(
    settings: EntitySettings, isolation: IsolationSettings, run_settings: RunSettings
) -> Stage[Article, Article]:
    """Make the stage; its processes start with the first text and end with the run.

    Texts that another one's process fails with are read again alone, so that each answers for itself. Raises
    SettingsError where the model is not installed.
    """
    if not is_installed():
        raise SettingsError(f"enrich.entities.enabled needs {MODEL}: install broadsheet[ner], or switch it off")
    limits = widen(isolation)

    def run(articles: Iterable[Article]) -> Iterator[Article | Dropped | Failed]:
        with IsolatedPool[Texts, Mentions](recognize, limits) as pool:
            for batch in cut_batches(articles, run_settings, lambda article: len(article.cleaning.body)):
                texts = [head(article, settings) for article in batch if is_read(article, settings)]
                found = read_all(pool, texts, settings)
                for article in batch:
                    if is_read(article, settings):
                        yield attempt(STAGE, partial(name_entities, next(found), settings), article)
                    else:
                        yield article

    return Stage(STAGE, run)


def widen(isolation: IsolationSettings) -> IsolationSettings:
    """Grant a process what a model needs."""
    return replace(
        isolation,
        max_wall_seconds=max(isolation.max_wall_seconds, MIN_WALL_SECONDS),
        max_cpu_seconds=max(isolation.max_cpu_seconds, MIN_CPU_SECONDS),
        max_memory_bytes=max(isolation.max_memory_bytes, MIN_MEMORY_BYTES),
        documents_per_process=max(isolation.documents_per_process, 10_000),
    )


def read_all(
    pool: IsolatedPool[Texts, Mentions], texts: Texts, settings: EntitySettings
) -> Iterator[list[Mention] | Exception]:
    """Yield what is named in each text, or what stopped the process that read it."""
    size = max(1, settings.texts_per_task)
    tasks = [texts[start : start + size] for start in range(0, len(texts), size)]
    for task, answer in zip(tasks, list(pool.map(tasks)), strict=True):
        if not isinstance(answer, Exception):
            yield from answer
        elif len(task) == 1:
            yield answer
        else:
            alone = pool.map([[text] for text in task])
            yield from (each if isinstance(each, Exception) else each[0] for each in alone)


def name_entities(found: list[Mention] | Exception, settings: EntitySettings, article: Article) -> Article:
    """Add to an article's metadata what was named, or raise what stopped its process."""
    if isinstance(found, Exception):
        raise found
    metadata = article.metadata or Metadata()
    return replace(article, metadata=add_entities(metadata, head(article, settings), found, settings, load_gazetteer()))


def is_read(article: Article, settings: EntitySettings) -> bool:
    """Tell articles in a language of the model's, with a body."""
    return bool(article.metadata and article.metadata.language.code in settings.languages and article.cleaning.body)


def head(article: Article, settings: EntitySettings) -> str:
    """Give as much of a body as is read."""
    return article.cleaning.body[: settings.max_characters]
