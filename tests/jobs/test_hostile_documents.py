"""What templates and scrapers get wrong, on the whole way into an index: a reason for each, and no stall."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.batching import RunSettings
from ingest.jobs import ingest
from ingest.jobs.ingestion import IngestReport
from ingest.jobs.searching import search, show
from ingest.settings import Settings

STORY = (
    "The ferry to Orsk was late again on Monday, and the harbour master said that the new engine was to blame. "
    "Passengers waited for two hours in the rain. A second ferry is to be hired until the engine has been mended."
)
# Processor time, several times what a busy machine takes; what compares all with all takes minutes.
MAX_SECONDS = 40.0
# A year that no calendar has, one that no field of an index can hold, a zone that is none.
DATES = ("0000-01-01", "10000-01-01T00:00:00Z", "2014-03-15T08:00:00+99:99")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give settings for an index and a lake of the test's own."""
    return Settings.load(flags={"index.url": f"tantivy:{tmp_path / 'index'}", "lake.url": str(tmp_path / "lake")})


def run(settings: Settings, tmp_path: Path, *records: Mapping[str, Any]) -> IngestReport:
    """Ingest records in one batch, in bounded time."""
    path = tmp_path / "hostile.jsonl"
    path.write_text("\n".join(map(json.dumps, records)))
    started = time.process_time()
    report = ingest([str(path)], settings)
    assert time.process_time() - started < MAX_SECONDS
    assert report.failed == 0
    return report


def test_dates_out_of_this_world_date_nothing_and_are_kept_with_the_reason(settings: Settings, tmp_path: Path) -> None:
    """The article is indexed without a date, and shows what was stated and why it is not believed."""
    records = [{"id": f"d{n}", "text": f"{STORY} No. {n}.", "published_at": date} for n, date in enumerate(DATES)]
    assert run(settings, tmp_path, *records).outcomes["indexed"] == len(DATES)
    for number, date in enumerate(DATES):
        shown = show(f"d{number}", settings)
        assert shown["published_at"] is None
        (stated,) = shown["dates"]
        assert (stated["stated"], stated["origin"], stated["refused"]) == (date, "given", "unreadable")


def test_a_title_of_a_megabyte_is_cut(settings: Settings, tmp_path: Path) -> None:
    """It costs neither the article nor its neighbours."""
    report = run(
        settings, tmp_path, {"id": "t", "title": "ferry " * 170_000, "text": STORY}, {"id": "n", "text": "Next."}
    )
    assert report.outcomes["indexed"] == 2
    assert len(show("t", settings)["title"]) <= settings.enrich.title.max_characters


def test_ten_thousand_authors_and_one_of_thirty_kilobytes_are_cut(settings: Settings, tmp_path: Path) -> None:
    """A template that lists the whole staff, and one that repeats a letter."""
    staff = [f"Author Number{number}" for number in range(10_000)]
    report = run(
        settings,
        tmp_path,
        {"id": "staff", "text": STORY, "authors": staff},
        {"id": "letter", "text": f"{STORY} Again.", "authors": ["a" * 30_000]},
        {"id": "body", "text": f"By {'a' * 30_000}\n\n{STORY}"},
    )
    assert report.outcomes["indexed"] == 3
    limits = settings.enrich.byline
    assert 0 < len(show("staff", settings)["author"]) <= limits.max_authors
    assert all(len(name) <= limits.max_characters for name in show("letter", settings)["author"])


def test_an_article_that_copies_itself_stands_alone(settings: Settings, tmp_path: Path) -> None:
    """Its own text over and over is no copy of another, and later it is no copy of itself."""
    record = {"url": "https://flood.example/itself", "text": f"{STORY}\n" * 2_000}
    assert run(settings, tmp_path, record, record).outcomes["indexed"] == 1
    (hit,) = search([("q", "ferry")], settings)["hits"]
    shown = show(hit["id"], settings)
    assert (shown["cluster_kind"], shown["canonical"], shown["canonical_reason"]) == ("unique", True, "only")


def test_a_thousand_identical_articles_in_one_batch_are_one_story(settings: Settings, tmp_path: Path) -> None:
    """None is compared with all others, the books balance, and a search finds one story."""
    flood = [{"url": f"https://flood.example/{number}", "text": STORY} for number in range(1_000)]
    report = run(replace(settings, run=RunSettings(batch_documents=1_000)), tmp_path, *flood)
    assert (report.seen, report.outcomes["indexed"], report.duplicates) == (1_000, 1_000, 999)
    assert search([("q", "ferry")], settings)["total_stories"] == 1


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("\x00\x01", "no_article_text"),
        ("\u200b \ufeff", "no_article_text"),
    ],
)
def test_an_empty_text_is_dropped_with_its_reason(settings: Settings, tmp_path: Path, text: str, dropped: str) -> None:
    """Nothing to read, index or compare: counted under its reason."""
    report = run(settings, tmp_path, {"id": "e", "text": text}, {"id": "n", "text": STORY})
    assert (report.outcomes["indexed"], dict(report.dropped)) == (1, {dropped: 1})


def test_a_body_that_cleaning_would_empty_is_kept_and_flagged(settings: Settings, tmp_path: Path) -> None:
    """Nothing but chrome: a person must look, and nothing is anybody's copy for it."""
    notices = [{"id": f"r{n}", "text": f"© {2010 + n} The Aldermoor Post. All rights reserved."} for n in range(2)]
    assert run(settings, tmp_path, *notices).flagged["over_removal"] == 2
    assert show("r0", settings)["cluster_kind"] == "unique"
