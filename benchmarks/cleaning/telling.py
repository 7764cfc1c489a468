"""Which documents and which rules a figure comes from, in words: what a fallen floor has to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from benchmarks.cleaning.accounts import CLASS_OF, COMMENTS, Account, Record, Stretch
from ingest.clean.reasons import SURROUNDINGS
from ingest.clean.rulepack import load_rules
from ingest.model import Cleaning

MOST_DOCUMENTS = 5
_MOST_RULES = 8
_MOST_STRETCHES = 3
_EXCERPT_CHARS = 90
# Figures that count documents at fault by a count of their own.
_COUNTED = ("conservation_broken", "glued", "class_or_rule_errors", "false_comment_cuts")

Test = Callable[[Stretch], bool]


def tell(figure: str, accounts: Sequence[Account]) -> list[str]:
    """Name the worst documents of a figure with what was lost or left there, and the rules that took it."""
    if figure in _COUNTED:
        return [f"{each.id} ({each.publisher})" for each in accounts if each.counts[figure]][:MOST_DOCUMENTS]
    concerns = _test_of(figure)
    found = [(each, [s for s in each.stretches if concerns(s)]) for each in accounts]
    ranked = sorted((pair for pair in found if pair[1]), key=lambda pair: -_size(pair[1]))
    told = [f"{each.id} ({each.publisher}): {_describe(stretches)}" for each, stretches in ranked[:MOST_DOCUMENTS]]
    return [*told, *_tell_rules([s for _, stretches in ranked for s in stretches]), *_tell_pack(figure)]


def _test_of(figure: str) -> Test:
    """Give what tells the stretches that bear on a figure."""
    kind, _, name = figure.rpartition(".")
    tests: Mapping[str, Test] = {
        "body_lost": _is_lost_body,
        "documents_losing_over_5_percent": _is_lost_body,
        "mixed_body_lost": _is_lost_body,
        "headlines_lost": lambda s: s.label == "headline",
        "chrome_left": lambda s: s.rule is None,
        "mixed_chrome_left": lambda s: s.rule is None,
        "comments_left": lambda s: s.rule is None and s.label in COMMENTS,
        "copyright_lines_left": lambda s: s.rule is None and s.label == "copyright",
        "class_accuracy": lambda s: s.rule is not None and s.label not in ("body", "headline"),
    }
    if kind.endswith("removed_by_label"):
        return lambda s: s.rule is None and s.label == name
    if kind.endswith("precision_by_class"):
        return lambda s: s.taken_as == name and s.label != "headline"
    return tests.get(name, lambda s: s.rule is None or _is_lost_body(s))


def _is_lost_body(stretch: Stretch) -> bool:
    return stretch.label == "body" and stretch.rule is not None


def _size(stretches: Iterable[Stretch]) -> int:
    return sum(each.size for each in stretches)


def _describe(stretches: Sequence[Stretch]) -> str:
    largest = sorted(stretches, key=lambda each: -each.size)[:_MOST_STRETCHES]
    return f"{_size(stretches):,} characters: " + "; ".join(map(_describe_one, largest))


def _describe_one(stretch: Stretch) -> str:
    fate = f"taken by {stretch.rule} as {stretch.taken_as}" if stretch.rule else "left"
    words = " ".join(stretch.text.split())
    shown = words if len(words) <= _EXCERPT_CHARS else f"{words[:_EXCERPT_CHARS]}..."
    return f"{stretch.label} {fate} ({stretch.size:,}): {shown!r}"


def _tell_rules(stretches: Iterable[Stretch]) -> list[str]:
    """Name the rules that took what they should not have, the most harmful first."""
    taken: Counter[tuple[str, str]] = Counter()
    for each in stretches:
        if each.rule is not None:
            taken[each.rule, each.label] += each.size
    return [
        f"rule {rule} took {size:,} characters of {label}" for (rule, label), size in taken.most_common(_MOST_RULES)
    ]


def _tell_pack(figure: str) -> list[str]:
    """Name the rules that should have taken what is left of a class; a class without any says so."""
    kind, _, label = figure.rpartition(".")
    if not kind.endswith("removed_by_label"):
        label = {"copyright_lines_left": "copyright"}.get(label, "")
    wanted = CLASS_OF.get(label, label)
    if not label or kind.endswith("precision_by_class"):
        return []
    named = [rule.id for rule in load_rules() if rule.span_class.value == wanted]
    return [f"rules of class {wanted}: {', '.join(named) or 'NONE'}"]


def count_rules(sets: Iterable[tuple[Sequence[Record], Mapping[str, Cleaning]]]) -> dict[str, dict[str, int]]:
    """Count for each rule, also those that are code, its spans and those that took labelled body, with how much."""
    names = [*(rule.id for rule in load_rules()), *SURROUNDINGS]
    counts: dict[str, dict[str, Any]] = {name: {"fired": 0, "on_body": 0, "body_chars": 0} for name in names}
    for records, cleaned in sets:
        for record in records:
            body = _mark_body(record)
            for span in cleaned[record["id"]].spans:
                count = counts.setdefault(span.rule, {"fired": 0, "on_body": 0, "body_chars": 0})
                taken = body.count(1, span.start, span.end)
                count["fired"] += 1
                count["on_body"] += taken > 0
                count["body_chars"] += taken
    return dict(sorted(counts.items()))


def _mark_body(record: Record) -> bytes:
    """Give 1 for each visible character of labelled body, else 0."""
    parts = []
    for line in record["lines"]:
        is_body = [line["label"] in ("body", "mixed")] * len(line["text"])
        for span in line.get("spans") or ():
            is_body[span["start"] : span["end"]] = [span["label"] == "body"] * (span["end"] - span["start"])
        parts.append(bytes(b and not char.isspace() for b, char in zip(is_body, line["text"], strict=True)))
    return b"\0".join(parts)
