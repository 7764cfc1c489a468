"""Labels tell dates and bylines where nothing else does."""

import pytest

from ingest.extract.bylines import read_labelled
from tests.extract.pages import BODY, extract, parse


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<span class='post-date'>2 May 2024</span>", [("published_at", "2 May 2024")]),
        ("<p class='byline'>By Ida Holt</p>", [("author", "By Ida Holt")]),
        ("<a href='/author/ida-holt/'>Ida Holt</a>", [("author", "Ida Holt")]),
        ("<p class='update'>2 May 2024</p><a href='/authors/'>All authors</a>", []),
        (f"<div class='author'>{BODY}</div>", []),
    ],
)
def test_labels_near_the_headline(markup: str, found: list[tuple[str, str]]) -> None:
    """A short text with a telling label; nothing that only resembles one."""
    tree = parse(f"<h1>Quay reopens</h1><div>{markup}</div>")
    candidates = list(read_labelled(tree, {"author", "published_at"}))
    assert [(candidate.field, candidate.value) for candidate in candidates] == found
    assert list(read_labelled(tree, ())) == []


def test_labels_are_asked_only_where_nothing_is_stated() -> None:
    """What a page states for machines is better than what its labels suggest."""
    body = f"<article><h1>Quay reopens</h1><p class='byline'>By Carl Dorn</p>{BODY}</article>"
    stated = extract(body, "<meta name='author' content='Ida Holt'>")
    assert [found.value for found in stated.candidates if found.field == "author"] == ["Ida Holt"]
    assert [found.value for found in extract(body).candidates if found.field == "author"] == ["By Carl Dorn"]


def test_other_articles_have_other_authors() -> None:
    """A byline in a list, or in an article without the headline, is another article's."""
    card = "<article class='card'><h3>Storm</h3><a rel='author'>Carl Dorn</a></article>"
    page = extract(f"<article><h1>Quay reopens</h1><a rel='author'>Ida Holt</a>{BODY}</article>{card}")
    assert [found.value for found in page.candidates if found.field == "author"] == ["Ida Holt"]


def test_names_of_meta_elements_in_pieces() -> None:
    """Some templates part `published_time` by a colon; cards for sharing state the author in two elements."""
    head = (
        "<meta property='article:published:time' content='2024-05-02'>"
        "<meta name='twitter:label1' content='Written by'><meta name='twitter:data1' content='Ida Holt'>"
    )
    page = extract(f"<article>{BODY}</article>", head)
    stated = {(found.field, found.value, found.origin) for found in page.candidates}
    assert stated >= {("published_at", "2024-05-02", "opengraph"), ("author", "Ida Holt", "meta")}
