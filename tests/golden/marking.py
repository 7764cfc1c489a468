"""Texts with their truth marked by hand: `⟦class|text⟧` is a stretch that is not the article; the rest is the body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.model import Span

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
MARKED = ROOT / "tests" / "golden" / "texts"
EXPECTED = ROOT / "tests" / "golden" / "expected"
BODY = "body"

MARK = re.compile(r"⟦([a-z_]+)\|([^⟦⟧]*)⟧")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and the class of each of its characters (`body` where it is the article's)."""

    text: str
    classes: tuple[str, ...]


def strip_marks(marked: str) -> str:
    """Give the text without its marks."""
    return MARK.sub(r"\2", marked)


def read_marks(marked: str) -> Marked:
    """Read a marked text."""
    classes: list[str] = []
    at = 0
    for mark in MARK.finditer(marked):
        classes += [BODY] * (mark.start() - at) + [mark[1]] * len(mark[2])
        at = mark.end()
    classes += [BODY] * (len(marked) - at)
    return Marked(text=strip_marks(marked), classes=tuple(classes))


def classes_of(text: str, spans: Iterable[Span]) -> tuple[str, ...]:
    """Give the class of each character under a ledger."""
    classes = [BODY] * len(text)
    for span in spans:
        classes[span.start : span.end] = [span.span_class.value] * (span.end - span.start)
    return tuple(classes)


def describe_misses(truth: Marked, found: tuple[str, ...]) -> list[str]:
    """List the runs of visible characters whose class is wrong, as `expected -> found: text`. Whitespace is free."""
    runs: list[tuple[str, str, list[str]]] = []
    for char, expected, got in zip(truth.text, truth.classes, found, strict=True):
        if char.isspace() and expected != "control":
            if runs:
                runs[-1][2].append(char)
        elif runs and runs[-1][:2] == (expected, got):
            runs[-1][2].append(char)
        else:
            runs.append((expected, got, [char]))
    wrong = [(expected, got, "".join(chars)) for expected, got, chars in runs if expected != got]
    return [f"{expected} -> {got}: {' '.join(text.split())!r}" for expected, got, text in wrong]


def load_marked() -> dict[str, str]:
    """Load the marked texts by the names of their seeds."""
    return {path.name.removesuffix(".marked"): path.read_bytes().decode() for path in sorted(MARKED.glob("*.marked"))}


def load_expected() -> dict[str, Any]:
    """Load what each seed is expected to give, by its name."""
    return {path.name.removesuffix(".json"): json.loads(path.read_bytes()) for path in sorted(EXPECTED.glob("*.json"))}
