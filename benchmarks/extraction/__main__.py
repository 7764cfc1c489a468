"""Measure extraction on labelled pages: `python -m benchmarks.extraction [--peers]` prints one JSON value."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

from trafilatura import bare_extraction

from benchmarks.corpora import digest, read_lines
from benchmarks.extraction.metrics import precision_recall, shingle_f1, snippets_lost, words_held
from ingest.extract import ExtractSettings, extract_page
from ingest.extract.tree import parse_page
from ingest.model import Page, Payload, RawDocument
from ingest.sources import SourcesSettings, decode

GOLD = ("scrapinghub", "fundus")
SNIPPETS = "traf"

Extractor = Callable[[str], tuple[str, str]]


def ours(html: str) -> tuple[str, str]:
    """Give Broadsheet's text and comments."""
    payload = Payload(content=html.encode("utf-8", "replace"), media_type="text/html", source="page", origin="page")
    document = decode(payload, SourcesSettings())
    assert isinstance(document, RawDocument)
    page = extract_page(document, ExtractSettings())
    if not isinstance(page, Page):
        return "", ""
    return page.text, "\n".join(comment.text for comment in page.comments)


def peer(**options: Any) -> Extractor:
    """Make trafilatura with its own metadata, as its users call it."""

    def extract(html: str) -> tuple[str, str]:
        found = bare_extraction(parse_page(html), include_comments=False, with_metadata=True, **options)
        return str(getattr(found, "text", None) or ""), ""

    return extract


def measure(extract: Extractor) -> dict[str, Any]:
    """Run one extractor over everything."""
    results: dict[str, Any] = {}
    for name in GOLD:
        started = time.process_time()
        rows = list(read_lines(f"html/{name}.jsonl.gz"))
        pairs = [precision_recall(row["body"], extract(row["html"])[0]) for row in rows]
        results[name] = {"f1": round(shingle_f1(pairs), 4), "pages": len(rows)}
        results[name]["pages_per_cpu_second"] = round(len(rows) / (time.process_time() - started), 1)
    results[SNIPPETS] = measure_comments(extract)
    return results


def measure_comments(extract: Extractor) -> dict[str, Any]:
    """Say which share of comment words leaked and is found as comments, and which share of body snippets is lost."""
    rows = [(row, *extract(row["html"])) for row in read_lines(f"html/{SNIPPETS}.jsonl.gz")]
    return {
        "comment_words_leaked": ratio(words_held(row["comments"], text) for row, text, _ in rows),
        "comment_words_kept_as_comments": ratio(words_held(row["comments"], kept) for row, _, kept in rows),
        "body_snippets_lost": ratio(snippets_lost(row["with_"], text) for row, text, _ in rows),
        "chrome_snippets_left": ratio(
            (total - lost, total) for row, text, _ in rows for lost, total in [snippets_lost(row["without"], text)]
        ),
    }


def ratio(counts: Iterator[tuple[int, int]]) -> float:
    """Divide the sums."""
    pairs = list(counts)
    return round(sum(part for part, _ in pairs) / max(1, sum(whole for _, whole in pairs)), 4)


def main() -> None:
    """Print the figures, with the digests of the corpora."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extraction", description=__doc__)
    parser.add_argument("--peers", action="store_true", help="measure trafilatura alone as well, in the same run")
    arguments = parser.parse_args()
    figures: dict[str, Any] = {"corpora": {name: digest(f"html/{name}.jsonl.gz") for name in (*GOLD, SNIPPETS)}}
    figures["broadsheet"] = measure(ours)
    if arguments.peers:
        figures["trafilatura"] = measure(peer())
        figures["trafilatura, precision"] = measure(peer(favor_precision=True))
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
