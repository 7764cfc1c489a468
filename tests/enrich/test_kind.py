"""The kinds of texts, with their reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ingest.enrich.enricher import open_draft
from ingest.enrich.kind import find_kind
from ingest.enrich.settings import KindSettings
from ingest.model import Candidate, Caption, Kind, KindName, Metadata, Topics
from tests.enrich.records import article, cleaning, page, stated

NOW = datetime(2026, 5, 1, tzinfo=UTC)
REPORT = "The ferry sails again on Monday. It had been out of service since the storm."


def kind_of(
    url: str = "https://courier.example/ferry",
    *,
    stating: tuple[Candidate, ...] = (),
    title: str = "Ferry returns",
    body: str = REPORT,
    section: str = "",
    captions: int = 0,
) -> Kind:
    """Tell the kind of an article."""
    found = cleaning(body, captions=(Caption(text="The quay"),) * captions)
    metadata = Metadata(title=title, topics=Topics(sections=(section,) if section else ()))
    draft = replace(open_draft(article(page(url, stating), found), NOW), metadata=metadata)
    kind = find_kind(draft, KindSettings()).metadata.kind
    assert kind is not None
    return kind


def test_news_is_what_nothing_speaks_against() -> None:
    """`NewsArticle` is stated of opinion pieces too, so that it is the last to count."""
    news = (stated("kind", "NewsArticle"),)
    assert kind_of() == Kind(name="news", reasons=("default",))
    assert kind_of(stating=news) == Kind(name="news", reasons=("json-ld:NewsArticle",))
    assert kind_of("https://courier.example/opinion/ferry", stating=news).name == "opinion"


@pytest.mark.parametrize(
    ("stating", "name"),
    [
        ("OpinionNewsArticle", "opinion"),
        ("LiveBlogPosting", "live_blog"),
        ("ImageGallery", "gallery"),
        ("CollectionPage", "not_an_article"),
    ],
)
def test_what_the_page_states(stating: str, name: KindName) -> None:
    """A type that is kept for one kind tells it."""
    assert kind_of(stating=(stated("kind", stating),)) == Kind(name=name, reasons=(f"json-ld:{stating}",))


@pytest.mark.parametrize(
    ("url", "title", "name", "reason"),
    [
        ("https://courier.example/commentisfree/a", "Ferry", "opinion", "url:commentisfree"),
        ("https://courier.example/a", "Opinion: the ferry must stay", "opinion", "title"),
        ("https://courier.example/a", "Opinion polls favour the ferry", "news", "default"),
        ("https://courier.example/a", "Letters from the ferry", "news", "default"),
        ("https://courier.example/live/a", "Storm", "live_blog", "url:live"),
        ("https://courier.example/a", "Storm at the quay – live", "live_blog", "title"),
        ("https://courier.example/a", "Live longer by the sea", "news", "default"),
        ("https://courier.example/a", "Storm: a night at sea in pictures", "news", "default"),
        ("https://courier.example/a", "In pictures: a night at sea", "gallery", "title"),
        ("https://courier.example/a", "404 - Page not found", "not_an_article", "title"),
        ("https://courier.example/a", "404 houses are built", "news", "default"),
        ("https://courier.example/tag/ferry", "Ferry", "not_an_article", "url:tag"),
        ("https://courier.example/a/opinion", "Ferry", "news", "default"),
    ],
)
def test_what_the_address_and_the_title_say(url: str, title: str, name: KindName, reason: str) -> None:
    """A part of the path that is no slug, or a label before the headline; a headline with such a word is news."""
    assert kind_of(url, title=title) == Kind(name=name, reasons=(reason,))


def test_the_shape_of_the_text() -> None:
    """Lines that begin with the time of day, many captions beside few words, a list without a sentence."""
    times = "\n\n".join(f"{hour}:15 GMT The water rises to step {hour}." for hour in range(10, 16))
    assert kind_of(body=times) == Kind(name="live_blog", reasons=("body:times",))
    assert kind_of(captions=6) == Kind(name="gallery", reasons=("body:captions",))
    assert kind_of(body="Ferry\nQuay\nStorm") == Kind(name="not_an_article", reasons=("body:no_sentence",))
    assert kind_of(section="Opinion") == Kind(name="opinion", reasons=("section:Opinion",))
