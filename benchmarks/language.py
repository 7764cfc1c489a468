"""Language detection on sentences in 51 languages: `python -m benchmarks.language`."""

from __future__ import annotations

import json
import time
from typing import Any

from benchmarks.corpora import read_lines
from ingest.enrich.language import detect_language
from ingest.enrich.settings import LanguageSettings


def measure() -> dict[str, Any]:
    """Give the share of right codes (Chinese of either script counts as `zh`) and documents per CPU second."""
    records = list(read_lines("language/sentences.jsonl.gz"))
    settings = LanguageSettings()
    started = time.process_time()
    codes = [detect_language(record["text"], settings).code for record in records]
    spent = time.process_time() - started
    right = sum(
        code.partition("-")[0] == record["language"].partition("-")[0]
        for code, record in zip(codes, records, strict=True)
    )
    return {
        "documents": len(records),
        "accuracy": right / len(records),
        "documents_per_second": round(len(records) / spent),
    }


if __name__ == "__main__":
    print(json.dumps(measure()))
