"""Changed rule sets: TOML files that add rules to the packaged ones or replace them by their ids."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import re2

from ingest.clean.matcher import Matcher
from ingest.clean.rulepack import Rule, RuleError, parse_rules
from ingest.errors import UsageError


def read_changes(path: str) -> tuple[Rule, ...]:
    """Read the rules of a TOML file, or of a folder's TOML files in the order of their names.

    Raises UsageError that names the file and the rule at fault, also where a pattern is none.
    """
    given = Path(path)
    files = sorted(given.glob("*.toml")) if given.is_dir() else [given]
    try:
        rules = parse_rules(tuple((file.name, file.read_text(encoding="utf-8")) for file in files))
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}") from error
    except (RuleError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from error
    if not rules:
        raise UsageError(f"{path}: no [[rule]] in it")
    for rule in rules:
        _check_patterns(path, rule)
    return rules


def _check_patterns(path: str, rule: Rule) -> None:
    try:
        Matcher([rule])
    except re2.error as error:
        raise UsageError(f"{path}: rule {rule.id}: {error}") from error


def merge_rules(rules: Sequence[Rule], changes: Sequence[Rule]) -> tuple[Rule, ...]:
    """Put changed rules into the places of those with their ids, and new ones behind the last of their class."""
    merged = list(rules)
    for change in changes:
        places = {rule.id: place for place, rule in enumerate(merged)}
        if change.id in places:
            merged[places[change.id]] = change
        else:
            of_class = [place for place, rule in enumerate(merged) if rule.span_class == change.span_class]
            merged.insert(of_class[-1] + 1 if of_class else len(merged), change)
    return tuple(merged)
