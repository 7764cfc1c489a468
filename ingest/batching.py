"""Cutting a stream into batches by count and by size, lazily."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """How a run holds its documents.

    Attributes:
        batch_documents: Most documents that a stage holds at once.
        batch_bytes: Most bytes of input that a stage holds at once; a larger document is a batch of its own.
    """

    batch_documents: int = 200
    batch_bytes: int = 4_000_000


def cut_batches(items: Iterable[Item], settings: RunSettings, size_of: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Yield the items in order, in lists bounded by count and by summed size; never an empty list."""
    batch: list[Item] = []
    held = 0
    for item in items:
        size = size_of(item)
        if batch and (len(batch) >= settings.batch_documents or held + size > settings.batch_bytes):
            yield batch
            batch, held = [], 0
        batch.append(item)
        held += size
    if batch:
        yield batch
