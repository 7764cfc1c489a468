"""Language detection: sentences in 51 languages, and the speed on articles: `python -m benchmarks.run language`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.corpora import read_lines
from ingest.enrich.language import detect_language, load_detector
from ingest.enrich.mixture import find_others
from ingest.enrich.settings import LanguageSettings

BATCH, ROUNDS = 100, 20


def measure() -> dict[str, Any]:
    """Give the share of right codes (Chinese of either script counts as `zh`), and articles per CPU second.

    `documents_per_second` is of the language alone, `with_mixture_per_second` also of the search for other languages.
    """
    records = list(read_lines("language/sentences.jsonl.gz"))
    settings = LanguageSettings()
    right = sum(
        detect_language(record["text"], settings).code.partition("-")[0] == record["language"].partition("-")[0]
        for record in records
    )
    articles = [record["text"] for record in read_lines("dedup/bbc_2225.jsonl.gz")]
    detect = load_detector().detect
    mixed = sum(bool(find_others(article, "en", detect, settings)) for article in articles)
    alone = measure_rate(articles, lambda text: detect_language(text, settings))
    mixture = measure_rate(articles, lambda text: find_others(text, "en", detect, settings))
    return {
        "documents": len(records),
        "accuracy": right / len(records),
        "documents_per_second": round(alone),
        "with_mixture_per_second": round(1 / (1 / alone + 1 / mixture)),
        "english_articles_called_mixed": mixed / len(articles),
    }


def measure_rate(texts: Sequence[str], step: Callable[[str], object]) -> float:
    """Give texts per CPU second: of each hundred the best of twenty rounds, for neighbours make noise."""
    seconds = 0.0
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        seconds += min(time_batch(batch, step) for _ in range(ROUNDS))
    return len(texts) / seconds


def time_batch(batch: Sequence[str], step: Callable[[str], object]) -> float:
    """Time one batch, in seconds of processor time."""
    started = time.process_time()
    for text in batch:
        step(text)
    return time.process_time() - started
