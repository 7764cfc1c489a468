"""Every enricher is measured."""

from __future__ import annotations

import json

import pytest

from benchmarks.gate import FLOORS
from ingest.enrich import ENRICHERS

# What the suites of pages and corpora measure; the others are in the suite `enrich`, under their names.
ELSEWHERE = {
    "title": "extraction.metadata.title",
    "dates": "extraction.metadata.date",
    "language": "language.",
    "names": "names.report.",
}


@pytest.mark.parametrize("name", [enricher.name for enricher in ENRICHERS])
def test_every_enricher_has_a_floor(name: str) -> None:
    """What nobody measures gets worse unseen."""
    figures = json.loads(FLOORS.read_text(encoding="utf-8"))["figures"]
    assert any(figure.startswith(ELSEWHERE.get(name, f"enrich.{name}.")) for figure in figures)
