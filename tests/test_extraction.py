"""A page that hangs, crashes or bloats the parser is quarantined alone; its neighbours come through, in order."""

import ctypes
import os
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from ingest.batching import RunSettings
from ingest.extract import ExtractSettings, extract_page
from ingest.extraction import extract_stage
from ingest.isolation import IsolatedPool, IsolationSettings
from ingest.model import Dropped, Encoding, Failed, Given, Page, Payload, RawDocument
from tests.extract.pages import BODY, PROSE

QUICK = IsolationSettings(workers=2, max_wall_seconds=120.0, max_cpu_seconds=20)


def extract_or_break(document: RawDocument) -> Page | Dropped:
    """Extract, unless the page says how it breaks its parser."""
    acts: dict[str, Callable[[], object]] = {
        "crash": lambda: ctypes.string_at(0),
        "hang": lambda: time.sleep(60),
        "bloat": lambda: bytearray(10_000_000_000),
        "exit": lambda: os._exit(9),
    }
    if (act := acts.get(document.text)) is not None:
        act()
    return extract_page(document, ExtractSettings())


def document(number: int, html: str) -> RawDocument:
    """Make the document of a page."""
    payload = Payload(content=html.encode(), media_type="text/html", source="s", origin=f"o:{number}")
    encoding = Encoding(name="utf-8", origin="utf-8")
    return RawDocument(
        id=f"{number:032}", digest="d", payload=payload, kind="html", text=html, encoding=encoding, given=Given()
    )


def run(pages: list[str], settings: IsolationSettings = QUICK) -> list[Page | Dropped | Failed]:
    """Run pages through the stage; a batch holds four of them."""
    documents = [document(number, html) for number, html in enumerate(pages)]
    with IsolatedPool(extract_or_break, settings) as pool:
        stage = extract_stage(partial(extract_page, settings=ExtractSettings()), pool, RunSettings(batch_documents=4))
        return list(stage.run(documents))


GOOD = f"<html><body><article><h1>Quay reopens</h1>{BODY}</article></body></html>"
DATED = f"<html><head><meta property='article:published_time' content='2024-05-01T08:00:00+99:99'></head><body>{BODY}"


REFUSED = ["<div " + "a='1' " * 50_000 + ">x", "<p>x" + "<br>" * 300_000, "<div>" * 100_000, "x" * 10_000_001]


def check(pages: list[str], errors: dict[int, str], settings: IsolationSettings = QUICK) -> None:
    """Assert that exactly the pages at those places fail, with those errors, and that all others are whole."""
    outcomes = run(pages, settings)
    failed = {place: outcome for place, outcome in enumerate(outcomes) if isinstance(outcome, Failed)}
    assert {place: failure.error for place, failure in failed.items()} == errors
    assert all((failure.stage, failure.trace.id) == ("extract", f"{place:032}") for place, failure in failed.items())
    kept = [outcome for outcome in outcomes if isinstance(outcome, Page)]
    assert [int(page.document.id) for page in kept] == [place for place in range(len(pages)) if place not in errors]
    assert all(page.text.split("\n") == list(PROSE) for page in kept)


def test_poison_is_quarantined_alone() -> None:
    """Crash, exhausted memory, sudden end, one after the other too: each costs itself and nothing else."""
    pages = [GOOD, GOOD, "crash", GOOD, "bloat", "exit", GOOD, "crash", "crash", GOOD]
    crashed = dict.fromkeys((2, 5, 7, 8), "ParserCrashed")
    check(pages, {**crashed, 4: "LimitExceeded"})


@pytest.mark.slow
def test_a_hanging_page_is_quarantined_alone() -> None:
    """It is killed when its time is over; the others do not wait for it to end by itself."""
    check([GOOD, "hang", GOOD, GOOD], {1: "ParserCrashed"}, replace(QUICK, max_wall_seconds=6.0))


def test_pages_that_stall_parsers_are_quarantined_alone() -> None:
    """Attributes, line breaks, depth and size: refused before a parser sees them."""
    pages = [page for refused in REFUSED for page in (refused, GOOD)]
    check(pages, dict.fromkeys(range(0, len(pages), 2), "LimitExceeded"))


def test_odd_pages_arrive_whole() -> None:
    """Deep formatting, a text node of 2 MB, a surrogate and an impossible time cost no text."""
    deep = f"<html><body>{'<b>' * 900}{BODY}{'</b>' * 900}"
    long = f"<html><body><article><p>{'The quay is open again, said the master of it. ' * 50_000}</p></article>"
    pages = [deep, long, DATED, f"<html><body><p>A lone &#xD800; one.</p>{BODY}"]
    outcomes = run(pages)
    assert [type(outcome) for outcome in outcomes] == [Page] * 4
    texts = [outcome.text for outcome in outcomes if isinstance(outcome, Page)]
    assert all(text.endswith("\n".join(PROSE)) for text in (texts[0], texts[2], texts[3]))
    assert len(texts[1]) > 2_300_000
