"""Every seed through reading, extraction, cleaning and enrichment, against what a person marked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from ingest.clean.cleaner import clean_page
from ingest.clean.settings import CleanSettings
from ingest.enrich import EnrichSettings, describe
from ingest.errors import DocumentError
from ingest.extract import ExtractSettings, extract_page
from ingest.model import Article, Comment, Dropped, Metadata, Page, Payload, RawDocument
from ingest.sources import SourcesSettings, decode, read_payloads
from tests.golden.marking import SEEDS, classes_of, describe_misses, load_expected, load_marked, read_marks

NOW = datetime(2026, 5, 1, tzinfo=UTC)
Case = tuple[str, dict[str, Any]]


def list_cases() -> list[Case]:
    """List every document that a seed holds with what is expected of it; `name:line` where a file holds several."""
    cases: list[Case] = []
    for name, expected in load_expected().items():
        lines = expected if isinstance(expected, list) else [expected]
        cases += [(f"{name}:{line['line']}" if "line" in line else name, line) for line in lines]
    return cases


CASES = list_cases()
ARTICLES = [case for case in CASES if "language" in case[1]]
TEXTS = [case for case in ARTICLES if ".html" not in case[0]]
PAGES = [case for case in ARTICLES if ".html" in case[0]]
LEAVERS = [case for case in CASES if "language" not in case[1]]


def named(cases: list[Case]) -> pytest.MarkDecorator:
    """Run a test once a case, under the case's name."""
    return pytest.mark.parametrize(("name", "expected"), cases, ids=[name for name, _ in cases])


@cache
def payloads() -> dict[str, Payload]:
    """Read the folder of seeds as the main job does; by file name, with the line where there are several."""
    return {payload.origin.rpartition("/")[2]: payload for payload in read_payloads([str(SEEDS)], SourcesSettings())}


@cache
def document(name: str) -> RawDocument | Dropped:
    """Decode a seed."""
    return decode(payloads()[name], SourcesSettings())


@cache
def article(name: str) -> Article:
    """Take a seed as far as it is cleaned."""
    raw = document(name)
    assert isinstance(raw, RawDocument)
    page = extract_page(raw, ExtractSettings())
    assert isinstance(page, Page)
    return clean_page(page, CleanSettings())


def metadata(name: str) -> Metadata:
    """Describe a seed."""
    return describe(article(name).page, article(name).cleaning, EnrichSettings(), now=NOW)


def marked_text(name: str) -> str:
    """Give a document's marked text."""
    file, _, line = name.partition(":")
    marked = load_marked()[file]
    text = json.loads(marked.splitlines()[int(line) - 1])["text"] if line else marked
    assert isinstance(text, str)
    return text


@named(TEXTS)
def test_spans(name: str, expected: dict[str, Any]) -> None:
    """Each visible character is body, or in a span of the class that a person gave it."""
    truth = read_marks(marked_text(name))
    assert truth.text == article(name).page.text
    assert describe_misses(truth, classes_of(truth.text, article(name).cleaning.spans)) == []


@named(PAGES)
def test_bodies_of_pages(name: str, expected: dict[str, Any]) -> None:
    """A page's body holds the article's sentences and none of what surrounds it."""
    body = " ".join(article(name).cleaning.body.split())
    assert [piece for piece in expected["body_has"] if piece not in body] == []
    assert [piece for piece in expected["body_lacks"] if piece in body] == []


@named(ARTICLES)
def test_comments(name: str, expected: dict[str, Any]) -> None:
    """Readers' comments become data of their own: number, author, whom they answer, and how their text begins."""
    found = article(name).cleaning.comments
    assert [begin(comment, wanted) for comment, wanted in zip(found, expected["comments"], strict=True)] == [
        (wanted["number"], wanted["author"], wanted["starts"]) for wanted in expected["comments"]
    ]
    for reply, answered in expected["replies"]:
        assert found[answered].number is not None
        assert found[reply].reply_to == found[answered].number
    assert article(name).cleaning.comments_complete == expected["comments_complete"]


def begin(comment: Comment, wanted: dict[str, Any]) -> tuple[int | None, str | None, str]:
    """Give of a comment what is expected: where no number is expected, one that extraction gave does no harm."""
    number = comment.number if wanted["number"] is not None else None
    return number, comment.author, comment.text[: len(wanted["starts"])]


@named(ARTICLES)
def test_rights(name: str, expected: dict[str, Any]) -> None:
    """A copyright line is read: who holds the rights and the years it names."""
    found = [{"holder": rights.holder, "years": list(rights.years)} for rights in article(name).cleaning.rights]
    assert expected["rights"] is None or found == expected["rights"]


@named(TEXTS)
def test_captions_and_credits(name: str, expected: dict[str, Any]) -> None:
    """Every caption is one, with the credit that stands in it; reporting credits are kept as they stood."""
    captions, credits_ = article(name).cleaning.captions, article(name).cleaning.credits
    for caption, credit in zip(captions, expected["caption_credits"], strict=True):
        assert credit is None or credit in (caption.credit or "")
    assert [credit.text[: len(start)] for credit, start in zip(credits_, expected["credits"], strict=True)] == (
        expected["credits"]
    )


@named(ARTICLES)
def test_title(name: str, expected: dict[str, Any]) -> None:
    """The title is given, the page's, or the headline in the text; a text without one has none."""
    assert metadata(name).title == expected["title"]


@named(ARTICLES)
def test_language(name: str, expected: dict[str, Any]) -> None:
    """The language is that of the body."""
    assert metadata(name).language.code == expected["language"]


@named(ARTICLES)
def test_publication_date(name: str, expected: dict[str, Any]) -> None:
    """The day on which it appeared, in UTC; never the year of a copyright line."""
    published = metadata(name).published
    assert (published and published.value.date().isoformat()) == expected["published"]


@named(ARTICLES)
def test_authors(name: str, expected: dict[str, Any]) -> None:
    """Names of people, in order, without roles, labels and places."""
    assert list(metadata(name).authors) == expected["authors"]


@named(ARTICLES)
def test_publisher(name: str, expected: dict[str, Any]) -> None:
    """The publisher and what says so."""
    publisher = metadata(name).publisher
    assert (publisher and [publisher.name, publisher.origin]) == expected["publisher"]


@named(LEAVERS)
def test_what_leaves(name: str, expected: dict[str, Any]) -> None:
    """What is no document is dropped with its reason or fails with an error of its own; nothing else happens."""
    if "dropped" in expected:
        raw = document(name)
        assert isinstance(raw, Dropped)
        assert raw.reason.value == expected["dropped"]
    else:
        with pytest.raises(DocumentError) as failure:
            article(name)
        assert type(failure.value).__name__ == expected["fails"]


def test_every_document_is_expected() -> None:
    """Nothing is read from the seeds that no expectation speaks of."""
    assert set(payloads()) == {name for name, _ in CASES}
