"""Matching: guards, scopes, and that no line is too much for the set of patterns."""

from __future__ import annotations

import dataclasses

import pytest

from ingest.clean.lines import fold, split_lines
from ingest.clean.matcher import Matcher
from ingest.clean.rulepack import Rule, load_rules
from ingest.model import SpanClass

RULE = Rule(
    id="test.rule",
    span_class=SpanClass.SHARE,
    scope="line",
    patterns=("share .*",),
    reason="A test.",
    strips="",
    keeps="",
)


def hits(rule: Rule, text: str) -> list[str]:
    """Give what a rule takes of a text."""
    return [text[hit.start : hit.end] for hit in Matcher([rule]).match(split_lines(text))]


def test_line_is_matched_whole_and_without_its_bullet() -> None:
    """A rule for a line must not bite into one, and a bullet says nothing of what it is."""
    assert hits(RULE, "We share this\n  • Share this ") == ["• Share this"]


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        ({"min_length": 11}, []),
        ({"max_length": 9}, []),
        ({"unless": ("th.s",)}, []),
        ({"max_cut": 9}, []),
        ({"case": True}, []),
        ({"scope": "span", "patterns": ("(?P<cut>share) this",)}, ["Share"]),
        ({}, ["Share this"]),
    ],
)
def test_guards_are_fields(change: dict[str, object], taken: list[str]) -> None:
    """Guards are data, since the engine has no look-around; each must hold by itself."""
    assert hits(dataclasses.replace(RULE, **change), "Share this") == taken  # type: ignore[arg-type]  # fields by name


def test_offsets_count_code_points() -> None:
    """The engine counts bytes; spans do not."""
    text = "Ünïcödé 🚢 line\nshare 🚢 thïs"
    assert hits(RULE, text) == ["share 🚢 thïs"]


def test_folding_keeps_offsets() -> None:
    """What is matched has plain quotes, dashes and blanks at the places of the given ones."""
    text = "“It’s—here”\u00a0now\u3000…"
    assert fold(text) == '"It\'s-here" now …'
    assert len(fold(text)) == len(text)


def test_no_set_is_exhausted(capfd: pytest.CaptureFixture[str]) -> None:
    """A set that ran out of memory would find nothing and only say so on standard error."""
    matcher = Matcher(load_rules())
    words = [word for rule in load_rules() for word in rule.strips.split()]
    for size in (50, 500, 5000):
        list(matcher.match(split_lines(" ".join((words * 9)[:size]))))
    assert "out of memory" not in capfd.readouterr().err


def test_empty_pack_matches_nothing() -> None:
    """The engine refuses an empty set; a pack without rules is not an error."""
    assert list(Matcher([]).match(split_lines("Share this"))) == []
