"""Numbers by hashes in sorted arrays: about 10 bytes a posting where a dictionary takes a hundred."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence

HASH_BITS, NUMBER_BITS = 36, 28
NUMBERS = 2**NUMBER_BITS - 1
# More pairs in a bucket take longer to search, fewer cost more of an array's own bytes.
MOST_ON_AVERAGE = 256


class Postings:
    """Pairs of a hash and a number, of 36 and 28 bits; of one hash the numbers come out in ascending order.

    Hashes spread evenly, so that the first bits of one say in which bucket it lies; buckets are halved all at once.
    """

    def __init__(self) -> None:
        self._buckets = [array("Q")]
        self._shift = HASH_BITS
        self._size = 0

    def add(self, keys: Sequence[int], number: int) -> None:
        """Add the pairs of some hashes with one number."""
        buckets, shift = self._buckets, self._shift
        for key in keys:
            insort(buckets[key >> shift], key << NUMBER_BITS | number)
        self._size += len(keys)
        while self._size > MOST_ON_AVERAGE * len(self._buckets):
            self._shift -= 1
            self._buckets = list(self._halve())

    def get(self, keys: Iterable[int]) -> Iterator[Iterator[int]]:
        """Yield the numbers of each hash that has any."""
        buckets, shift = self._buckets, self._shift
        for key in keys:
            bucket = buckets[key >> shift]
            start = bisect_left(bucket, key << NUMBER_BITS)
            # Nearly all look-ups find nothing and end here.
            if start < len(bucket) and bucket[start] >> NUMBER_BITS == key:
                yield _walk(bucket, start, key)

    def _halve(self) -> Iterator[array[int]]:
        for number, bucket in enumerate(self._buckets):
            middle = bisect_left(bucket, (2 * number + 1) << self._shift + NUMBER_BITS)
            yield bucket[:middle]
            yield bucket[middle:]


def _walk(bucket: array[int], start: int, key: int) -> Iterator[int]:
    for place in range(start, len(bucket)):
        if bucket[place] >> NUMBER_BITS != key:
            return
        yield bucket[place] & NUMBERS
