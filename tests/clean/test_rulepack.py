"""The rule pack: every rule is well formed, does what its two examples say, and is missed when it is gone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from pathlib import Path

import pytest

from ingest.clean import cleaner
from ingest.clean.cutter import cut_chrome
from ingest.clean.lines import Line
from ingest.clean.matcher import Hit, Matcher, Matchers
from ingest.clean.rulepack import Rule, RuleError, load_rules, parse_rules, rules_version

Place = Callable[[str, Rule], str]
RULES = load_rules()
GOOD = """
[[rule]]
id = "share.test"
class = "share"
scope = "line"
patterns = ["share"]
reason = "A test."
strips = "share"
keeps = "shares"
"""


class Without(Matchers):
    """The pack without one rule. Rules match each for itself, so that leaving out its hits is leaving it out."""

    def __init__(self, gone: Rule, *matchers: Matcher) -> None:
        super().__init__(*matchers)
        self._gone = gone.id

    def match(self, lines: Sequence[Line]) -> Iterator[Hit]:
        """Give the hits of the other rules."""
        return (hit for hit in super().match(lines) if hit.rule.id != self._gone)


def taken(text: str, matcher: Matcher | Matchers) -> dict[int, str]:
    """Give the rule that takes each visible character."""
    found = cut_chrome(text, matcher, surroundings=True)
    return {at: span.rule for span in found.ledger for at in range(span.start, span.end) if not text[at].isspace()}


def share_taken(text: str, example: str, matcher: Matcher) -> tuple[float, set[str]]:
    """Give the share of an example within a text that is taken, and the rules that take it."""
    start = text.index(example)
    visible = [at for at in range(start, start + len(example)) if not text[at].isspace()]
    owners = taken(text, matcher)
    return sum(at in owners for at in visible) / len(visible), {owners[at] for at in visible if at in owners}


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    """Compile the pack once."""
    return Matcher(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_strips_its_example(rule: Rule, matcher: Matcher, place: Place) -> None:
    """A rule is judged by its own example first: what it says it takes, it takes."""
    _, rules = share_taken(place(rule.strips, rule), rule.strips, matcher)
    assert rule.id in rules


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_keeps_its_example(rule: Rule, matcher: Matcher, place: Place) -> None:
    """The near miss is the article's own and stays, whichever rule might want it."""
    share, rules = share_taken(place(rule.keeps, rule), rule.keeps, matcher)
    assert share == 0, rules


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_is_missed_when_it_is_gone(rule: Rule, matcher: Matcher, place: Place) -> None:
    """A rule that nothing misses does not belong: without it less of its example goes, or goes as another class."""
    rest = Without(rule, matcher)
    text = place(rule.strips, rule)
    classes = {each.id: each.span_class for each in RULES}
    before = {at: classes.get(owner) for at, owner in taken(text, matcher).items()}
    after = {at: classes.get(owner) for at, owner in taken(text, rest).items()}
    assert after != before


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_says_why(rule: Rule) -> None:
    """A reason is one line that a reader of a span can understand."""
    assert rule.reason.endswith(".")
    assert "\n" not in rule.reason


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('scope = "line"', 'scope = "page"'), "scope"),
        (('class = "share"', 'class = "chrome"'), "no class"),
        (('keeps = "shares"', ""), "missing keys"),
        (('keeps = "shares"', 'keeps = "shares"\nzoom = 3'), "unknown keys"),
        (('patterns = ["share"]', 'patterns = "share"'), "list of strings"),
        (('reason = "A test."', "reason = 3"), "type str"),
    ],
)
def test_malformed_rule_is_an_error(change: tuple[str, str], message: str) -> None:
    """A typo in a rule must not silently switch it off."""
    with pytest.raises(RuleError, match=message):
        parse_rules((("test.toml", GOOD.replace(*change)),))


def test_rule_ids_are_unique() -> None:
    """A span names its rule, so two rules of one name would make it say nothing."""
    with pytest.raises(RuleError, match="twice"):
        parse_rules((("a.toml", GOOD), ("b.toml", GOOD)))


def test_version_covers_the_weights(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Documents cleaned by other weights are cleaned again."""
    before = rules_version()
    shutil.copytree(Path(str(resources.files("ingest.clean"))), tmp_path / "clean")
    weights = tmp_path / "clean" / "change_point.json"
    weights.write_text(weights.read_text(encoding="utf-8").replace('"bias"', '"bias" '), encoding="utf-8")
    monkeypatch.setattr(resources, "files", lambda _: tmp_path / "clean")
    assert rules_version.__wrapped__() != before


def test_version_is_a_digest() -> None:
    """Every article is stamped with it; it must be short, stable and of the pack."""
    assert len(rules_version()) == 16
    assert rules_version() == cleaner.rules_version()
