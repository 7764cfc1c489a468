"""A rule's own two examples, each tried within an article: one goes by the rule, the other stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.clean.cutter import cut_chrome
from ingest.clean.matcher import Matcher
from ingest.clean.rulepack import Rule

_HEADLINE = "Town library opens its doors again after two years of building work"
_OPENING = """
The library of Marrowby opened again on Saturday, two years after a burst pipe had ruined its cellar and most of the \
maps that were kept there.
Its director said that eleven thousand books had been dried by hand, page by page, in a hall that the brewery had lent \
to the town for nothing.
A new roof and a lift were paid for by the county. The reading room keeps its old oak tables, which forty people had \
signed a letter to save.
""".strip().splitlines()
_CLOSING = """
Children from both schools had drawn the way to the new entrance on the pavement, and the rain of Friday night had \
washed most of it away.
The first book to be lent was a guide to rivers. It should have been returned in the spring of the year of the flood, \
the woman who took it said.
On Sunday the doors stay closed, and from Monday the lamps will burn until nine, as they did before the pipe burst in \
the night.
""".strip().splitlines()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleResult:
    """What became of a rule's examples.

    `stripped_by` are the rules that took of the one that it strips, `kept_against` those that took of the one that it
    keeps; both without blanks.
    """

    rule: Rule
    stripped_by: tuple[str, ...]
    kept_against: tuple[str, ...]

    @property
    def strips(self) -> bool:
        """Whether the rule takes of the example that it should strip."""
        return self.rule.id in self.stripped_by

    @property
    def keeps(self) -> bool:
        """Whether no rule takes of the example that it should keep."""
        return not self.kept_against


def try_examples(rules: Sequence[Rule]) -> Iterator[ExampleResult]:
    """Try the examples of every rule, with all the rules at work."""
    matcher = Matcher(rules)
    return (try_rule(rule, matcher) for rule in rules)


def try_rule(rule: Rule, matcher: Matcher) -> ExampleResult:
    """Try one rule's examples, with the matcher's rules at work."""
    stripped_by, kept_against = (_takers(example, rule, matcher) for example in (rule.strips, rule.keeps))
    return ExampleResult(rule=rule, stripped_by=stripped_by, kept_against=kept_against)


def _takers(example: str, rule: Rule, matcher: Matcher) -> tuple[str, ...]:
    """Give the rules that take visible characters of an example where its rule may fire."""
    text, start = _place(example, rule)
    end = start + len(example)
    spans = cut_chrome(text, matcher, surroundings=True).ledger
    return tuple(sorted({s.rule for s in spans if text[max(s.start, start) : min(s.end, end)].strip()}))


def _place(example: str, rule: Rule) -> tuple[str, int]:
    """Put an example where its rule's zone is in an article: head, tail or within; give where it starts."""
    before, after = {
        "head": ([], [*_OPENING, *_CLOSING]),
        "tail": ([_HEADLINE, *_OPENING, *_CLOSING], []),
    }.get(rule.zone, ([_HEADLINE, *_OPENING], _CLOSING))
    lead = "".join(f"{paragraph}\n\n" for paragraph in before)
    return lead + "\n\n".join((example, *after)), len(lead)
