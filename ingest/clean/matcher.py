"""Matching: an `re2.Set` over a line tells which patterns can fire, then each of those says where, in linear time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import re2

from ingest.clean.lines import Line
from ingest.clean.rulepack import Rule

_BULLET = r"(?:[•◦▪·*»>|#-]+ *)?"
# The memory that a set may fill with states of its automaton; with less it throws them away and slows down.
_SET_BYTES = 32 << 20
# Most rules are for short lines and most lines of an article are long: each length has a set of its own.
_TIER_CHARS = (80, 160, 420, 1 << 60)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fired on a line: `start` and `end` are what it takes of the line, in the text's code points."""

    rule: Rule
    line: Line
    start: int
    end: int
    fields: dict[str, str]

    @property
    def is_whole(self) -> bool:
        """Whether it takes its line whole."""
        return self.start == self.line.start and self.end == self.line.end


@dataclass(frozen=True, slots=True)
class _Pattern:
    rule: Rule
    regexp: Any
    unless: tuple[Any, ...]


class _Tier:
    """The patterns for lines of more than `above` and at most `most` characters."""

    def __init__(self, above: int, most: int, patterns: Sequence[_Pattern]) -> None:
        self.most = most
        self.patterns = [each for each in patterns if each.rule.max_length > above and each.rule.min_length <= most]
        options = re2.Options()
        options.max_mem = _SET_BYTES
        self._set = re2.Set.SearchSet(options)
        for pattern in self.patterns:
            self._set.Add(pattern.regexp.pattern)
        if self.patterns:
            self._set.Compile()

    def find(self, text: str) -> list[_Pattern]:
        """Give the patterns that match somewhere in a text, in the order of the rules."""
        found = self._set.Match(text) if self.patterns else None
        return [self.patterns[index] for index in sorted(found)] if found else []


class Matcher:
    """Rules compiled for matching; safe to share between threads."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        patterns = [pattern for rule in rules for pattern in _compile(rule)]
        bounds = zip((0, *_TIER_CHARS), _TIER_CHARS, strict=False)
        self._tiers = [_Tier(above, most, patterns) for above, most in bounds]

    def match(self, lines: Sequence[Line]) -> Iterator[Hit]:
        """Give the hits of a text's lines, line by line, in the order of the rules."""
        for line in lines:
            length = len(line)
            tier = next(tier for tier in self._tiers if length <= tier.most)
            for pattern in tier.find(line.text):
                yield from _match_line(pattern, line)


class Matchers:
    """Several matchers as one: the hits of the first come first."""

    def __init__(self, *matchers: Matcher) -> None:
        self._matchers = matchers

    def match(self, lines: Sequence[Line]) -> Iterator[Hit]:
        """Give the hits of all, matcher by matcher."""
        return chain.from_iterable(matcher.match(lines) for matcher in self._matchers)


def _compile(rule: Rule) -> Iterator[_Pattern]:
    options = re2.Options()
    options.max_mem = _SET_BYTES
    unless = tuple(re2.compile(_flags(rule) + pattern, options) for pattern in rule.unless)
    for pattern in rule.patterns:
        yield _Pattern(rule, re2.compile(_source(pattern, rule), options), unless)


def _match_line(pattern: _Pattern, line: Line) -> Iterator[Hit]:
    rule = pattern.rule
    if not rule.min_length <= len(line) <= rule.max_length:
        return
    if any(barrier.search(line.text) for barrier in pattern.unless):
        return
    for match in pattern.regexp.finditer(line.text):
        hit = _hit(rule, line, match)
        if hit.end - hit.start <= rule.max_cut:
            yield hit


def _flags(rule: Rule) -> str:
    return "" if rule.case else "(?i)"


def _source(pattern: str, rule: Rule) -> str:
    """Bring a rule's pattern to its scope: lines and headers of blocks are matched whole."""
    return f"{_flags(rule)}{pattern}" if rule.scope == "span" else f"{_flags(rule)}^{_BULLET}(?:{pattern})$"


def _hit(rule: Rule, line: Line, match: Any) -> Hit:
    start, end = match.span(match.re.groupindex.get("cut", 0))
    return Hit(rule, line, line.start + start, line.start + end, _fields(match))


def _fields(match: Any) -> dict[str, str]:
    return {name: value for name, value in match.groupdict().items() if value is not None}
