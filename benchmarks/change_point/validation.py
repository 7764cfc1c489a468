"""What the change point does with publishers that it was not fitted on, and the thresholds that follow from that."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.change_point.documents import FOLDS
from benchmarks.change_point.training import SEED, Example, train
from ingest.clean.change_point import Model, best_stretch, first_place, judge_features, reach, side_of
from ingest.clean.comment_zone import gain, is_sure

SCORES = tuple(float(score) for score in range(8, 25))
GAINS = (4.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 30.0)
# Of articles without comments, and of whole pages without any, so many may be cut; of what is added before a thread
# that marks have found, so much may be the article's.
MOST_ARTICLES_CUT = 0.002
MOST_PAGES_CUT = 0.05
MOST_BODY_GAINED = 0.1
# Where less than this is article, a forum's post among them, thresholds are not chosen by what is cut of it.
FEWEST_ARTICLE_CHARS = 1000
SAMPLES = 200


@dataclass(frozen=True, slots=True)
class Cut:
    """Characters that a cut takes: of comments, and of the rest."""

    comments: int = 0
    rest: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a model does with a document: by the change point with its score, by marks, and what comes before those."""

    kind: str
    side: str
    size: Cut
    by_change: Cut
    score: float
    by_marks: Cut | None
    before_marks: Cut
    gained: float

    def cut(self, model: Model) -> Cut:
        """Give what is cut under the thresholds of a model."""
        if self.by_marks is None:
            return self.by_change if self.score >= model.min_score[self.side] else Cut()
        if self.gained < model.min_gain:
            return self.by_marks
        return Cut(self.by_marks.comments + self.before_marks.comments, self.by_marks.rest + self.before_marks.rest)


def cross_validate(examples: Sequence[Example]) -> tuple[list[Outcome], list[Model]]:
    """Try out each document by the model of its fold, which is fitted on the other folds' publishers."""
    models = [train([each for each in examples if each.document.fold != fold]) for fold in range(FOLDS)]
    return [try_out(example, models[example.document.fold]) for example in examples], models


def try_out(example: Example, model: Model) -> Outcome:
    """Try out a model without thresholds on a document; a score counts less where the article goes on."""
    lines, marked = example.lines, example.marked
    size, none = _take(example, range(len(lines))), Cut()
    first = first_place(lines)
    if first >= len(lines):
        by_marks = _take(example, range(marked.first, marked.last + 1)) if marked else None
        return Outcome(example.document.kind, side_of(example.kinds), size, none, float("-inf"), by_marks, none, 0.0)
    judged = judge_features(example.kinds, example.features, model)
    stretch = best_stretch(judged, first)
    if marked is not None:
        earlier = range(stretch.first, marked.first)
        gained = gain(judged, stretch.first, marked.first) if earlier else 0.0
        by_marks = _take(example, range(marked.first, marked.last + 1))
        taken = _take(example, earlier)
        return Outcome(example.document.kind, judged.side, size, none, float("-inf"), by_marks, taken, gained)
    last = reach(judged, stretch.last, model.max_drop)
    score = max((score for score in SCORES if is_sure(lines, judged, stretch, last, _at(model, score))), default=0.0)
    by_change = _take(example, range(stretch.first, last + 1))
    return Outcome(example.document.kind, judged.side, size, by_change, score, None, none, 0.0)


def _at(model: Model, score: float) -> Model:
    return Model(model.bias, {}, {}, {"marked": score, "bare": score}, 0.0, model.max_drop)


def _take(example: Example, places: range) -> Cut:
    labels = example.document.labels
    sizes = [(len(example.lines[place]), labels[place]) for place in places]
    return Cut(sum(size for size, said in sizes if said), sum(size for size, said in sizes if not said))


def choose_min_score(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Give for each side the least threshold at which next to no article without comments is cut."""
    fit = [each for each in outcomes if each.size.rest >= FEWEST_ARTICLE_CHARS]
    return {side: _least([each for each in fit if each.side == side]) for side in ("marked", "bare")}


def _least(outcomes: Sequence[Outcome]) -> float:
    silent = [each for each in outcomes if not each.size.comments and each.by_marks is None]
    pages = [each for each in silent if each.kind == "page as shown"]
    articles = [each for each in silent if each.kind != "page as shown"]
    for score in SCORES:
        few = _share_over(articles, score) <= MOST_ARTICLES_CUT and _share_over(pages, score) <= MOST_PAGES_CUT
        if few:
            return score
    return SCORES[-1] + 1


def _share_over(outcomes: Sequence[Outcome], score: float) -> float:
    return sum(each.score >= score for each in outcomes) / max(1, len(outcomes))


def choose_min_gain(outcomes: Sequence[Outcome]) -> float:
    """Give the least gain at which little of what comes before marks is the article's."""
    long = [each for each in outcomes if each.size.rest >= FEWEST_ARTICLE_CHARS and each.kind != "page as shown"]
    fit = [each for each in long if each.by_marks is not None]
    for least in GAINS:
        taken = [each.before_marks for each in fit if each.gained >= least]
        rest = sum(each.rest for each in taken)
        if rest <= MOST_BODY_GAINED * (rest + sum(each.comments for each in taken)):
            return least
    return GAINS[-1]


def summarise(outcomes: Sequence[Outcome], model: Model) -> dict[str, dict[str, float]]:
    """Tell for each kind of document what is left and lost, with intervals over documents."""
    kinds: dict[str, list[tuple[Cut, Cut]]] = defaultdict(list)
    for outcome in outcomes:
        kinds[outcome.kind].append((outcome.size, outcome.cut(model)))
    return {kind: dict(_figures(group)) for kind, group in sorted(kinds.items())}


def _figures(group: Sequence[tuple[Cut, Cut]]) -> Mapping[str, float]:
    rng = random.Random(SEED)
    resampled = [_shares(rng.choices(group, k=len(group))) for _ in range(SAMPLES)]
    (left, lost), (lefts, losses) = _shares(group), (sorted(values) for values in zip(*resampled, strict=True))
    low, high = SAMPLES // 40, SAMPLES - SAMPLES // 40 - 1
    return {
        "documents": len(group),
        "comments_left": left,
        "comments_left_low": lefts[low],
        "comments_left_high": lefts[high],
        "rest_lost": lost,
        "rest_lost_low": losses[low],
        "rest_lost_high": losses[high],
        "cut_without_comments": sum(bool(cut.rest) and not size.comments for size, cut in group),
    }


def _shares(group: Sequence[tuple[Cut, Cut]]) -> tuple[float, float]:
    comments, rest = sum(size.comments for size, _ in group), sum(size.rest for size, _ in group)
    left = 1 - sum(cut.comments for _, cut in group) / comments if comments else 0.0
    return round(left, 4), round(sum(cut.rest for _, cut in group) / max(1, rest), 4)
