"""The text path without an index (clean, sign, language) on one core: `python -m benchmarks.throughput`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from benchmarks.corpora import read_lines
from ingest.clean.cleaner import clean_text
from ingest.dedup.signature import sign
from ingest.enrich.language import detect_language
from ingest.settings import Settings

ROUNDS = 3


def measure() -> dict[str, float]:
    """Give documents per CPU second for the whole path and for each step alone: the best of three rounds."""
    texts = [record["text"] for record in read_lines("dedup/bbc_2225.jsonl.gz")]
    settings = Settings()
    bodies = [clean_text(text, settings.clean).body for text in texts]
    steps = {
        "clean": lambda: [clean_text(text, settings.clean) for text in texts],
        "sign": lambda: [sign(body, settings.dedup) for body in bodies],
        "language": lambda: [detect_language(body, settings.enrich.language) for body in bodies],
    }
    seconds = {name: min(time_once(step) for _ in range(ROUNDS)) for name, step in steps.items()}
    rates = {f"{name}_documents_per_second": round(len(texts) / spent) for name, spent in seconds.items()}
    return {"documents": len(texts), "documents_per_second": round(len(texts) / sum(seconds.values())), **rates}


def time_once(step: Callable[[], object]) -> float:
    """Give the CPU seconds of one pass."""
    started = time.process_time()
    step()
    return time.process_time() - started


if __name__ == "__main__":
    print(json.dumps(measure()))
