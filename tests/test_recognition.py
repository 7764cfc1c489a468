"""The stage that lets a model read: only English articles, in child processes, and only where it is asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import ingest.recognition
from ingest.batching import RunSettings
from ingest.enrich.entities import Mention
from ingest.enrich.settings import EnrichSettings, EntitySettings
from ingest.errors import SettingsError
from ingest.isolation import IsolatedPool, IsolationSettings
from ingest.model import Article, Failed, Language, Metadata
from ingest.pipeline import enriching_stages
from ingest.recognition import read_all, recognize_stage, widen
from ingest.settings import Settings
from tests.fakes import make_article

ENTITIES = EntitySettings(enabled=True)
ISOLATION = IsolationSettings(workers=1)


def describe(key: str, body: str, language: str) -> Article:
    """Make an article in a language."""
    return replace(make_article(key, body), metadata=Metadata(language=Language(code=language, confidence=0.9)))


def name_or_die(texts: Sequence[str]) -> list[list[Mention]]:
    """Name each text after itself, as long as none is poison."""
    if "poison" in texts:
        os._exit(3)
    return [[Mention("person", text, 0)] for text in texts]


def test_reads_english_articles_and_passes_the_others_on() -> None:
    """The order is kept, and what the model did not read carries no evidence of it."""
    articles = [
        describe("1", "Ngozi Achterberg, 41, said no.", "en"),
        describe("2", "Ngozi Achterberg, 41, sagte nein.", "de"),
        describe("3", "", "en"),
        describe("4", "Bartholomew Quill, 19, said yes.", "en"),
    ]
    stage = recognize_stage(ENTITIES, ISOLATION, RunSettings(batch_documents=3))
    kept = [article for article in stage.run(articles) if isinstance(article, Article)]
    names = [article.metadata.names for article in kept if article.metadata]
    assert [name.persons if name else None for name in names] == [
        ("Ngozi Achterberg",),
        None,
        None,
        ("Bartholomew Quill",),
    ]
    assert kept[1:3] == articles[1:3]


def test_a_text_that_kills_its_process_fails_alone() -> None:
    """Its neighbours in the same task are read again, one by one."""
    with IsolatedPool(name_or_die, ISOLATION) as pool:
        answers = list(read_all(pool, ["a", "poison", "b", "c"], EntitySettings(texts_per_task=3)))
    assert [answer if isinstance(answer, list) else type(answer).__name__ for answer in answers] == [
        [Mention("person", "a", 0)],
        "ParserCrashed",
        [Mention("person", "b", 0)],
        [Mention("person", "c", 0)],
    ]


def test_what_stopped_a_process_is_the_article_s_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes to the quarantine under the stage's name: nothing is lost silently."""
    monkeypatch.setattr(ingest.recognition, "recognize", name_or_die)
    stage = recognize_stage(ENTITIES, ISOLATION, RunSettings())
    good, bad = stage.run([describe("1", "fine", "en"), describe("2", "poison", "en")])
    assert isinstance(good, Article)
    assert isinstance(bad, Failed)
    assert (bad.stage, bad.error) == ("recognize", "ParserCrashed")


def test_is_off_unless_asked_for() -> None:
    """A model costs twenty times what all other enrichers cost together."""
    settings = Settings()
    assert [stage.name for stage in enriching_stages(settings)] == ["enrich"]
    asked = replace(settings, enrich=EnrichSettings(entities=ENTITIES))
    assert [stage.name for stage in enriching_stages(asked)] == ["enrich", "recognize"]


def test_without_the_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for and not there is a mistake in the settings, told before anything runs."""
    monkeypatch.setattr(ingest.recognition, "is_installed", lambda: False)
    with pytest.raises(SettingsError, match=r"broadsheet\[ner\]"):
        recognize_stage(ENTITIES, ISOLATION, RunSettings())


def test_grants_what_a_model_needs_and_no_less_than_was_set() -> None:
    """Limits for pages are too tight for a model that loads; wider ones stay."""
    assert widen(ISOLATION).max_wall_seconds == 120.0
    assert widen(replace(ISOLATION, max_wall_seconds=500.0)).max_wall_seconds == 500.0
    assert widen(ISOLATION).workers == 1


def test_the_default_path_never_imports_the_model() -> None:
    """It takes seconds and a third of a gigabyte."""
    code = "import sys, ingest.cli, ingest.pipeline; sys.exit('spacy' in sys.modules)"
    root = Path(__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False, timeout=180).returncode == 0
