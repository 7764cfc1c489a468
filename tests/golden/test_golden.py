"""Every seed through reading, extraction, cleaning and enrichment, against what a person marked."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.errors import DocumentError
from ingest.model import Comment, Dropped
from tests.golden.documents import (
    ARTICLES,
    CASES,
    LEAVERS,
    PAGES,
    TEXTS,
    article,
    document,
    marked_text,
    metadata,
    named,
    payloads,
)
from tests.golden.marking import classes_of, describe_misses, read_marks


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
