"""What the index stage makes of an article that comes again: versions, their times, their corrections."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from ingest.index.history import find_periods
from ingest.index.protocol import Document
from ingest.model import Article, Indexed
from ingest.versioning import read_history
from tests.fakes import FakeIndex, make_article
from tests.test_indexing import ALONE, run


def seen(body: str, capture: int) -> Article:
    """Make a capture of the article `a`, an hour after the one before it."""
    article = replace(make_article("a", body, capture), cluster=ALONE)
    raw = replace(article.document, accepted_at=f"2024-01-01T{capture:02d}:00:00Z")
    return replace(article, page=replace(article.page, document=raw))


def versions(index: FakeIndex) -> list[Document]:
    """Give the article's versions, oldest first."""
    ids = [period.id for period in find_periods("a", read_history(index.written["a"].document))]
    assert sorted(ids) == sorted(index.history)
    return [index.history[key] for key in ids]


def story(index: FakeIndex) -> list[tuple[str, str | None, str | None]]:
    """Say what each version says, and from when to when it stood, by the hour."""
    return [(v["body"], (v["valid_from"] or "")[11:13], (v["valid_to"] or "")[11:13]) for v in versions(index)]


def test_another_body_is_a_new_version() -> None:
    """The one before it ends where it begins."""
    index = FakeIndex()
    run(index, seen("one", 1), seen("two", 2))
    assert story(index) == [("one", "01", "02"), ("two", "02", "")]
    assert [version["version"] for version in versions(index)] == [1, 2]
    assert index.written["a"].document["version"] == 2


def test_the_same_text_again_is_no_new_version() -> None:
    """A changed chrome alone makes none."""
    index = FakeIndex()
    run(index, seen("one", 1), seen("one", 2), seen("one", 3))
    assert story(index) == [("one", "01", "")]


def test_a_correction_is_classed() -> None:
    """The kinds stand on the version that corrects."""
    index = FakeIndex()
    run(index, seen("It heard 14 pilots.", 1), seen("It heard 15 pilots.", 2))
    assert [version["correction"] for version in versions(index)] == [[], ["numbers"]]
    assert index.written["a"].document["correction"] == ["numbers"]


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_captures_in_any_order_give_the_same_versions(order: tuple[int, ...]) -> None:
    """Of parallel workers the later capture's may be the first."""
    texts = {1: "one", 2: "two", 3: "three"}
    index = FakeIndex()
    for capture in order:
        run(index, seen(texts[capture], capture))
    assert story(index) == [("one", "01", "02"), ("two", "02", "03"), ("three", "03", "")]
    assert index.written["a"].document["body"] == "three"


def test_a_late_capture_between_two_that_say_the_same() -> None:
    """The text that was gone and came back stood twice."""
    index = FakeIndex()
    run(index, seen("one", 1), seen("one", 3))
    run(index, seen("two", 2))
    assert story(index) == [("one", "01", "02"), ("two", "02", "03"), ("one", "03", "")]
    writes = index.writes
    results = run(index, seen("one", 1), seen("two", 2), seen("one", 3))
    assert [result.outcome for result in results if isinstance(result, Indexed)] == ["unchanged"] * 3
    assert index.writes == writes


def test_other_rules_change_the_text_of_past_versions() -> None:
    """A replay reaches the past; what stands now is not touched by it."""
    index = FakeIndex()
    run(index, seen("one and a notice", 1), seen("two", 2))
    run(index, seen("one", 1))
    assert story(index) == [("one", "01", "02"), ("two", "02", "")]
    assert index.written["a"].document["body"] == "two"


def test_versions_that_other_rules_make_equal_unite() -> None:
    """The one that is no more is removed from the index."""
    index = FakeIndex()
    run(index, seen("one and a notice", 1), seen("one", 2))
    run(index, seen("one", 1))
    assert story(index) == [("one", "01", "")]


def test_a_moved_canonical_mark_moves_on_the_present_version() -> None:
    """A search as of now hides the same duplicates as one without a date."""
    index = FakeIndex()
    run(index, seen("one", 1))
    other = replace(make_article("b", "one too"), cluster=replace(ALONE, kind="near", of="a", displaced=("a",)))
    run(index, other)
    assert index.history[index.written["a"].document["version_id"]]["canonical"] is False
