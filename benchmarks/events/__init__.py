"""Events on a labelled set of invented articles: `python -m benchmarks.events`.

The set is in this folder: articles of one event from several publishers, and near misses on the same places and topics.
It is measured alone and, where the measuring material is at hand, after 2,225 other articles, since rarity means little
among the first. Settings were chosen on the events of half `a` (by a hash of their names); half `b` is only reported.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

from benchmarks.corpora import DATA, read_lines
from ingest.events import EventBook, EventSettings, Report, TermCounts, count_terms

ARTICLES = Path(__file__).parent / "articles.jsonl"
Record = dict[str, Any]


def read_articles() -> list[Record]:
    """Read the labelled articles in the order of their publication."""
    return [json.loads(line) for line in ARTICLES.read_text(encoding="utf-8").splitlines()]


def half_of(event: str) -> str:
    """Give the half that an event belongs to."""
    return "ab"[hashlib.sha256(event.encode()).digest()[0] % 2]


def to_report(record: Record) -> Report:
    """Give what decides on an article's event."""
    at = datetime.fromisoformat(record["published_at"]).timestamp()
    names = ("id", "title", "language", "publisher")
    return Report(**{name: record[name] for name in names}, body=record["text"], at=at)


def group(records: Sequence[Record], settings: EventSettings, *, warm: bool) -> dict[str, str]:
    """Give each article the event that it was put into; `warm` with the frequencies of other English articles."""
    book = EventBook(settings)
    if warm:
        book.add_terms("en", count_corpus(settings))
    return {record["id"]: book.assign(to_report(record)).event for record in records}


def count_corpus(settings: EventSettings) -> TermCounts:
    """Count the terms of the measuring material's news texts."""
    counts = TermCounts()
    for record in read_lines("dedup/bbc_2225.jsonl.gz"):
        counts.add(count_terms(None, record["text"], settings), settings.max_known_terms)
    return counts


def score_pairs(records: Sequence[Record], found: dict[str, str]) -> dict[str, float]:
    """Give precision, recall and F1 over the pairs of articles that tell of one event."""
    hit = wrong = missed = 0
    for one, other in combinations(records, 2):
        same, together = one["event"] == other["event"], found[one["id"]] == found[other["id"]]
        hit += same and together
        wrong += together and not same
        missed += same and not together
    precision, recall = hit / max(1, hit + wrong), hit / max(1, hit + missed)
    return {"precision": precision, "recall": recall, "pair_f1": 2 * hit / max(1, 2 * hit + wrong + missed)}


def score(records: Sequence[Record], settings: EventSettings, *, warm: bool) -> dict[str, Any]:
    """Score the whole set and each half of it; all articles come in one stream."""
    found = group(records, settings, warm=warm)
    halves = {half: [r for r in records if half_of(r["event"]) == half] for half in "ab"}
    return {
        **score_pairs(records, found),
        **{f"half_{half}": score_pairs(some, found) for half, some in halves.items()},
    }


def measure(settings: EventSettings | None = None) -> dict[str, Any]:
    """Score the labelled set alone and after other articles; measure the speed on these."""
    records, settings = read_articles(), settings or EventSettings()
    figures: dict[str, Any] = {
        "articles": len(records),
        "events": len({record["event"] for record in records}),
        "alone": score(records, settings, warm=False),
    }
    if DATA.is_dir():
        figures |= {"after_others": score(records, settings, warm=True), **measure_speed(settings)}
    return figures


def measure_speed(settings: EventSettings) -> dict[str, int]:
    """Group other articles, ten minutes apart; give documents per CPU second, and how many events they made."""
    texts = [record["text"] for record in read_lines("dedup/bbc_2225.jsonl.gz")]
    book = EventBook(settings)
    started = time.process_time()
    made = {
        book.assign(Report(id=str(n), title=None, body=text, language="en", publisher=None, at=600.0 * n)).event
        for n, text in enumerate(texts)
    }
    return {"documents_per_second": round(len(texts) / (time.process_time() - started)), "events_made": len(made)}


def main() -> int:
    """Print the figures."""
    print(json.dumps(measure(), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
