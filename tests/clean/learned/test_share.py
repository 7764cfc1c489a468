"""The usual share: robust, in steps, and none before there is enough to tell."""

from __future__ import annotations

import pytest

from ingest.clean.learned.counts import CountedDocument, PublisherCounts
from ingest.clean.learned.share import add_step, measure_usual_share, share_at
from tests.clean.learned.outlets import SETTINGS


def counted(shares: list[int]) -> PublisherCounts:
    """Give a publisher whose documents have these shares of body, in percent."""
    return PublisherCounts(documents=[CountedDocument(n, f"{n}", 1, share, 5, False) for n, share in enumerate(shares)])


@pytest.mark.parametrize(
    ("shares", "usual"),
    [
        ([100] * 19, None),
        ([100] * 19 + [-1], None),
        ([100] * 20, 85),
        ([100] * 18 + [3, 5], 85),
        ([90, 80] * 12, 50),
        ([20, 100] * 12, 0),
    ],
)
def test_fence(shares: list[int], usual: int | None) -> None:
    """A few odd pages do not move it, pages of all kinds leave it low, and under twenty there is none."""
    assert measure_usual_share(counted(shares), SETTINGS) == usual


def test_copies_do_not_count() -> None:
    """One page in twenty captures is one page."""
    counts = counted([100] * 25)
    counts.documents = [document._replace(is_copy=document.number > 3) for document in counts.documents]
    assert measure_usual_share(counts, SETTINGS) is None


def test_steps_hold_from_a_capture_on() -> None:
    """A document is judged by what held for its own capture, whatever came later; small moves are none."""
    steps = add_step([], None, 10)
    assert steps == []
    steps = add_step(add_step(add_step(steps, 80, 10), 85, 20), 70, 30)
    assert steps == [(10, 80), (30, 70)]
    assert [share_at(steps, capture) for capture in (0, 9, 10, 29, 30, 99)] == [None, None, 0.8, 0.8, 0.7, 0.7]
