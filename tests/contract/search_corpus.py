"""Thirty invented articles in thirteen languages, and two hundred distractors generated from small vocabularies."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.index.document import comment_id, fill_stemmed
from ingest.index.protocol import Write

DISTRACTORS = 200
PUBLISHERS = ("The Harbour Courier", "Moorland Gazette", "O'Neil & Sons' Herald", "Hafenbote", None)
AUTHORS = ("Ada Fenwick", "Tom Oake", "Bea Lund", "Ken O'Hara")
LANGUAGES = ("en", "en", "de", "fr", "es")

Row = dict[str, Any]


def writes() -> list[Write]:
    """Give the whole corpus, the same every time."""
    material = json.loads((Path(__file__).parent / "search_articles.json").read_text(encoding="utf-8"))
    return [to_write(row) for row in (*material["articles"], *distract(material["vocabulary"]))]


def distract(vocabulary: dict[str, str], seed: int = 7) -> Iterator[Row]:
    """Make articles of random words; every fifth repeats the one before as its near-duplicate, some are undated."""
    chance = random.Random(seed)
    row: Row = {}
    for number in range(1000, 1000 + DISTRACTORS):
        again = number % 5 == 4
        row = {**row, "body": f"{row['body']} Again."} if again else make_text(vocabulary, chance)
        day = None if number % 11 == 0 else f"{2015 + number % 9}-{1 + number % 12:02d}-{1 + number % 28:02d}"
        yield {
            **row,
            "number": number,
            "cluster": number - again,
            "day": day,
            "publisher": PUBLISHERS[number % 5],
            "author": AUTHORS[: number % 3],
            "rights_holder": [],
        }


def make_text(vocabulary: dict[str, str], chance: random.Random) -> Row:
    """Make a title and eight sentences of random words in a random language."""
    language = chance.choice(LANGUAGES)
    words = vocabulary[language].split()
    sentences = (" ".join(chance.choices(words, k=12)).capitalize() for _ in range(8))
    title = " ".join(chance.choices(words, k=5)).capitalize()
    return {"language": language, "title": title, "body": ". ".join(sentences) + "."}


def to_write(row: Row) -> Write:
    """Make the document of a row."""
    number, cluster, day = row["number"], row["cluster"], row["day"]
    document = {
        "id": f"{number:032x}",
        "given_id": f"given-{number}",
        "title": row["title"],
        "body": row["body"],
        "language": row["language"],
        "published_at": None if day is None else f"{day}T{number % 24:02d}:00:00Z",
        "year": None if day is None else day[:4],
        "date_precision": None if day is None else "day",
        "publisher": row["publisher"],
        "author": list(row["author"]),
        "rights_holder": row["rights_holder"],
        "cluster_id": f"{cluster:032x}",
        "cluster_kind": "unique" if number == cluster else "near",
        "canonical": number == cluster,
        "source": "desk" if number % 2 else "wire",
        "quality": None if number % 3 == 0 else (number % 10) / 10,
        "indexed_at": f"2024-{1 + number % 12:02d}-01T00:00:00Z",
        "word_count": len(row["body"].split()),
    }
    comments = to_comments(row)
    document["comment_count"] = len(comments)
    return Write(document["id"], number << 16, fill_stemmed(document), comments)


def to_comments(row: Row) -> tuple[Row, ...]:
    """Make the comments of a row: every third article's readers repeat its first sentence backwards and its title."""
    number = row["number"]
    if number % 3:
        return ()
    texts = (" ".join(reversed(row["body"].split(".")[0].split())), f"Late again <b>&: {row['title']}")
    return tuple(
        {
            "id": comment_id(f"{number:032x}", position),
            "article_id": f"{number:032x}",
            "position": position,
            "number": position + 1,
            "author": f"Reader {number}",
            "text": text,
        }
        for position, text in enumerate(texts)
    )
