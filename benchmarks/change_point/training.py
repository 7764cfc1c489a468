"""Fits the change point: the weights of features, what a start adds, and from what sum on a stretch counts."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.change_point.documents import Document
from benchmarks.change_point.fit import Row, fit
from ingest.clean.change_point import Features, Model, read_features, side_of
from ingest.clean.layout import name_kinds
from ingest.clean.lines import Line, split_lines
from ingest.clean.marks import find_marks
from ingest.clean.matcher import Hit, Matcher
from ingest.clean.thread import Thread, find_marked_thread

SEED = 1
LINES_AT_FULL_WEIGHT = 30
NEAR_LINES = 8
MOST_START = 4.0
FEWEST_ROWS = 15
MAX_DROP = 10.0
UNDECIDED = Model(0.0, {}, {"marked": {}, "bare": {}}, {"marked": 0.0, "bare": 0.0}, 0.0, MAX_DROP)


@dataclass(frozen=True, slots=True)
class Example:
    """A document as the model sees it, and the thread that its marks alone give away."""

    document: Document
    lines: Sequence[Line]
    kinds: Sequence[str]
    features: Sequence[Features]
    marked: Thread | None


def read_examples(documents: Iterable[Document], matcher: Matcher) -> list[Example]:
    """Read the features of the documents."""
    return [_read_example(document, matcher) for document in documents]


def _read_example(document: Document, matcher: Matcher) -> Example:
    lines = split_lines(document.text)
    hits: dict[int, list[Hit]] = defaultdict(list)
    for hit in matcher.match(lines):
        hits[hit.line.index].append(hit)
    marks = find_marks(lines)
    kinds = name_kinds(lines, marks, hits)
    return Example(document, lines, kinds, read_features(lines, kinds), find_marked_thread(lines, marks, hits))


def train(examples: Sequence[Example]) -> Model:
    """Fit the weights and the starts; features that few lines have are left out."""
    rows = [row for example in examples for row in _rows(example)]
    seen = Counter(name for features, _, _ in rows for name in features)
    weights = fit(rows, SEED)
    kept = {name: round(weight, 3) for name, weight in sorted(weights.items()) if seen[name] >= FEWEST_ROWS}
    return replace(UNDECIDED, bias=round(weights[""], 3), weights=kept, starts=fit_starts(examples))


def _rows(example: Example) -> Iterable[Row]:
    labels = example.document.labels
    weight = min(1.0, LINES_AT_FULL_WEIGHT / max(1, len(labels)))
    return [(features, label, weight) for features, label in zip(example.features, labels, strict=True)]


def fit_starts(examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    """Fit by counting how much likelier each kind of line is where comments begin than beside that place."""
    at: dict[str, Counter[str]] = {"marked": Counter(), "bare": Counter()}
    near: dict[str, Counter[str]] = {"marked": Counter(), "bare": Counter()}
    for example in examples:
        labels = example.document.labels
        if True not in labels or example.document.kind == "page as shown":
            continue
        first, side = labels.index(True), side_of(example.kinds)
        at[side][example.kinds[first]] += 1
        near[side].update(example.kinds[max(0, first - NEAR_LINES) : first])
        near[side].update(example.kinds[first + 1 : first + 1 + NEAR_LINES])
    return {side: _log_ratios(at[side], near[side]) for side in at}


def _log_ratios(here: Mapping[str, int], there: Mapping[str, int]) -> dict[str, float]:
    kinds = sorted({*here, *there})
    here_all, there_all = sum(here.values()) + len(kinds), sum(there.values()) + len(kinds)
    ratio = {
        kind: math.log((here.get(kind, 0) + 1) / here_all) - math.log((there.get(kind, 0) + 1) / there_all)
        for kind in kinds
    }
    return {kind: round(max(-MOST_START, min(MOST_START, value)), 3) for kind, value in ratio.items()}
