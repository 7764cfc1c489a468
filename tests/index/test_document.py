"""Articles become documents with exactly the mapping's fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.index.document import (
    fill_stemmed,
    fingerprint,
    format_time,
    mark_member,
    scrub,
    to_comments,
    to_document,
)
from ingest.index.mapping import articles_mapping, comments_mapping, walk_fields
from ingest.model import Given, Language, SpanClass
from tests.index.articles import PROVENANCE, full_article, plain_article


def walk_document(document: Mapping[str, Any], properties: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield the dotted paths of a document's fields; what the mapping only stores is one field."""
    for name, value in document.items():
        below = properties.get(name, {}).get("properties")
        for part in value if isinstance(value, list) else [value]:
            if below and isinstance(part, Mapping):
                yield from walk_document(part, below, f"{prefix}{name}.")
            else:
                yield prefix + name


STEMMED = ("title", "body", "comments")


def test_document_has_the_fields_of_the_mapping() -> None:
    """A field in one and not in the other is a write refused or a promise broken."""
    properties = articles_mapping().properties
    document = to_document(full_article(), PROVENANCE)
    filled = set(walk_document(fill_stemmed(document, to_comments(full_article())), properties))
    declared = {path for path, _ in walk_fields(properties)}
    every_class = {f"chrome.{span_class.value}" for span_class in SpanClass}
    every_stem = {f"stemmed.{field}.{stem}" for field in STEMMED for stem in articles_mapping().stems}
    assert filled | every_class | every_stem == declared


def test_every_document_has_every_top_level_field() -> None:
    """A reader may rely on a field's being there, null where nothing is known."""
    properties = articles_mapping().properties
    assert to_document(plain_article(), PROVENANCE).keys() == properties.keys()


def test_comment_has_the_fields_of_the_mapping() -> None:
    """As for articles."""
    for comment in to_comments(full_article()):
        assert comment.keys() == comments_mapping().properties.keys()


def test_comments_keep_the_order_and_name_their_article() -> None:
    """A thread is read back in its order, by ids that a rewrite meets again."""
    comments = to_comments(full_article(comments=3))
    assert [comment["position"] for comment in comments] == [0, 1, 2]
    assert [comment["number"] for comment in comments] == [1, 2, 3]
    assert {comment["article_id"] for comment in comments} == {full_article().document.id}
    assert len({comment["id"] for comment in comments}) == 3


def test_what_enrichment_found_is_told() -> None:
    """Facets and sorting stand on these values."""
    document = to_document(full_article(), PROVENANCE)
    assert document["published_at"] == "2023-04-30T00:00:00Z"
    assert document["year"] == "2023"
    assert document["fetched_at"] == "2023-05-01T08:30:00Z"
    assert document["indexed_at"] == "2023-05-01T12:00:00.250Z"
    assert document["rights_holder"] == ["Harbour Courier"]
    assert document["source"] == "harbour"


def test_chrome_is_counted_without_whitespace() -> None:
    """A blank line between paragraphs is not chrome, yet its characters are accounted for."""
    document = to_document(full_article(), PROVENANCE)
    assert document["chrome"] == {"copyright": 30, "whitespace": 1}
    assert document["chrome_characters"] == 30
    assert document["original_characters"] == len(full_article().page.text)


def test_article_without_cluster_stands_for_itself() -> None:
    """It must be found where duplicates are hidden, and count as one story."""
    document = to_document(plain_article(), PROVENANCE)
    assert document["canonical"] is True
    assert document["cluster_id"] == document["id"]


@pytest.mark.parametrize(("language", "stem"), [("de", "de"), ("ko", "cjk"), ("cy", "und")])
def test_only_the_own_language_is_stemmed(language: str, stem: str) -> None:
    """A German stem of an English text would be found by accident."""
    article = full_article()
    assert article.metadata is not None
    metadata = replace(article.metadata, language=Language(code=language, confidence=1.0))
    document = to_document(replace(article, metadata=metadata), PROVENANCE)
    assert document["stemmed"] == {"title": {stem: document["title"]}, "body": {stem: document["body"]}}


def test_stemmed_fields_come_back() -> None:
    """The index does not give them back, so a rewrite has to make the same again."""
    document = to_document(full_article(), PROVENANCE)
    without = {name: value for name, value in document.items() if name != "stemmed"}
    assert fill_stemmed(without) == document


def test_fingerprint_is_blind_to_when_and_where() -> None:
    """A second run from another folder must find the article unchanged."""
    article = full_article()
    later = replace(PROVENANCE, indexed_at=datetime(2030, 1, 1, tzinfo=UTC))
    payload = replace(article.document.payload, origin="elsewhere/b.html", source="elsewhere")
    document = replace(article.document, payload=payload)
    moved = replace(article, page=replace(article.page, document=document))
    assert to_document(moved, later)["fingerprint"] == to_document(article, PROVENANCE)["fingerprint"]


@pytest.mark.parametrize("change", ["body", "rules", "cluster", "comment"])
def test_fingerprint_sees_every_change(change: str) -> None:
    """What changed has to be written again."""
    article, provenance = full_article(), PROVENANCE
    if change == "body":
        article = replace(article, cleaning=replace(article.cleaning, body="Another body."))
    elif change == "rules":
        provenance = replace(provenance, rules_version="8")
    elif change == "cluster":
        article = replace(article, cluster=None)
    else:
        comments = (replace(article.cleaning.comments[0], text="Ill said."), *article.cleaning.comments[1:])
        article = replace(article, cleaning=replace(article.cleaning, comments=comments))
    assert to_document(article, provenance)["fingerprint"] != to_document(full_article(), PROVENANCE)["fingerprint"]


def test_fingerprint_survives_storage() -> None:
    """What was read back from the index is compared with what is made anew."""
    document = to_document(full_article(), PROVENANCE)
    stored = orjson.loads(orjson.dumps({k: v for k, v in document.items() if k != "stemmed" and v is not None}))
    assert fingerprint(stored) == document["fingerprint"]


def test_withdrawn_document_is_what_a_later_run_makes() -> None:
    """The withdrawal must not look like a change to the next run."""
    article = full_article()
    assert article.cluster is not None
    document = to_document(article, PROVENANCE)
    stored = {name: value for name, value in document.items() if name != "stemmed"}
    later = to_document(replace(article, cluster=replace(article.cluster, canonical=False)), PROVENANCE)
    assert mark_member(stored, {"canonical": False}) == later
    assert mark_member(later, {"canonical": False}) is None


@given(st.text(st.characters(exclude_categories=()), max_size=30))
def test_scrubbed_text_is_json(text: str) -> None:
    """A lone surrogate or NUL from a file's name must not spoil a document; other text stays as it is."""
    scrubbed = scrub({"a": [text]})["a"][0]
    assert orjson.loads(orjson.dumps(scrubbed)) == scrubbed
    assert "\0" not in scrubbed
    if "\0" not in text and not any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        assert scrubbed == text


def test_times_are_told_in_utc() -> None:
    """One form for every time, whatever zone it came in; a naive one is UTC."""
    assert format_time(datetime(2022, 1, 28, 1, 5, tzinfo=timezone(timedelta(hours=2)))) == "2022-01-27T23:05:00Z"
    assert format_time(datetime(2022, 1, 28, 1, 5)) == "2022-01-28T01:05:00Z"  # noqa: DTZ001 - the naive case


@pytest.mark.parametrize("fetched_at", ["yesterday", "0001-01-01T00:00:00+14:00", "2024-02-30", ""])
def test_unreadable_fetch_time_is_none(fetched_at: str) -> None:
    """A broken time in the input must not have the document refused."""
    article = full_article()
    document = replace(article.document, given=Given(fetched_at=fetched_at))
    moved = replace(article, page=replace(article.page, document=document))
    assert to_document(moved, PROVENANCE)["fetched_at"] is None


def test_keywords_weighed_against_others_are_no_news() -> None:
    """Else a second run, which knows more articles, would rewrite what it finds unchanged; stated ones are news."""
    document = to_document(full_article(), PROVENANCE)
    assert document["keyword_origin"] == "body"
    assert fingerprint({**document, "keyword": ["quay"]}) == document["fingerprint"]
    stating = {**document, "keyword_origin": "meta"}
    assert fingerprint(stating) != fingerprint({**stating, "keyword": ["quay"]})
