"""Cross-validation by publisher: each document is cleaned by the rules that other publishers' documents bear out.

Rules are written by hand, so nothing is fitted anew in a fold; what a fold leaves out is every rule that has fired on
its own publishers only. Rules that are code stay in.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from benchmarks.cleaning.accounts import Account, Record, draw_account, publisher_of
from ingest.clean.rulepack import Rule, load_rules
from ingest.model import Cleaning

FOLDS = 5

CleanBy = Callable[[Record, tuple[Rule, ...]], Cleaning]


def fold_of(publisher: str) -> int:
    """Tell which fold a publisher is in."""
    return zlib.crc32(f"fold {publisher}".encode()) % FOLDS


def cross_validate(
    sets: Mapping[str, Sequence[Record]], unlabelled: Sequence[Record], clean: CleanBy
) -> dict[str, list[Account]]:
    """Account for each labelled document by the rules that have fired on publishers of other folds."""
    rules = load_rules()
    support = find_support([*unlabelled, *(each for records in sets.values() for each in records)], rules, clean)
    packs = [tuple(rule for rule in rules if support[rule.id] != {fold}) for fold in range(FOLDS)]
    return {
        name: [draw_account(each, clean(each, packs[fold_of(publisher_of(each))])) for each in records]
        for name, records in sets.items()
    }


def find_support(records: Iterable[Record], rules: tuple[Rule, ...], clean: CleanBy) -> dict[str, set[int]]:
    """Give for each rule the folds of the publishers that it has fired on."""
    support: dict[str, set[int]] = defaultdict(set)
    for record in records:
        fold = fold_of(publisher_of(record))
        for rule in {span.rule for span in clean(record, rules).spans}:
            support[rule].add(fold)
    return support
