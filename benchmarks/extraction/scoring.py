"""Extraction, cleaning and enrichment of labelled pages, scored; publishers are split in halves against fitting."""

from __future__ import annotations

import difflib
import random
import re
import statistics
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from trafilatura import bare_extraction

from benchmarks.corpora import read_lines
from benchmarks.extraction.metrics import holds, precision_recall, shingle_f1, snippets_lost, words_held
from ingest.clean.cleaner import clean_page
from ingest.clean.settings import CleanSettings
from ingest.enrich import EnrichSettings, describe
from ingest.extract import ExtractSettings, extract_page
from ingest.extract.tree import parse_page, visible_text
from ingest.model import Metadata, Page, Payload, RawDocument
from ingest.sources import SourcesSettings, decode

GOLD = ("scrapinghub", "fundus")
SNIPPETS = "traf"
COPYRIGHT = re.compile(
    r"^\W*(?:©|\(c\)|copyright\b).{0,150}?(?:\d{4}|rights reserved)|^.{0,60}all rights reserved", re.I
)
HALVES = "ab"
RESAMPLINGS = 200
TIMED = 3  # every third page is timed
SECONDS_A_DAY = 86_400

Extractor = Callable[[str], tuple[str, str]]
Pair = tuple[float, float]


def extract(html: str, url: str | None = None) -> Page | None:
    """Make a page of HTML as the pipeline does."""
    payload = Payload(
        content=html.encode("utf-8", "replace"), media_type="text/html", source="page", origin="page", url=url
    )
    document = decode(payload, SourcesSettings())
    assert isinstance(document, RawDocument)
    page = extract_page(document, ExtractSettings())
    return page if isinstance(page, Page) else None


def ours(html: str) -> tuple[str, str]:
    """Give Broadsheet's text and comments."""
    page = extract(html)
    return (
        ("", "")
        if page is None
        else (page.text, "\n".join(f"{comment.author} {comment.text}" for comment in page.comments))
    )


def peer(**options: Any) -> Extractor:
    """Make trafilatura with its own metadata, as its users call it."""

    def extract_text(html: str) -> tuple[str, str]:
        found = bare_extraction(parse_page(html), include_comments=False, with_metadata=True, **options)
        return str(getattr(found, "text", None) or ""), ""

    return extract_text


def measure() -> dict[str, Any]:
    """Measure everything of Broadsheet's."""
    return {**measure_texts(ours), "metadata": measure_metadata(), "cost": measure_cost()}


def measure_texts(extractor: Extractor) -> dict[str, Any]:
    """Score one extractor's texts and comments."""
    results: dict[str, Any] = {}
    for name in GOLD:
        rows = list(read_lines(f"html/{name}.jsonl.gz"))
        pairs = [precision_recall(row["body"], extractor(row["html"])[0]) for row in rows]
        results[name] = {**score_halves(rows, pairs), **bound_by_resampling(pairs), "pages": len(rows)}
    return {**results, SNIPPETS: measure_comments(extractor)}


def score_halves(rows: Sequence[dict[str, Any]], pairs: Sequence[Pair]) -> dict[str, float]:
    """Give F1 of all pages, and of each half of the publishers: what was fitted to one shows in the other."""
    scores = {"f1": pairs}
    for half in HALVES:
        scores[f"f1_half_{half}"] = [pair for row, pair in zip(rows, pairs, strict=True) if half_of(row["url"]) == half]
    return {name: round(shingle_f1(part), 4) for name, part in scores.items()}


def half_of(url: str) -> str:
    """Tell in which half a page's publisher falls, by a hash of its domain."""
    publisher = ".".join((urlsplit(url).hostname or "").split(".")[-2:])
    return HALVES[zlib.crc32(publisher.encode()) % 2]


def bound_by_resampling(pairs: Sequence[Pair]) -> dict[str, float]:
    """Give the bounds between which 95 % of F1 lie when the pages are drawn again."""
    draw = random.Random(0)
    scores = sorted(shingle_f1(draw.choices(pairs, k=len(pairs))) for _ in range(RESAMPLINGS))
    return {"f1_low": round(scores[RESAMPLINGS // 40], 4), "f1_high": round(scores[-1 - RESAMPLINGS // 40], 4)}


def measure_comments(extractor: Extractor) -> dict[str, float]:
    """Say which share of comment words leaked and is found as comments, and which share of body snippets is lost.

    Where a commenter quotes the article, the quoted words stand in the body as they should and count as leaked all the
    same; `comment_words_leaked_unquoted` leaves out the snippets that the page holds more often than the body does.
    Where a comment came by script, the page does not hold it: `kept_of_those_in_the_page` counts the others alone.
    """
    rows = [(row, *extractor(row["html"])) for row in read_lines(f"html/{SNIPPETS}.jsonl.gz")]
    sources = [read_source(row["html"]) for row, _, _ in rows]
    leaked = [words_held(row["comments"], text) for row, text, _ in rows]
    lost = [snippets_lost(row["with_"], text) for row, text, _ in rows]
    said = [
        [snippet for snippet in row["comments"] if holds(source, snippet)]
        for (row, _, _), source in zip(rows, sources, strict=True)
    ]
    unquoted = [
        [snippet for snippet in row["comments"] if holds(source, snippet) <= holds(text, snippet)]
        for (row, text, _), source in zip(rows, sources, strict=True)
    ]
    return {
        "comment_words_leaked": ratio(leaked),
        **{f"comment_words_leaked_{name}": value for name, value in bound_ratio(leaked).items()},
        "comment_words_leaked_unquoted": ratio(
            [
                (words_held(snippets, text)[0], total)
                for snippets, (_, text, _), (_, total) in zip(unquoted, rows, leaked, strict=True)
            ]
        ),
        "comment_words_kept_as_comments": ratio([words_held(row["comments"], kept) for row, _, kept in rows]),
        "comment_words_kept_of_those_in_the_page": ratio(
            [words_held(snippets, kept) for snippets, (_, _, kept) in zip(said, rows, strict=True)]
        ),
        "body_snippets_lost": ratio(lost),
        **{f"body_snippets_lost_{name}": value for name, value in bound_ratio(lost).items()},
        **{
            f"{name}_half_{half}": ratio(
                [pair for (row, _, _), pair in zip(rows, pairs, strict=True) if half_of(row["url"]) == half]
            )
            for name, pairs in (("comment_words_leaked", leaked), ("body_snippets_lost", lost))
            for half in HALVES
        },
        "chrome_snippets_left": ratio(
            [(total - gone, total) for row, text, _ in rows for gone, total in [snippets_lost(row["without"], text)]]
        ),
    }


def read_source(html: str) -> str:
    """Give all that a page says, wherever it stands."""
    tree = parse_page(html)
    return "" if tree is None else visible_text(tree)


def bound_ratio(counts: Sequence[tuple[int, int]]) -> dict[str, float]:
    """Give the bounds between which 95 % of a ratio lie when the pages are drawn again."""
    draw = random.Random(0)
    ratios = sorted(ratio(draw.choices(counts, k=len(counts))) for _ in range(RESAMPLINGS))
    return {"low": ratios[RESAMPLINGS // 40], "high": ratios[-1 - RESAMPLINGS // 40]}


def ratio(counts: Iterable[tuple[int, int]]) -> float:
    """Divide the sums."""
    pairs = list(counts)
    return round(sum(part for part, _ in pairs) / max(1, sum(whole for _, whole in pairs)), 4)


def measure_metadata() -> dict[str, float]:
    """Score title (90 % alike), authors (as a set) and date (within a day); count bodies with a copyright line."""
    rows = list(read_lines("html/fundus.jsonl.gz"))
    right = {"title": 0, "authors": 0, "date": 0}
    copyright_left = 0
    for row in rows:
        page = extract(row["html"], row["url"])
        if page is None:
            continue
        article = clean_page(page, CleanSettings())
        found = describe(article, EnrichSettings())
        copyright_left += any(COPYRIGHT.search(line) for line in article.cleaning.body.split("\n"))
        right["title"] += are_alike(found.title or "", row["title"] or "")
        right["authors"] += set(found.authors) == set(row["authors"] or ())
        right["date"] += is_same_day(found, row["date"])
    return {
        **{name: round(count / len(rows), 4) for name, count in right.items()},
        "pages_with_a_copyright_line": copyright_left,
    }


def are_alike(title: str, gold: str) -> bool:
    """Compare titles; nine tenths are enough."""
    return difflib.SequenceMatcher(None, title.lower(), gold.lower(), autojunk=False).ratio() >= 0.9


def is_same_day(found: Metadata, gold: str | None) -> bool:
    """Tell whether the date is right within a day; without a labelled one nothing can be wrong."""
    if not gold or found.published is None:
        return not gold
    wanted = datetime.fromisoformat(gold)
    wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)
    return abs((wanted - found.published.value).total_seconds()) < SECONDS_A_DAY


def measure_cost() -> dict[str, float]:
    """Compare processor time with trafilatura's with metadata, page by page in turn."""
    baseline = peer()
    own_times, their_times = [], []
    for name in GOLD:
        for row in list(read_lines(f"html/{name}.jsonl.gz"))[::TIMED]:
            their_times.append(time_call(baseline, row["html"]))
            own_times.append(time_call(ours, row["html"]))
    return {
        "median_page_times_trafilatura": round(statistics.median(own_times) / statistics.median(their_times), 3),
        "mean_page_times_trafilatura": round(sum(own_times) / sum(their_times), 3),
        "pages_per_cpu_second": round(len(own_times) / sum(own_times), 1),
    }


def time_call(extractor: Extractor, html: str) -> float:
    """Time one call, in seconds of processor time."""
    started = time.process_time()
    extractor(html)
    return time.process_time() - started
