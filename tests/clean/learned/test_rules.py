"""An accepted proposal is a rule like any other, and takes what was proposed."""

from __future__ import annotations

import pytest
import re2
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.clean.cleaner import clean_text
from ingest.clean.examples import try_examples
from ingest.clean.learned.proposals import rule_id
from ingest.clean.learned.rules import (
    add_entry,
    list_accepted,
    parse_publisher_rules,
    remove_entry,
    to_pattern,
    write_entry,
)
from ingest.clean.lines import split_lines
from ingest.clean.rulepack import load_rules, parse_rules, rules_version
from ingest.clean.settings import CleanSettings
from tests.clean.learned.outlets import propose_for, write_article

LINES = [
    "Scroll past the picture (3 of 14) for [the] tide table",
    "Add your name: it's 'free' \\ and costs $0.00 *",
    "Hier klicken: Hafen – „Ebbe“ | Flut '''",
]


@pytest.mark.parametrize("line", LINES)
def test_entry_takes_its_line_and_nothing_else(line: str) -> None:
    """Quotes, brackets, backslashes and figures of a line are data, not pattern."""
    (proposal,) = propose_for(lambda seed: write_article(seed, among=[line])).values()
    entry = write_entry(proposal, load_rules())
    (rule,) = parse_rules((("echo.example.toml", entry),))
    result = next(each for each in try_examples([*load_rules(), rule]) if each.rule.id == rule.id)
    assert (result.strips, result.keeps) == (True, True)
    text = write_article(99, among=[line.replace("3", "27"), f"She said it aloud: {line}, and everybody laughed."])
    cleaning = clean_text(text, CleanSettings(), accepted=(rule,))
    taken = [text[span.start : span.end] for span in cleaning.spans if span.rule == rule_id(proposal.id)]
    assert taken == [line.replace("3", "27")]


def test_entries_are_added_replaced_and_removed() -> None:
    """What a person wrote into the file beside them stays."""
    line = LINES[0]
    (proposal,) = propose_for(lambda seed: write_article(seed, among=[line])).values()
    entry = write_entry(proposal, load_rules())
    by_hand = (
        '# by hand\n[[rule]]\nid = "tags.echo"\nclass = "tags"\nscope = "line"\npatterns = ["echo"]\nreason = "r"\n'
    )
    by_hand += 'strips = "echo"\nkeeps = "echoes"\n'
    text = add_entry(add_entry(by_hand, entry, "echo.example"), entry, "echo.example")
    rules = parse_publisher_rules({"echo.example": text})
    assert [rule.id for rule in rules["echo.example"]] == ["tags.echo", rule_id(proposal.id)]
    assert list_accepted(rules) == {proposal.id: "echo.example"}
    assert remove_entry(text, rule_id(proposal.id)).strip() == by_hand.strip()


@example("\N{TAI THAM THAM DIGIT ZERO}")
@given(st.text(min_size=1, max_size=60))
def test_pattern_matches_its_own_line(text: str) -> None:
    """Whatever a line holds, RE2 takes its pattern, and the pattern the line."""
    for line in split_lines(text.encode("utf-8", "replace").decode()):
        assert re2.compile(f"(?i)^(?:{to_pattern(line.text)})$").search(line.text)


def test_version_of_the_rules_is_a_publisher_s_own() -> None:
    """Accepting one publisher's rule must not rewrite the documents of all others."""
    assert rules_version("") == rules_version()
    assert rules_version("abc") != rules_version()
    assert len(rules_version("abc")) == 16
