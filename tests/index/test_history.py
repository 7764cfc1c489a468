"""Where captures belong in an article's history, whatever the order in which they come."""

from __future__ import annotations

from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.index.history import Period, Sighting, digest_text, find_periods, place_sighting

TEXTS = st.lists(st.sampled_from("abc"), min_size=1, max_size=7)


def capture(place: int, text: str) -> Sighting:
    """Make a capture's sighting, an hour after the one before it."""
    return Sighting(place, text, f"2024-01-01T{place:02d}:00:00Z")


def place(order: list[tuple[int, str]]) -> list[Sighting]:
    """Place captures in an order of arrival."""
    history: list[Sighting] = []
    for number, text in order:
        history = place_sighting(history, capture(number, text))
    return history


def build(order: list[tuple[int, str]]) -> list[Period]:
    """Give the periods of captures placed in an order of arrival."""
    return find_periods("a", place(order))


def summary(history: list[Period]) -> list[tuple[int, int, str]]:
    """Say what each period covers and says."""
    return [(period.first, period.last, period.digest) for period in history]


def test_captures_that_say_the_same_are_one_version() -> None:
    """A changed chrome alone makes no version; a text that comes back is one again."""
    assert summary(build([(1, "a"), (2, "a"), (3, "b"), (4, "a")])) == [(1, 2, "a"), (3, 3, "b"), (4, 4, "a")]


def test_a_version_stands_from_its_first_capture() -> None:
    """The end of one is the beginning of the next."""
    history = build([(1, "a"), (2, "a"), (3, "b")])
    assert [period.valid_from for period in history] == ["2024-01-01T01:00:00Z", "2024-01-01T03:00:00Z"]


@given(texts=TEXTS, data=st.data())
def test_order_of_arrival_does_not_matter(texts: list[str], data: st.DataObject) -> None:
    """Parallel workers finish when they will; a rerun hands in all again."""
    captures = list(enumerate(texts, start=1))
    expected = [
        (run[0][0], run[-1][0], text) for text, run in ((k, list(g)) for k, g in groupby(captures, lambda c: c[1]))
    ]
    history = place(data.draw(st.permutations(captures)))
    assert summary(find_periods("a", history)) == expected
    for number, text in captures:
        assert place_sighting(history, capture(number, text)) == history


@given(texts=TEXTS, data=st.data())
def test_periods_never_overlap_and_ids_are_distinct(texts: list[str], data: st.DataObject) -> None:
    """`as_of` finds one version at most."""
    history = build(data.draw(st.permutations(list(enumerate(texts, start=1)))))
    assert all(one.last < other.first for one, other in pairwise(history))
    assert all((one.valid_from or "") <= (other.valid_from or "") for one, other in pairwise(history))
    assert len({period.id for period in history}) == len(history)


def test_cleaning_again_changes_what_a_version_says_and_not_which_it_is() -> None:
    """New rules take effect on the past too."""
    history = build([(1, "a"), (2, "b"), (3, "c")])
    again = build([(1, "a"), (2, "b"), (3, "c"), (2, "b, cleaner")])
    assert summary(again) == [(1, 1, "a"), (2, 2, "b, cleaner"), (3, 3, "c")]
    assert [period.id for period in again] == [period.id for period in history]


def test_cleaning_again_may_unite_versions() -> None:
    """Two texts that differed only in chrome which the new rules know are one version."""
    assert summary(build([(1, "a with a notice"), (2, "a"), (1, "a")])) == [(1, 2, "a")]


def test_clocks_that_go_back_do_not_turn_history_around() -> None:
    """The order of captures decides; a version begins no earlier than the one before it."""
    late = Sighting(2, "b", "2023-12-31T00:00:00Z")
    history = place_sighting([capture(1, "a")], late)
    assert [period.valid_from for period in find_periods("a", history)] == ["2024-01-01T01:00:00Z"] * 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("T", "a  b\nc"), ("T", "a b c"), True),
        (("T", "caf\u00e9"), ("T", "cafe\u0301"), True),
        (("T", "a"), ("U", "a"), False),
        ((None, "a"), ("", "a"), True),
        (("T", "a"), ("T", "A"), False),
    ],
)
def test_what_counts_as_saying_the_same(one: tuple[str, str], other: tuple[str, str], *, same: bool) -> None:
    """Blanks and the form of accents say nothing; letters do."""
    assert (digest_text(*one) == digest_text(*other)) is same
