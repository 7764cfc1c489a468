"""Signatures in memory: packed, so that large runs that keep nothing fit."""

from __future__ import annotations

import random
import tracemalloc

from ingest.dedup import MemorySignatures
from ingest.dedup.stores.postings import HASH_BITS, MOST_ON_AVERAGE, Postings
from tests.dedup.test_sqlite import make_entry


def test_a_document_costs_less_than_a_kilobyte() -> None:
    """A million articles are to fit into a machine's memory."""
    keys = [random.Random(number).randbytes(16).hex() for number in range(3000)]
    store = MemorySignatures()
    tracemalloc.start()
    try:
        for key in keys:
            store.put([make_entry(key, 0)])
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held / len(keys) <= 1000


def test_postings_hold_what_a_dictionary_would() -> None:
    """Buckets are halved many times over, and no pair is lost or found under another hash."""
    chance = random.Random(7)
    expected: dict[int, list[int]] = {0: [0], 2**HASH_BITS - 1: [1]}
    for number in range(2, 40 * MOST_ON_AVERAGE):
        common = chance.random() < 0.01
        expected.setdefault(5 if common else chance.getrandbits(HASH_BITS), []).append(number)
    postings = Postings()
    for key, numbers in expected.items():
        for number in numbers:
            postings.add([key], number)
    assert {key: [list(found) for found in postings.get([key])] for key in expected} == {
        key: [numbers] for key, numbers in expected.items()
    }
    assert list(postings.get([6, 7, 2**31])) == []
