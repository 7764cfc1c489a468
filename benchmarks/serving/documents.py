"""Articles generated from the sentences of real ones, with the fields that a search touches."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from typing import Any

SENTENCES = 14
PUBLISHERS = 40
AUTHORS = 300
SECTIONS = ("politics", "business", "sport", "culture", "science")
_END = re.compile(r"(?<=[.!?])\s+")


def write_documents(texts: Sequence[str], count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield index documents, the same every time; every tenth is a copy of the one before."""
    chance = random.Random(seed)
    sentences = [part for text in texts for part in _END.split(" ".join(text.split())) if 40 < len(part) < 400]
    body: list[str] = []
    for number in range(count):
        is_copy = number % 10 == 9
        body = body if is_copy else chance.sample(sentences, SENTENCES)
        yield to_document(number, body, chance, is_copy=is_copy)


def to_document(number: int, body: Sequence[str], chance: random.Random, *, is_copy: bool) -> dict[str, Any]:
    """Make one document."""
    year, month, day = 2005 + number % 20, 1 + number % 12, 1 + number % 28
    return {
        "id": f"{number:032x}",
        "given_id": f"given-{number}",
        "url": f"https://archive.example/{number}",
        "title": " ".join(body[0].split()[:9]),
        "body": "\n\n".join(" ".join(body[at : at + 3]) for at in range(0, len(body), 3)),
        "language": "en",
        "published_at": f"{year}-{month:02d}-{day:02d}T{number % 24:02d}:00:00Z",
        "year": str(year),
        "date_precision": "day",
        "publisher": f"Publisher {chance.randrange(PUBLISHERS)}",
        "author": [f"Author {chance.randrange(AUTHORS)}"],
        "section": [chance.choice(SECTIONS)],
        "rights_holder": [],
        "cluster_id": f"{number - is_copy:032x}",
        "cluster_kind": "near" if is_copy else "unique",
        "canonical": not is_copy,
        "source": "generated",
        "indexed_at": "2026-01-01T00:00:00Z",
        "word_count": sum(len(sentence.split()) for sentence in body),
        "comment_count": 0,
    }
