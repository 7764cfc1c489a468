"""Where an article turns into readers' comments, by the log-odds of its lines: one stretch, without any header."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate

from ingest.clean.layout import read_layout
from ingest.clean.lines import Line
from ingest.clean.register import read_register

Features = dict[str, float]
_CONTRASTED = {
    f"contrast:{name}": name
    for name in (
        *(f"rate:{group}" for group in ("me", "you", "thanks", "discuss", "think", "talk", "report")),
        "mark:!",
        "mark:?",
    )
}
_HEAD_SHARE = 3
_FEWEST_HEAD_LINES = 3
_CONTRAST_CHARS = 20


@dataclass(frozen=True, slots=True)
class Model:
    """What training found.

    `weights` are of features, `starts` what a line of some kind adds where comments begin with it, in a text with marks
    that name authors ("marked") and in one without ("bare"). A stretch counts from `min_score` on, of either; it takes
    lines before a thread that marks have found from `min_gain` on, and reaches past its best line until the sum has
    fallen by `max_drop`.
    """

    bias: float
    weights: Mapping[str, float]
    starts: Mapping[str, Mapping[str, float]]
    min_score: Mapping[str, float]
    min_gain: float
    max_drop: float


@dataclass(frozen=True, slots=True)
class Judged:
    """The lines' kinds, their log-odds of being comments, and what each adds as the first of them."""

    kinds: Sequence[str]
    odds: Sequence[float]
    starts: Sequence[float]

    @property
    def side(self) -> str:
        """Whether any mark names an author."""
        return side_of(self.kinds)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines `[first, last]`, whose log-odds add up to `score`."""

    first: int
    last: int
    score: float


@cache
def load_model() -> Model:
    """Load the packaged model, once per process."""
    text = (resources.files("ingest.clean") / "change_point.json").read_text(encoding="utf-8")
    return Model(**json.loads(text)["model"])


def judge(lines: Sequence[Line], kinds: Sequence[str], model: Model) -> Judged:
    """Weigh every line of a text."""
    return judge_features(kinds, read_features(lines, kinds), model)


def judge_features(kinds: Sequence[str], features: Sequence[Features], model: Model) -> Judged:
    """Weigh lines whose features are known."""
    starts = model.starts[side_of(kinds)]
    return Judged(kinds, weigh(features, model), [starts.get(kind, 0.0) for kind in kinds])


def side_of(kinds: Sequence[str]) -> str:
    """Name the side of a text: whether any mark in it names an author."""
    return "marked" if "author" in kinds else "bare"


def read_features(lines: Sequence[Line], kinds: Sequence[str]) -> list[Features]:
    """Give what is known of each line: its layout, its register, and how that differs from the text's head."""
    registers = [read_register(line.text) for line in lines]
    head = _mean_of_head(lines, registers)
    found = read_layout(lines, kinds)
    for line, register, each in zip(lines, registers, found, strict=True):
        each.update(register)
        if len(line) > _CONTRAST_CHARS:
            for name, mean in head.items():
                each[name] = register.get(_CONTRASTED[name], 0.0) - mean
    return found


def _mean_of_head(lines: Sequence[Line], registers: Sequence[Mapping[str, float]]) -> Features:
    """Give the mean register of the first third of the paragraphs, three at least."""
    prose = [register for line, register in zip(lines, registers, strict=True) if line.is_prose]
    head = prose[: max(_FEWEST_HEAD_LINES, len(prose) // _HEAD_SHARE)]
    if not head:
        return {}
    return {contrast: sum([each.get(name, 0.0) for each in head]) / len(head) for contrast, name in _CONTRASTED.items()}


def weigh(features: Sequence[Features], model: Model) -> list[float]:
    """Give the log-odds of each line to be a comment's."""
    weight = model.weights.get
    return [model.bias + sum([weight(name, 0.0) * value for name, value in each.items()]) for each in features]


def first_place(lines: Sequence[Line]) -> int:
    """Give the first line where comments may begin: after the first paragraph."""
    return next((line.index for line in lines if line.is_prose), len(lines)) + 1


def best_stretch(judged: Judged, first: int) -> Stretch:
    """Give the stretch from `first` on whose log-odds and start have the greatest sum, in one pass."""
    sums = [0.0, *accumulate(judged.odds)]
    start = first
    best, most = Stretch(first, first, 0.0), float("-inf")
    for place in range(first, len(judged.odds)):
        if sums[place] - judged.starts[place] < sums[start] - judged.starts[start]:
            start = place
        score = sums[place + 1] - sums[start]
        if score + judged.starts[start] > most:
            best, most = Stretch(start, place, score), score + judged.starts[start]
    return best


def reach(judged: Judged, last: int, max_drop: float) -> int:
    """Give the last line that still belongs: the text's last, unless the sum falls by more than `max_drop` before."""
    total = 0.0
    for odds in judged.odds[last + 1 :]:
        total += odds
        if total < -max_drop:
            return last
    return len(judged.odds) - 1
