"""The seeds on their way: each read, extracted, cleaned and described once, under the name of its file and line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from ingest.clean.cleaner import clean_page
from ingest.clean.settings import CleanSettings
from ingest.enrich import EnrichSettings, describe
from ingest.extract import ExtractSettings, extract_page
from ingest.model import Article, Dropped, Metadata, Page, Payload, RawDocument
from ingest.sources import SourcesSettings, decode, read_payloads
from tests.golden.marking import SEEDS, load_expected, load_marked

NOW = datetime(2026, 5, 1, tzinfo=UTC)
Case = tuple[str, dict[str, Any]]


def list_cases() -> list[Case]:
    """List every document that a seed holds with what is expected of it; `name:line` where a file holds several."""
    cases: list[Case] = []
    for name, expected in load_expected().items():
        lines = expected if isinstance(expected, list) else [expected]
        cases += [(f"{name}:{line['line']}" if "line" in line else name, line) for line in lines]
    return cases


CASES = list_cases()
ARTICLES = [case for case in CASES if "language" in case[1]]
TEXTS = [case for case in ARTICLES if ".html" not in case[0]]
PAGES = [case for case in ARTICLES if ".html" in case[0]]
LEAVERS = [case for case in CASES if "language" not in case[1]]


def named(cases: list[Case]) -> pytest.MarkDecorator:
    """Run a test once a case, under the case's name."""
    return pytest.mark.parametrize(("name", "expected"), cases, ids=[name for name, _ in cases])


@cache
def payloads() -> dict[str, Payload]:
    """Read the folder of seeds as the main job does; by file name, with the line where there are several."""
    return {payload.origin.rpartition("/")[2]: payload for payload in read_payloads([str(SEEDS)], SourcesSettings())}


@cache
def document(name: str) -> RawDocument | Dropped:
    """Decode a seed."""
    return decode(payloads()[name], SourcesSettings())


@cache
def article(name: str) -> Article:
    """Take a seed as far as it is cleaned."""
    raw = document(name)
    assert isinstance(raw, RawDocument)
    page = extract_page(raw, ExtractSettings())
    assert isinstance(page, Page)
    return clean_page(page, CleanSettings())


def metadata(name: str) -> Metadata:
    """Describe a seed."""
    return describe(article(name), EnrichSettings(), now=NOW)


def marked_text(name: str) -> str:
    """Give a document's marked text."""
    file, _, line = name.partition(":")
    marked = load_marked()[file]
    text = json.loads(marked.splitlines()[int(line) - 1])["text"] if line else marked
    assert isinstance(text, str)
    return text
