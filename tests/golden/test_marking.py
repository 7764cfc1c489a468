"""The marks themselves: lossless, of known classes, and complete."""

from __future__ import annotations

import tomllib

import pytest

from ingest.model import SpanClass
from tests.golden.marking import BODY, SEEDS, describe_misses, load_expected, load_marked, read_marks, strip_marks

MARKED = load_marked()


@pytest.mark.parametrize("name", MARKED)
def test_a_marked_text_is_the_seed(name: str) -> None:
    """Stripped of its marks it is the seed bit for bit, so that no expectation speaks of another text."""
    assert strip_marks(MARKED[name]).encode() == (SEEDS / name).read_bytes()


@pytest.mark.parametrize("name", MARKED)
def test_marks_are_of_known_classes(name: str) -> None:
    """A misspelt class would be expected in vain."""
    assert set(read_marks(MARKED[name]).classes) <= {BODY, *SpanClass}
    assert not set("⟦⟧") & set(strip_marks(MARKED[name]))


def test_misses_are_described() -> None:
    """The comparison sees a wrong class and a missed stretch, and no whitespace."""
    truth = read_marks("One two.\n⟦copyright|© Me⟧ ⟦share|Share⟧\n")
    found = [BODY] * 9 + ["notice"] * 4 + [BODY] * 7
    assert describe_misses(truth, tuple(found)) == ["copyright -> notice: '© Me'", "share -> body: 'Share'"]


def test_every_seed_is_described_and_expected() -> None:
    """A seed without truth tests nothing."""
    files = {path.name for path in SEEDS.iterdir() if path.suffix != ".toml"}
    described = {source["path"] for source in tomllib.loads((SEEDS / "sources.toml").read_text("utf-8"))["source"]}
    assert described == files
    assert set(load_expected()) == files
    assert set(MARKED) == {
        name for name in files if name.endswith((".txt", ".jsonl")) and "dropped" not in load_expected()[name]
    }
