"""Sections and keywords."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ingest.enrich.enricher import open_draft
from ingest.enrich.settings import TopicSettings
from ingest.enrich.topics import find_topics
from ingest.model import Candidate, Cleaning, Language, Metadata, Page, Span, SpanClass, TermFrequencies, Topics
from tests.enrich.records import article, cleaning, page, stated

NOW = datetime(2026, 5, 1, tzinfo=UTC)
FERRY = (
    "The ferry sails again on Monday. The ferry had been out of service since the storm, and the harbour was still.\n\n"
    "Repairs to the harbour wall took weeks. They said that they would say more about the ferry when they could."
)


def topics_of(source: Page, found: Cleaning, title: str | None = None, language: str = "en") -> Topics:
    """Find the topics of an article in a language."""
    metadata = Metadata(title=title, language=Language(code=language, confidence=0.9))
    draft = replace(open_draft(article(source, found), NOW), metadata=metadata)
    topics = find_topics(draft, TopicSettings()).metadata.topics
    assert topics is not None
    return topics


def test_what_the_page_states_counts_before_what_the_text_says() -> None:
    """JSON-LD before meta, and both before the words of the text; each topic once."""
    source = page(
        "https://courier.example/sport/ferry",
        (
            stated("section", "Travel", "meta"),
            stated("section", "Business"),
            stated("keyword", "ferries"),
            stated("keyword", "Ferries "),
            stated("keyword", "Lower Quay"),
            stated("keyword", "boats", "meta"),
        ),
    )
    topics = topics_of(source, cleaning(FERRY))
    assert (topics.sections, topics.section_origin) == (("Business",), "json-ld")
    assert (topics.keywords, topics.keyword_origin) == (("ferries", "Lower Quay"), "json-ld")


@pytest.mark.parametrize("value", ["Courier", "courier.example", "home", "", " - ", "{{tags}}", "x" * 101, "2024"])
def test_what_is_no_topic(value: str) -> None:
    """The site's name, a template's leftover and a number are in many pages' keywords, and find nothing."""
    source = page("https://courier.example/a", (stated("publisher", "Courier"), stated("keyword", value)))
    assert topics_of(source, cleaning(), language="und") == Topics()


def test_the_address_shows_the_section() -> None:
    """Only a part that names a section; the rest of an address is a slug."""
    assert topics_of(page("https://courier.example/business/2024/ferry"), cleaning()).sections == ("Business",)
    assert topics_of(page("https://courier.example/ferry-business/a"), cleaning()).sections == ()
    assert topics_of(page("http://[courier/business"), cleaning()).sections == ()


def test_a_line_of_tags_that_was_cut_is_read() -> None:
    """What cleaning took out of the text is not lost."""
    text = "It sails.\nTags: ferries, Lower Quay\nA ferry at sea"
    spans = (
        Span(start=10, end=36, span_class=SpanClass.TAGS, rule="tags"),
        Span(start=36, end=50, span_class=SpanClass.TAGS, rule="tags"),
    )
    topics = topics_of(replace(page(), text=text), replace(cleaning("It sails."), spans=spans))
    assert (topics.keywords, topics.keyword_origin) == (("ferries", "Lower Quay"), "tags")


def test_the_text_gives_the_words_that_it_repeats() -> None:
    """What the title says counts more; words of reporting are no keywords."""
    topics = topics_of(page(), cleaning(FERRY), title="Harbour opens for the ferry")
    assert (topics.keywords, topics.keyword_origin) == (("ferry", "harbour"), "body")


def test_a_language_without_stop_words_gives_none() -> None:
    """Its commonest words would be its articles and prepositions."""
    assert topics_of(page(), cleaning(FERRY), language="sv").keywords == ()


def test_many_and_huge_topics_are_bounded() -> None:
    """A page may state thousands of keywords, and one of them may be a megabyte."""
    many = tuple(Candidate(field="keyword", value=f"topic {number}", origin="meta") for number in range(5_000))
    huge = Candidate(field="keyword", value="x" * 1_000_000, origin="meta")
    assert len(topics_of(page(None, (huge, *many)), cleaning()).keywords) == TopicSettings().max_keywords


def test_a_word_that_many_articles_have_counts_less() -> None:
    """TF-IDF: what every article of a language says tells none of them apart."""
    metadata = Metadata(language=Language(code="en", confidence=0.9))
    draft = replace(open_draft(article(page(), cleaning(FERRY)), NOW), metadata=metadata)
    counted = {"en": TermFrequencies(documents=900, terms={"ferry": 850})}
    weighed = find_topics(replace(draft, frequencies=counted), TopicSettings()).metadata.topics
    alone = find_topics(draft, TopicSettings()).metadata.topics
    assert alone is not None
    assert weighed is not None
    assert (alone.keywords, weighed.keywords) == (("ferry", "harbour"), ("harbour", "ferry"))
