"""Batches are bounded, whole and in order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.batching import RunSettings, cut_batches


@given(st.lists(st.integers(0, 50)), st.integers(1, 7), st.integers(1, 60))
def test_batches_keep_order_and_bounds(sizes: list[int], count: int, size: int) -> None:
    """Nothing is lost or reordered; a batch over the size bound holds a single document."""
    settings = RunSettings(batch_documents=count, batch_bytes=size)
    batches = list(cut_batches(sizes, settings, lambda item: item))
    assert [item for batch in batches for item in batch] == sizes
    assert all(batch and len(batch) <= count for batch in batches)
    assert all(sum(batch) <= size or len(batch) == 1 for batch in batches)
