"""Where the measuring material is, and generated text with a real vocabulary."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

DATA = Path(os.environ.get("BROADSHEET_BENCH_DATA", Path(__file__).parents[2] / "shared" / "data"))


def read_lines(name: str) -> Iterator[dict[str, Any]]:
    """Yield the records of a corpus file, compressed or not."""
    open_text = gzip.open if name.endswith(".gz") else open
    with open_text(DATA / name, "rt", encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def digest(name: str) -> str:
    """Give the first 16 hexadecimal digits of a corpus file's SHA-256."""
    return hashlib.sha256((DATA / name).read_bytes()).hexdigest()[:16]


class Generator:
    """Articles of the vocabulary and word frequencies of a real corpus; deterministic by its seed."""

    def __init__(self, seed: int = 0, corpus: str = "dedup/bbc_2225.jsonl.gz") -> None:
        counts = Counter(word for record in read_lines(corpus) for word in record["text"].split())
        self._words, self._cumulative = list(counts), list(accumulate(counts.values()))
        self._random = random.Random(seed)

    def sentence(self) -> str:
        """Make a sentence of 8 to 25 words."""
        words = self._random.choices(self._words, cum_weights=self._cumulative, k=self._random.randint(8, 25))
        return " ".join(words).strip(".,").capitalize() + "."

    def article(self, characters: int) -> str:
        """Make an article of about so many characters in paragraphs of 1 to 4 sentences."""
        paragraphs: list[str] = []
        while sum(map(len, paragraphs)) < characters:
            paragraphs.append(" ".join(self.sentence() for _ in range(self._random.randint(1, 4))))
        return "\n\n".join(paragraphs)

    def stream(self, total_bytes: int, characters: int, near_duplicates: float = 0.1) -> Iterator[str]:
        """Yield articles up to a total size; a share of them are earlier ones with another sentence at the end."""
        made, recent = 0, ["start"]
        while made < total_bytes:
            fresh = self._random.random() >= near_duplicates or len(recent) < 2
            text = self.article(characters) if fresh else f"{self._random.choice(recent)}\n\n{self.sentence()}"
            recent = [*recent[-99:], text] if fresh else recent
            made += len(text.encode())
            yield text
