"""The quality and its parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from ingest.enrich import EnrichSettings, describe
from ingest.enrich.settings import LanguageSettings
from ingest.model import Article, Quality
from tests.enrich.records import article, cleaning, page, stated

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SENTENCE = "The crane drivers of Port Meridian walked out at dawn, and by noon every quay had fallen silent."
STATED = (
    stated("title", "Cranes fall silent"),
    stated("author", "Anna Bell"),
    stated("published_at", "2024-05-01T09:00:00Z"),
    stated("publisher", "Harbour Post"),
)


def quality_of(described: Article, settings: EnrichSettings | None = None) -> Quality:
    """Tell the quality of an article."""
    quality = describe(described, settings or EnrichSettings(), now=NOW).quality
    assert quality is not None
    return quality


def test_a_good_article() -> None:
    """Everything is stated, long enough and clean."""
    quality = quality_of(article(page(None, STATED), cleaning("\n\n".join([SENTENCE] * 10))))
    assert (quality.completeness, quality.cleanness, quality.date_evidence, quality.length) == (1.0, 1.0, 1.0, 1.0)
    assert quality.score > 0.95


def test_each_defect_lowers_its_part() -> None:
    """The parts say what is wrong."""
    body = "\n\n".join([SENTENCE] * 3 + ["Share this article on", "Sign up for our newsletter", "The quay was ..."])
    stating = (*STATED[1:3], stated("published_at", "2023-01-01", "meta"))
    quality = quality_of(article(page(None, stating), cleaning(body)))
    assert quality.completeness == 0.25
    assert quality.cleanness == round(4 / 6, 3)
    assert quality.date_evidence == 0.5
    assert quality.length < 0.5


def test_an_empty_article_is_worth_next_to_nothing() -> None:
    """There is no evidence of anything."""
    assert quality_of(article(page(), cleaning())).score == 0.0


def test_what_nobody_looked_for_counts_half() -> None:
    """An enricher that is switched off is no defect of the article."""
    settings = replace(EnrichSettings(), language=LanguageSettings(enabled=False))
    assert quality_of(article(page(None, STATED), cleaning(SENTENCE)), settings).language == 0.5


def test_a_text_that_was_kept_whole_is_suspect() -> None:
    """Cleaning would have cut so much that it cut nothing: chrome is in it."""
    kept = replace(cleaning(SENTENCE), flags=("over_removal",))
    assert quality_of(article(page(None, STATED), kept)).cleanness == 0.5
