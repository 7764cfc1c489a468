"""Invented articles, as many as are asked for, of which no two are near-duplicates."""

from __future__ import annotations

import json
import random
from pathlib import Path

SYLLABLES = [
    "ka",
    "to",
    "mi",
    "ren",
    "sol",
    "va",
    "dur",
    "est",
    "lin",
    "gor",
    "pe",
    "ash",
    "wen",
    "tor",
    "il",
    "mar",
    "bre",
    "son",
    "cal",
    "dy",
]
COMMON = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "is",
    "that",
    "for",
    "on",
    "with",
    "as",
    "was",
    "at",
    "by",
    "it",
    "from",
    "be",
    "this",
    "are",
]
WORDS, SENTENCES = 18, 25


def write_stories(path: Path, count: int, seed: int = 7) -> None:
    """Write JSON lines of articles of about 450 words."""
    chance = random.Random(seed)
    vocabulary = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(20_000)]
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            lines = [write_sentence(chance, vocabulary) for _ in range(SENTENCES)]
            text = f"{lines[0]}\n\n" + "\n\n".join(" ".join(lines[at : at + 4]) for at in range(1, SENTENCES, 4))
            document = {
                "text": f"{text}\n\nCopyright {2000 + number % 24} Courier {number % 40}. All rights reserved.",
                "url": f"https://c{number % 40}.example/{seed}/{number}",
                "publisher": f"Courier {number % 40}",
            }
            file.write(json.dumps(document) + "\n")


def write_sentence(chance: random.Random, vocabulary: list[str]) -> str:
    """Write one sentence: half of its words are everybody's."""
    words = [chance.choice(COMMON if chance.random() < 0.45 else vocabulary) for _ in range(WORDS)]
    return " ".join(words).capitalize() + "."
