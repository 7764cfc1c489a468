"""From the counts of accounts to figures, with bounds by document and halves by publisher."""

from __future__ import annotations

import random
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.cleaning.accounts import COMMENTS, Account

RESAMPLINGS = 200
BOUNDED = ("line_f1", "body_lost", "chrome_left", "class_accuracy", "comments_left", "mixed_chrome_left")
HALVED = ("documents", "line_f1", "body_lost", "chrome_left", "class_accuracy", "comments_left")

Counts = Mapping[str, int]


def add_up(accounts: Iterable[Account]) -> Counter[str]:
    """Sum the counts of documents."""
    total: Counter[str] = Counter()
    for account in accounts:
        total.update(account.counts)
    return total


def summarise(counts: Counts) -> dict[str, Any]:
    """Give every figure of a set of documents, the overall ones first, then by label and by class.

    None is the figure of a set that holds nothing to measure it on.
    """
    get = Counter(counts)
    labels = sorted(name.partition(".")[2] for name in counts if name.startswith("all."))
    chrome = [label for label in labels if label not in ("body", "headline")]
    everything, left = (sum(get[f"{fate}.{label}"] for label in chrome) for fate in ("all", "kept"))
    comments, comments_left = (sum(get[f"{fate}.{label}"] for label in COMMENTS) for fate in ("all", "kept"))
    return {
        "documents": get["documents"],
        **{name: get[name] for name in ("conservation_broken", "glued", "class_or_rule_errors")},
        "line_f1": _f1(get["lines.chrome.taken"], get["lines.body.taken"], get["lines.chrome.kept"]),
        "body_lost": _share(get["all.body"] - get["kept.body"], get["all.body"]),
        "chrome_left": _share(left, everything),
        "documents_losing_over_5_percent": _share(get["heavy"], get["documents"]),
        "class_accuracy": _share(_sum_of(get, "right."), everything - left),
        "headlines_lost": _share(get["all.headline"] - get["kept.headline"], get["all.headline"]),
        "mixed_chrome_left": _share(get["mixed.chrome.kept"], get["mixed.chrome.kept"] + get["mixed.chrome.taken"]),
        "mixed_body_lost": _share(get["mixed.body.taken"], get["mixed.body.kept"] + get["mixed.body.taken"]),
        "comments_left": _share(comments_left, comments),
        "copyright_lines_left": get["lines_left.copyright"],
        "false_comment_cuts": get["false_comment_cuts"],
        "documents_without_comments": get["without_comments"],
        "removed_by_label": {label: 1 - get[f"kept.{label}"] / get[f"all.{label}"] for label in chrome},
        "precision_by_class": {
            name.partition(".")[2]: get[f"right.{name.partition('.')[2]}"] / counts[name]
            for name in sorted(counts)
            if name.startswith("taken_as.")
        },
    }


def _sum_of(counts: Counts, prefix: str) -> int:
    return sum(count for name, count in counts.items() if name.startswith(prefix))


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _f1(hit: int, wrong: int, left: int) -> float | None:
    return 2 * hit / (2 * hit + wrong + left) if hit + wrong + left else None


def measure_accounts(accounts: Sequence[Account]) -> dict[str, Any]:
    """Give the figures of documents, their bounds, and those of either half of the publishers."""
    figures = summarise(add_up(accounts))
    halves = {"half_a": 0, "half_b": 1}
    return {
        **figures,
        "interval_95": bound(accounts),
        **{
            name: _pick(summarise(add_up(each for each in accounts if half_of(each.publisher) == half)), HALVED)
            for name, half in halves.items()
        },
    }


def half_of(publisher: str) -> int:
    """Tell which half of the publishers one belongs to, as good as drawn by lot."""
    return zlib.crc32(publisher.encode()) % 2


def _pick(figures: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: figures[name] for name in names}


def bound(accounts: Sequence[Account]) -> dict[str, list[float]]:
    """Give for each bounded figure the 2.5th and the 97.5th percentile when the documents are drawn again."""
    draw = random.Random(0)
    drawn = [summarise(add_up(draw.choices(accounts, k=len(accounts)))) for _ in range(RESAMPLINGS)]
    ranked = {name: sorted(each[name] for each in drawn if each[name] is not None) for name in BOUNDED}
    return {name: [_at(values, 0.025), _at(values, 0.975)] for name, values in ranked.items() if values}


def _at(ranked: Sequence[float], share: float) -> float:
    return ranked[round(share * (len(ranked) - 1))]
